import type { SimulatedFleet } from './processes/simulated-fleet.ts';
import type { ProcessWatch } from './processes/simulated-process.ts';
import type { SeededRandom } from './world/seeded-random.ts';
import type { World } from './world/world.ts';

/** Users who request wallets, perhaps twice and of two processes, retry, and come back. */
export class SimulatedUsers {
  readonly #ids: readonly string[];
  readonly #world: World;
  readonly #fleet: SimulatedFleet;
  readonly #random: SeededRandom;
  readonly #lifecycle: SeededRandom;
  readonly #watch: ProcessWatch;
  readonly #note: (name: string, error: unknown) => void;
  #yetToCome = 0;

  constructor(parts: {
    count: number;
    world: World;
    fleet: SimulatedFleet;
    random: SeededRandom;
    lifecycle: SeededRandom;
    watch: ProcessWatch;
    note: (name: string, error: unknown) => void;
  }) {
    this.#ids = Array.from({ length: parts.count }, (_, index) => `user${index}`);
    this.#world = parts.world;
    this.#fleet = parts.fleet;
    this.#random = parts.random;
    this.#lifecycle = parts.lifecycle;
    this.#watch = parts.watch;
    this.#note = parts.note;
  }

  /** Whether late users have yet to come. */
  get areAwaited(): boolean {
    return this.#yetToCome > 0;
  }

  plan(): void {
    const random = this.#random;
    for (const userId of this.#ids) {
      this.#world.addUser(userId);
      const times = random.between(1, 2);
      for (let time = 0; time < times; time += 1) {
        this.#at(random.between(0, 8_000), () => this.#request(userId));
      }
      if (random.chance(0.2)) this.#at(random.between(0, 20_000), () => this.retry(userId));
    }
  }

  /** With a stock users come while it is filled, full, and empty. */
  planForStock(random: SeededRandom): void {
    for (const userId of this.#ids) {
      if (random.chance(0.5)) this.#at(random.between(0, 30_000), () => this.#request(userId));
    }
    // A user who comes after a restore meets what it has left in stock.
    this.#yetToCome = random.between(1, 4);
    for (let index = 0; index < this.#yetToCome; index += 1) {
      const userId = `late${index}`;
      this.#at(random.between(10_000, 60_000), () => {
        this.#yetToCome -= 1;
        if (this.#world.users().every(({ id }) => id !== userId)) this.#world.addUser(userId);
        this.visit(userId);
      });
    }
  }

  visitAll(): void {
    for (const { id } of this.#world.users()) this.visit(id);
  }

  /** As the home page at every visit: it asks until there is a wallet. */
  visit(userId: string): void {
    if (this.#fleet.aliveWorkers().length > 0) this.#request(userId);
    this.#at(5_000, () => {
      const user = this.#world.users().find(({ id }) => id === userId);
      if (user?.walletStatus === null) this.visit(userId);
    });
  }

  /** The button that tries again. */
  retry(userId: string): void {
    const [alive] = this.#fleet.aliveWorkers();
    this.#watch.count('event: retry by the user');
    alive?.engine.retryWallet(userId).catch((error) => this.#note(alive.process.name, error));
  }

  #request(userId: string): void {
    const [first, ...others] = this.#fleet.serving();
    if (!first) {
      this.#at(1_000, () => this.#request(userId));
      return;
    }
    const { engine, process, isWeb } = this.#random.pick([first, ...others]);
    this.#watch.trace(`${userId} asks ${process.name}`);
    const isWaitedFor = this.#lifecycle.chance(0.1) && !isWeb;
    engine
      .requestWallet(userId)
      .then(async () => {
        if (!isWaitedFor) return;
        this.#watch.count('event: request waits for its wallet');
        await engine.processWallet(userId);
      })
      .catch((error) => this.#note(process.name, error));
  }

  #at(delayMs: number, work: () => void): void {
    this.#world.clock.setTimer(work, delayMs);
  }
}
