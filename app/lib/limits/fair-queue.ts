/**
 * A queue that is fair between places, such as a site and one of its networks: on each level the places
 * are served in turn, and within one place items are served in order of arrival.
 */
export class FairQueue<Item> {
  #size = 0;
  readonly #own: Item[] = [];
  /** In the order of their turns. */
  readonly #places = new Map<string, FairQueue<Item>>();

  get size(): number {
    return this.#size;
  }

  /** @param from the widest place first */
  push(from: readonly string[], item: Item): void {
    this.#size += 1;
    const [place, ...within] = from;
    if (place === undefined) return void this.#own.push(item);
    const queue = this.#places.get(place) ?? new FairQueue<Item>();
    this.#places.set(place, queue);
    queue.push(within, item);
  }

  /** The next item; undefined if the queue is empty. */
  shift(): Item | undefined {
    if (this.#size === 0) return undefined;
    this.#size -= 1;
    if (this.#own.length > 0) return this.#own.shift();
    const [[place, queue] = []] = this.#places;
    if (place === undefined || !queue) return undefined;
    const item = queue.shift();
    this.#places.delete(place);
    if (queue.size > 0) this.#places.set(place, queue);
    return item;
  }

  /**
   * Whether the last item of the fullest place would have to make room for one more from this place,
   * because more items wait there.
   */
  yieldsTo(from: readonly string[]): boolean {
    const [place, ...within] = from;
    if (place === undefined) return false;
    const [largest, queue] = this.#largest() ?? [];
    if (largest === undefined || !queue) return false;
    if (largest === place) return queue.yieldsTo(within);
    return (this.#places.get(place)?.size ?? 0) + 1 < queue.size;
  }

  /** Removes the last item of the fullest place; undefined if the queue is empty. */
  drop(): Item | undefined {
    if (this.#size === 0) return undefined;
    this.#size -= 1;
    const [place, queue] = this.#largest() ?? [];
    if (place === undefined || !queue) return this.#own.pop();
    const item = queue.drop();
    if (queue.size === 0) this.#places.delete(place);
    return item;
  }

  #largest(): [string, FairQueue<Item>] | undefined {
    let found: [string, FairQueue<Item>] | undefined;
    for (const entry of this.#places) {
      if (!found || entry[1].size > found[1].size) found = entry;
    }
    return found;
  }
}
