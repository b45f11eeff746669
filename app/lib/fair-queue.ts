/**
 * Those who wait, by where they come from, such as a site and one of its networks: each is served in
 * turn with its neighbours, on each level, and within one place in the order of coming.
 */
export class FairQueue<Item> {
  #size = 0;
  readonly #own: Item[] = [];
  /** In the order in which their turns come. */
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

  /** Whose turn it is; undefined when nobody waits. */
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
   * Whether somebody who came last, from where more wait than from this place, would have to make room
   * for one more from here.
   */
  yieldsTo(from: readonly string[]): boolean {
    const [place, ...within] = from;
    if (place === undefined) return false;
    const [largest, queue] = this.#largest() ?? [];
    if (largest === undefined || !queue) return false;
    if (largest === place) return queue.yieldsTo(within);
    return (this.#places.get(place)?.size ?? 0) + 1 < queue.size;
  }

  /** Takes out who came last to where most wait; undefined when nobody waits. */
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
