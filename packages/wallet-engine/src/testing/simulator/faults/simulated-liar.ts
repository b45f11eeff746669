import type { ProcessWatch } from '../processes/simulated-process.ts';
import { SeededRandom } from '../world/seeded-random.ts';
import type { World } from '../world/world.ts';
import { type Lie, plausibleLies } from './plausible-lies.ts';
import type { Distortion, SimulatedNetwork } from './simulated-network.ts';
import type { WantedFaults } from './wanted-faults.ts';

/** The node that also lags and goes down: the other one is always honest and healthy. */
const liarUrl = 'node-b';
const shares = [0.2, 1, 1] as const;

/** One of two nodes lies, in replies that cannot be told from true ones by themselves. */
export class SimulatedLiar {
  readonly #world: World;
  readonly #network: SimulatedNetwork;
  readonly #watch: ProcessWatch;
  readonly #random: SeededRandom;
  readonly #lies: readonly Lie[];
  /** Every run has a lie, whatever its seed draws. */
  readonly isSure: boolean;
  #isOver = false;

  constructor(parts: {
    world: World;
    network: SimulatedNetwork;
    watch: ProcessWatch;
    seed: number;
    wanted: WantedFaults;
  }) {
    this.#world = parts.world;
    this.#network = parts.network;
    this.#watch = parts.watch;
    this.#random = new SeededRandom(parts.seed + liarSeedOffset);
    const { lie } = parts.wanted;
    this.isSure = lie !== null;
    this.#lies = plausibleLies.filter(({ name }) => name.includes(lie ?? ''));
  }

  /** Draws whether a node lies in this run, how, and for how long. */
  plan(): void {
    const random = this.#random;
    if (!random.chance(0.3) && !this.isSure) return;
    const [first, ...others] = this.#lies;
    if (!first) return;
    for (let times = random.between(1, 3); times > 0; times -= 1) {
      const lie = random.pick([first, ...others]);
      const isEarly = random.chance(0.6);
      this.#at(random.between(0, isEarly ? 3_000 : 15_000), () => this.#begin(lie));
    }
  }

  calm(): void {
    this.#isOver = true;
    const node = this.#network.nodes.get(liarUrl);
    if (node) node.lies = [];
  }

  #begin({ name, begin }: Lie): void {
    const node = this.#network.nodes.get(liarUrl);
    if (this.#isOver || !node) return;
    const random = this.#random;
    const isConsistent = random.chance(0.5);
    const share = random.pick(shares);
    this.#watch.count(`event: node ${name}`);
    this.#watch.trace(`${liarUrl} ${name}, ${share} of the time`);
    const always = begin({ world: this.#world, random, isConsistent });
    const lie: Distortion = (request, honest) =>
      random.chance(share) ? always(request, honest) : honest();
    node.lies.push(lie);
    // A proof of expiry takes more than a minute; a requested lie must outlast it.
    const longestMs = this.isSure ? 200_000 : 90_000;
    this.#at(random.between(3_000, longestMs), () => {
      node.lies = node.lies.filter((each) => each !== lie);
      this.#watch.trace(`${liarUrl} ${name} ends`);
    });
  }

  #at(delayMs: number, work: () => void): void {
    this.#world.clock.setTimer(work, delayMs);
  }
}

const liarSeedOffset = 17_171_717;
