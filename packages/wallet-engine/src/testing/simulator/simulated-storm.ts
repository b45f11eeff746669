import type { SimulatedChainFaults } from './faults/simulated-chain-faults.ts';
import type { SimulatedLiar } from './faults/simulated-liar.ts';
import { quietNetwork, type SimulatedNetwork } from './faults/simulated-network.ts';
import { losesIndex, type SimulatedNodeFaults } from './faults/simulated-node-faults.ts';
import { isWanted, type WantedFaults } from './faults/wanted-faults.ts';
import type { SimulatedFleet } from './processes/simulated-fleet.ts';
import {
  noDangers,
  type ProcessDangers,
  type ProcessWatch,
} from './processes/simulated-process.ts';
import { SimulatedThief } from './processes/simulated-thief.ts';
import { replicaTakesOver, type SimulatedOperator } from './simulated-operator.ts';
import { type SimulatedSettings, stockKept, stockTermsChanged } from './simulated-settings.ts';
import type { SimulatedTreasury } from './simulated-treasury.ts';
import type { SimulatedUsers } from './simulated-users.ts';
import { SeededRandom } from './world/seeded-random.ts';
import type { World } from './world/world.ts';

interface StormParts {
  seed: number;
  wanted: WantedFaults;
  random: SeededRandom;
  lifecycle: SeededRandom;
  watch: ProcessWatch;
  world: World;
  settings: SimulatedSettings;
  network: SimulatedNetwork;
  nodes: SimulatedNodeFaults;
  liar: SimulatedLiar;
  chain: SimulatedChainFaults;
  treasury: SimulatedTreasury;
  fleet: SimulatedFleet;
  users: SimulatedUsers;
  operator: SimulatedOperator;
  onViolation(violation: string): void;
  note(name: string, error: unknown): void;
}

/** Draws which faults a run has and when they happen, and ends them all when calm comes. */
export class SimulatedStorm {
  /** Until calm comes. */
  isOn = true;
  readonly #parts: StormParts;
  /** A requested fault takes minutes to show. */
  readonly #isSlow: boolean;
  /** Few other faults: they would mostly prevent the requested one. */
  readonly #isQuiet: boolean;

  constructor(parts: StormParts) {
    this.#parts = parts;
    const { wanted, lifecycle } = parts;
    this.#isSlow = [nearlyOver, longHalt, losesIndex].some((name) => isWanted(wanted, name));
    const needsQuiet = this.#isSlow || isWanted(wanted, replicaTakesOver);
    this.#isQuiet = needsQuiet && lifecycle.chance(0.7);
  }

  /** Most faults show early; a proof that a transaction can never execute takes more than a minute. */
  drawDurationMs(): number {
    const { random } = this.#parts;
    const isLong = random.chance(0.04) || this.#isSlow;
    return isLong ? random.between(75_000, 150_000) : random.between(6_000, 25_000);
  }

  /** Draws the faults of messages and processes: few at a time find more than all at once. */
  #drawDangers(): ProcessDangers {
    const random = this.#parts.random;
    const some = (most: number) => (random.chance(0.4) ? random.next() * most : 0);
    const leastPause = isWanted(this.#parts.wanted, 'paused process') ? 0.006 : 0;
    const dangers = {
      crash: some(0.012),
      pause: Math.max(some(0.01), leastPause),
      databaseBusy: some(0.05),
    };
    this.#parts.network.dangers = {
      dropRequest: some(0.2),
      dropAnswer: some(0.3),
      delay: some(0.3),
      repeat: some(0.6),
      httpError: some(0.2),
      laggingRefusal: some(0.6),
      unknownTransaction: some(0.6),
    };
    if (!this.#isQuiet) return dangers;
    this.#parts.network.dangers = {
      ...quietNetwork,
      dropAnswer: this.#parts.network.dangers.dropAnswer,
    };
    return noDangers;
  }

  /** The terms of the stock may change during the storm. */
  #planStock(): void {
    const { stock, otherTermsAtMs } = this.#parts.settings;
    if (stock === 0) return;
    this.#parts.watch.count(`event: ${stockKept}`);
    this.#parts.world.onTaken = () => this.#parts.watch.count('event: taken from the stock');
    this.#parts.users.planForStock(new SeededRandom(this.#parts.seed + stockSeedOffset));
    if (otherTermsAtMs === null) return;
    this.#at(otherTermsAtMs, () => {
      this.#parts.watch.count(`event: ${stockTermsChanged}`);
      this.#parts.watch.trace('all processes are started again, on other terms');
      this.#parts.fleet.stopAll();
    });
  }

  /** Draws the faults and when they happen. */
  begin(): void {
    this.#parts.fleet.beginStorm(this.#drawDangers());
    this.#plan();
  }

  #plan(): void {
    const random = this.#parts.random;
    this.#parts.users.plan();
    const eventEvery = random.between(1_000, 6_000) * (this.#isQuiet ? 30 : 1);
    const happen = () => {
      if (!this.isOn) return;
      this.#drawEvent();
      this.#at(random.between(500, eventEvery), happen);
    };
    this.#at(eventEvery, happen);
    this.#planRemovals();
    this.#planStock();
    // Of two nodes one is honest and well.
    if (this.#parts.liar.isSure || !this.#parts.nodes.plan()) this.#parts.liar.plan();
    this.#parts.operator.plan();
    if (
      this.#parts.lifecycle.chance(0.05) ||
      isWanted(this.#parts.wanted, 'transaction no node takes')
    ) {
      this.#at(this.#parts.lifecycle.between(0, 8_000), () => {
        this.#parts.network.refusesNext = this.isOn;
      });
    }
    this.#parts.chain.planLongHalt(this.#parts.lifecycle, isWanted(this.#parts.wanted, longHalt));
    if (isWanted(this.#parts.wanted, 'foreign account')) {
      this.#at(random.between(1_000, 8_000), () => this.#parts.chain.planForeignAccount());
    }
    if (isWanted(this.#parts.wanted, nearlyOver))
      this.#parts.chain.planNearExpiry(this.#parts.lifecycle);
    this.#parts.chain.addStrangersKeys(this.#parts.settings.strangersKeys);
    this.#planThief();
  }

  /** A stream of its own keeps the runs without removals unchanged. */
  #planRemovals(): void {
    const random = new SeededRandom(this.#parts.seed + removalSeedOffset);
    if (!random.chance(0.15) && !isWanted(this.#parts.wanted, keysRemoved)) return;
    const times = random.between(1, 3);
    for (let time = 0; time < times; time += 1) {
      this.#at(random.between(3_000, 20_000), () => {
        if (!this.isOn || this.#parts.operator.isUnreconciled) return;
        this.#parts.watch.count(`event: ${keysRemoved}`);
        this.#parts.watch.trace(keysRemoved);
        this.#parts.chain
          .removeLaneKeys(random)
          .catch((error) => this.#parts.watch.trace(`${error}`));
      });
    }
  }

  #planThief(): void {
    const onViolation = (violation: string) => this.#parts.onViolation(violation);
    const thief = new SimulatedThief({
      seed: this.#parts.seed,
      world: this.#parts.world,
      onViolation,
    });
    for (const visitMs of thief.visits()) {
      this.#at(visitMs, () => {
        this.#parts.watch.count('event: thief at the vault');
        thief.strike().catch((error) => this.#parts.note('thief', error));
      });
    }
  }

  #at(delayMs: number, work: () => void): void {
    this.#parts.world.clock.setTimer(work, delayMs);
  }

  /** A fault of chain, nodes, treasury, processes or database, as opposed to single messages. */
  #drawEvent(): void {
    const random = this.#parts.random;
    const events: [string, () => void][] = [
      ...this.#parts.chain.events(),
      ['new worker', () => this.#parts.fleet.startWorker()],
      ['killed worker', () => this.#parts.fleet.killWorker()],
      ['backup', () => this.#parts.operator.takeBackup()],
      ['restored backup', () => this.#parts.operator.restoreBackup()],
    ];
    const [name, strike] = events[random.between(0, events.length - 1)] ?? ['nothing', () => {}];
    if (name === 'restored backup' && !random.chance(0.4)) return;
    this.#parts.watch.count(`event: ${name}`);
    this.#parts.watch.trace(name);
    strike();
  }

  /** Ends all faults; processes continue, some of them replaced. */
  calm(): void {
    this.isOn = false;
    this.#parts.network.dangers = quietNetwork;
    this.#parts.world.faults.clear();
    for (const node of this.#parts.network.nodes.values()) {
      Object.assign(node, { lagBlocks: 0, isDown: false });
    }
    // What only one node remembers needs a second answer: after a while an operator adds an archival node.
    this.#at(archivalAfterMs, () => {
      for (const node of this.#parts.network.nodes.values()) node.earliestHeight = 0;
    });
    this.#parts.nodes.calm();
    this.#parts.liar.calm();
    this.#parts.operator.calm();
    this.#parts.treasury.calm();
    this.#parts.fleet.calm();
    this.#parts.fleet.startWorker();
    this.#parts.users.visitAll();
    this.#parts.watch.trace('calm');
  }
}

/** Until an operator has added an archival node. */
export const archivalAfterMs = 180_000;
const longHalt = 'long halt';
const nearlyOver = 'validity nearly over';
const keysRemoved = 'lane keys removed';
const stockSeedOffset = 19_191_919;
const removalSeedOffset = 9_999_991;
