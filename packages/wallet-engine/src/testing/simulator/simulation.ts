import { ServiceError, WalletError } from '../../core/errors.ts';
import { Invariants } from './invariants.ts';
import { PostgresWorldDatabase } from './postgres-world-database.ts';
import { SeededRandom } from './seeded-random.ts';
import { SimulatedChainFaults } from './simulated-chain-faults.ts';
import { SimulatedFleet } from './simulated-fleet.ts';
import { SimulatedLiar } from './simulated-liar.ts';
import { healthyNode, quietNetwork, SimulatedNetwork } from './simulated-network.ts';
import { losesIndex, SimulatedNodeFaults } from './simulated-node-faults.ts';
import { SimulatedOperator } from './simulated-operator.ts';
import { noDangers, type ProcessDangers } from './simulated-process.ts';
import { SimulatedSettings, stockKept, stockTermsChanged } from './simulated-settings.ts';
import { SimulatedThief } from './simulated-thief.ts';
import { SimulatedTreasury } from './simulated-treasury.ts';
import { SimulatedUsers } from './simulated-users.ts';
import { lostKeys, SimulatedWebProcesses } from './simulated-web-processes.ts';
import { SqliteWorldDatabase } from './sqlite-world-database.ts';
import { isWanted, type WantedFaults } from './wanted-faults.ts';
import { type UserRow, World } from './world.ts';
import type { WorldDatabase } from './world-database.ts';

export interface SimulationReport {
  seed: number;
  violations: string[];
  counts: Map<string, number>;
  trace: string[];
  virtualMs: number;
}

/** After the storm, the limit until every wallet is READY or FAILED for good. */
const calmLimitMs = 15 * 60_000;
/** More steps than any work needs at one moment. */
const stepsAtOneMoment = 2_000;

/**
 * One run: users, lanes and processes as this seed draws them, a storm of faults, then calm. The same
 * seed gives exactly the same run.
 */
export async function simulate(
  seed: number,
  /** Faults beside what the seed draws, and the database below the engine. */
  { lie = null, event = null, database = 'sqlite' }: SimulationOptions = {},
): Promise<SimulationReport> {
  const opened =
    database === 'postgres'
      ? await PostgresWorldDatabase.open()
      : new SqliteWorldDatabase({ isReused: true });
  return new Simulation(seed, { lie, event }, opened).run();
}

export type DatabaseKind = 'sqlite' | 'postgres';

export interface SimulationOptions extends Partial<WantedFaults> {
  database?: DatabaseKind;
}

class Simulation {
  readonly #seed: number;
  readonly #wanted: WantedFaults;
  readonly #random: SeededRandom;
  readonly #counts = new Map<string, number>();
  readonly #trace: string[] = [];
  readonly #violations: string[] = [];
  readonly #world: World;
  readonly #network: SimulatedNetwork;
  readonly #invariants: Invariants;
  readonly #fleet: SimulatedFleet;
  readonly #users: SimulatedUsers;
  readonly #chain: SimulatedChainFaults;
  readonly #nodes: SimulatedNodeFaults;
  readonly #liar: SimulatedLiar;
  readonly #settings: SimulatedSettings;
  readonly #operator: SimulatedOperator;
  readonly #treasury: SimulatedTreasury;
  /** Draws how processes start and stop, apart from their faults. */
  readonly #lifecycle: SeededRandom;
  /** A requested fault takes minutes to show. */
  readonly #isSlow: boolean;
  /** Few other faults: they would mostly prevent the requested one. */
  readonly #isQuiet: boolean;
  #isStorm = true;
  /** Read again only after a change: the end is checked at every step. */
  #walletStates: { revision: number; rows: UserRow[] } = { revision: -1, rows: [] };

  constructor(seed: number, wanted: WantedFaults, database: WorldDatabase) {
    this.#seed = seed;
    this.#wanted = wanted;
    const random = new SeededRandom(seed);
    this.#random = random;
    const genesis = { chainInstanceId: `simulation ${seed}` };
    const world = new World({ genesis, database });
    this.#world = world;
    const watch = this.#watch;
    const note = (name: string, error: unknown) => this.#note(name, error);
    this.#settings = new SimulatedSettings({ seed, world, wanted });
    const webs = new SimulatedWebProcesses({ seed, world, wanted });
    world.waitsForSealedKeys = webs.count > 0;
    const fewLanes = random.between(1, 3);
    const fewUsers = random.between(1, 5);
    const lanes = this.#settings.lanes ?? fewLanes;
    this.#listen();
    this.#network = new SimulatedNetwork({
      devnet: world.devnet,
      clock: world.clock,
      random,
      watch,
    });
    this.#network.nodes.set('node-a', healthyNode());
    this.#network.nodes.set('node-b', healthyNode());
    const around = { world, network: this.#network, watch, seed, wanted };
    this.#nodes = new SimulatedNodeFaults(around);
    this.#liar = new SimulatedLiar(around);
    this.#chain = new SimulatedChainFaults({ ...around, random });
    this.#treasury = new SimulatedTreasury({ seed, world, chain: this.#chain });
    this.#invariants = new Invariants(world);
    const lifecycle = new SeededRandom(seed + lifecycleSeedOffset);
    this.#lifecycle = lifecycle;
    this.#isSlow = [nearlyOver, longHalt, losesIndex].some((name) => isWanted(wanted, name));
    this.#isQuiet = this.#isSlow && lifecycle.chance(0.7);
    const { mistakenUrls } = this.#nodes;
    this.#fleet = new SimulatedFleet({
      ...{
        ...around,
        settings: this.#settings,
        webs,
        random,
        lifecycle,
        lanes,
        mistakenUrls,
        note,
      },
      spendLimitYocto: this.#treasury.spendLimitYocto,
      operator: () => this.#operator,
    });
    const count = this.#settings.users ?? fewUsers;
    const fleet = this.#fleet;
    this.#users = new SimulatedUsers({ count, world, fleet, random, lifecycle, watch, note });
    this.#operator = this.#newOperator(lanes);
  }

  #newOperator(lanes: number): SimulatedOperator {
    const fleet = this.#fleet;
    return new SimulatedOperator({
      seed: this.#seed,
      wanted: this.#wanted,
      world: this.#world,
      random: this.#random,
      watch: this.#watch,
      lanes,
      keepsStock: this.#settings.stock > 0,
      isStorm: () => this.#isStorm,
      isForeign: (userId) => this.#chain.isForeign(userId),
      areKeysRemoved: () => this.#chain.areKeysRemoved,
      newProcess: (name) => fleet.newProcess(name),
      linkOf: (process) => fleet.linkOf(process),
      wiring: () => fleet.wiring(),
      startWorker: () => fleet.startWorker(),
      stopWorkers: () => fleet.stopAll(),
      onRestored: (isBehind) => {
        this.#invariants.forgive(isBehind);
        // Users whose request is lost, or who wait again, ask again.
        this.#users.visitAll();
      },
      onViolation: (violation) => this.#violations.push(violation),
      note: (name, error) => this.#note(name, error),
    });
  }

  #listen(): void {
    this.#world.onViolation = (violation) => this.#violations.push(violation);
    this.#world.onLog = (line) => {
      this.#watch.trace(line);
      if (/signing is paused.*SPEND_LIMIT_REACHED/.test(line)) {
        this.#watch.count('event: spend limit reached');
      }
    };
  }

  readonly #watch = {
    count: (name: string) => {
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    },
    trace: (line: string) => {
      this.#trace.push(`${this.#world.elapsedMs()} ms: ${line}`);
    },
  };

  async run(): Promise<SimulationReport> {
    const world = this.#world;
    try {
      if (this.#settings.stock > 0) await this.#fillStock();
      this.#fleet.beginStorm(this.#drawDangers());
      this.#planStorm();
      const workers = this.#random.between(1, 3);
      for (let index = 0; index < workers; index += 1) this.#fleet.startWorker();
      this.#fleet.startWebs();
      // Most faults show early; a proof that a transaction can never execute takes more than a minute.
      const isLong = this.#random.chance(0.04) || this.#isSlow;
      const stormMs = isLong
        ? this.#random.between(75_000, 150_000)
        : this.#random.between(6_000, 25_000);
      await this.#advance(stormMs, () => false);
      this.#calm();
      await this.#advance(calmLimitMs, () => this.#isOver());
      await this.#advance(lanesFreeWithinMs, () => this.#fleet.busyLanes() === 0);
      this.#examineEnd();
      this.#violations.push(...(await lostKeys(world)));
    } catch (error) {
      this.#violations.push(`the run broke: ${error instanceof Error ? error.stack : error}`);
    }
    this.#fleet.stopAll();
    world.devnet.close();
    this.#nodes.close();
    world.database.close();
    return {
      seed: this.#seed,
      violations: this.#violations,
      counts: this.#counts,
      trace: this.#trace,
      virtualMs: world.elapsedMs(),
    };
  }

  /** Draws the faults of messages and processes: few at a time find more than all at once. */
  #drawDangers(): ProcessDangers {
    const random = this.#random;
    const some = (most: number) => (random.chance(0.4) ? random.next() * most : 0);
    const leastPause = isWanted(this.#wanted, 'paused process') ? 0.006 : 0;
    const dangers = {
      crash: some(0.012),
      pause: Math.max(some(0.01), leastPause),
      databaseBusy: some(0.05),
    };
    this.#network.dangers = {
      dropRequest: some(0.2),
      dropAnswer: some(0.3),
      delay: some(0.3),
      repeat: some(0.6),
      httpError: some(0.2),
      laggingRefusal: some(0.6),
      unknownTransaction: some(0.6),
    };
    if (!this.#isQuiet) return dangers;
    this.#network.dangers = { ...quietNetwork, dropAnswer: this.#network.dangers.dropAnswer };
    return noDangers;
  }

  /** Before the storm, which seldom lets one be filled. Where money is short it stays as it is. */
  async #fillStock(): Promise<void> {
    this.#fleet.startWorker();
    const isFull = () => {
      const ready = this.#world.rows(
        `SELECT 1 FROM "Wallet" WHERE "ownerId" IS NULL AND "status" = 'READY'`,
      );
      return ready.length >= this.#settings.stock;
    };
    await this.#advance(fillLimitMs, isFull);
    this.#watch.trace('the storm begins');
  }

  /** The terms of the stock may change during the storm. */
  #planStock(): void {
    const { stock, otherTermsAtMs } = this.#settings;
    if (stock === 0) return;
    this.#watch.count(`event: ${stockKept}`);
    this.#world.onTaken = () => this.#watch.count('event: taken from the stock');
    this.#users.planForStock(new SeededRandom(this.#seed + stockSeedOffset));
    if (otherTermsAtMs === null) return;
    this.#at(otherTermsAtMs, () => {
      this.#watch.count(`event: ${stockTermsChanged}`);
      this.#watch.trace('all processes are started again, on other terms');
      this.#fleet.stopAll();
    });
  }

  #planStorm(): void {
    const random = this.#random;
    this.#users.plan();
    const eventEvery = random.between(1_000, 6_000) * (this.#isQuiet ? 30 : 1);
    const happen = () => {
      if (!this.#isStorm) return;
      this.#drawEvent();
      this.#at(random.between(500, eventEvery), happen);
    };
    this.#at(eventEvery, happen);
    this.#planRemovals();
    this.#planStock();
    // Of two nodes one is honest and well.
    if (this.#liar.isSure || !this.#nodes.plan()) this.#liar.plan();
    this.#operator.plan();
    if (this.#lifecycle.chance(0.05) || isWanted(this.#wanted, 'transaction no node takes')) {
      this.#at(this.#lifecycle.between(0, 8_000), () => {
        this.#network.refusesNext = this.#isStorm;
      });
    }
    this.#chain.planLongHalt(this.#lifecycle, isWanted(this.#wanted, longHalt));
    if (isWanted(this.#wanted, 'foreign account')) {
      this.#at(random.between(1_000, 8_000), () => this.#chain.planForeignAccount());
    }
    if (isWanted(this.#wanted, nearlyOver)) this.#chain.planNearExpiry(this.#lifecycle);
    this.#chain.addStrangersKeys(this.#settings.strangersKeys);
    this.#planThief();
  }

  /** A stream of its own keeps the runs without removals unchanged. */
  #planRemovals(): void {
    const random = new SeededRandom(this.#seed + removalSeedOffset);
    if (!random.chance(0.15) && !isWanted(this.#wanted, keysRemoved)) return;
    const times = random.between(1, 3);
    for (let time = 0; time < times; time += 1) {
      this.#at(random.between(3_000, 20_000), () => {
        if (!this.#isStorm || this.#operator.isUnreconciled) return;
        this.#watch.count(`event: ${keysRemoved}`);
        this.#watch.trace(keysRemoved);
        this.#chain.removeLaneKeys(random).catch((error) => this.#watch.trace(`${error}`));
      });
    }
  }

  #planThief(): void {
    const onViolation = (violation: string) => this.#violations.push(violation);
    const thief = new SimulatedThief({ seed: this.#seed, world: this.#world, onViolation });
    for (const visitMs of thief.visits()) {
      this.#at(visitMs, () => {
        this.#watch.count('event: thief at the vault');
        thief.strike().catch((error) => this.#note('thief', error));
      });
    }
  }

  #at(delayMs: number, work: () => void): void {
    this.#world.clock.setTimer(work, delayMs);
  }

  /** A fault of chain, nodes, treasury, processes or database, as opposed to single messages. */
  #drawEvent(): void {
    const random = this.#random;
    const events: [string, () => void][] = [
      ...this.#chain.events(),
      ['new worker', () => this.#fleet.startWorker()],
      ['killed worker', () => this.#fleet.killWorker()],
      ['backup', () => this.#operator.takeBackup()],
      ['restored backup', () => this.#operator.restoreBackup()],
    ];
    const [name, strike] = events[random.between(0, events.length - 1)] ?? ['nothing', () => {}];
    if (name === 'restored backup' && !random.chance(0.4)) return;
    this.#watch.count(`event: ${name}`);
    this.#watch.trace(name);
    strike();
  }

  #calm(): void {
    this.#isStorm = false;
    this.#network.dangers = quietNetwork;
    this.#world.faults.clear();
    for (const node of this.#network.nodes.values()) {
      Object.assign(node, { lagBlocks: 0, isDown: false });
    }
    // What only one node remembers needs a second answer: after a while an operator adds an archival node.
    this.#at(archivalAfterMs, () => {
      for (const node of this.#network.nodes.values()) node.earliestHeight = 0;
    });
    this.#nodes.calm();
    this.#liar.calm();
    this.#operator.calm();
    this.#treasury.calm();
    this.#fleet.calm();
    this.#fleet.startWorker();
    this.#users.visitAll();
    this.#watch.trace('calm');
  }

  async #advance(durationMs: number, isOver: () => boolean): Promise<void> {
    const { clock } = this.#world;
    const endMs = clock.now() + durationMs;
    let stillMs = clock.now();
    let stepsThere = 0;
    while (clock.now() < endMs && this.#violations.length === 0 && !isOver()) {
      if (!(await clock.step())) throw new Error('the world stands still');
      if (clock.now() > stillMs) stepsThere = 0;
      stillMs = clock.now();
      stepsThere += 1;
      if (stepsThere > stepsAtOneMoment) throw new Error('something turns in a circle');
      const seen = [
        ...this.#invariants.afterStep(),
        ...this.#operator.signedThoughBehind(),
        ...this.#treasury.violations({
          isStorm: this.#isStorm,
          hasRestored: this.#operator.hasRestored,
          haveClocksApart: this.#settings.hasClocksApart,
        }),
      ];
      for (const violation of seen) this.#watch.trace(`VIOLATION: ${violation}`);
      this.#violations.push(...seen);
      this.#fleet.revive();
    }
  }

  #isOver(): boolean {
    if (this.#operator.isStillBehind() || this.#users.areAwaited) return false;
    // With a stock the wallets may be READY before a halt ends.
    if (this.#world.isHalted) return false;
    return this.#currentUsers().every(({ id, walletStatus, walletError, walletAvailableAt }) => {
      if (walletStatus === 'READY') return true;
      if (walletStatus !== 'FAILED' || walletAvailableAt !== null) return false;
      if (walletError !== 'TOO_MANY_TAKEOVERS') return true;
      // Ten workers crashed over it in this storm; its user retries.
      this.#users.retry(id);
      return false;
    });
  }

  #currentUsers(): UserRow[] {
    const revision = this.#world.database.revision('User');
    if (revision !== this.#walletStates.revision) {
      this.#walletStates = { revision, rows: this.#world.users() };
    }
    return this.#walletStates.rows;
  }

  #examineEnd(): void {
    if (this.#violations.length > 0) return;
    if (this.#fleet.busyLanes() > 0) this.#violations.push('a lane is busy although all is done');
    if (this.#isAccountOurs()) {
      this.#violations.push(...this.#treasury.unbalancedBooks());
      this.#watch.count('event: books compared');
    }
    this.#violations.push(...this.#invariants.atEnd());
    for (const { id, walletStatus, walletError } of this.#world.users()) {
      this.#watch.count(`end: ${walletStatus} ${walletError ?? ''}`.trim());
      const isForeign = this.#chain.isForeign(id) && walletError === 'ACCOUNT_KEY_MISMATCH';
      if (walletStatus !== 'READY' && !isForeign) {
        this.#violations.push(`${id} ended ${walletStatus} ${walletError ?? ''}`);
      }
    }
  }

  /** Whether only the ledger's transactions have changed the service account's balance. */
  #isAccountOurs(): boolean {
    if (this.#chain.isFundedByHand || this.#chain.areKeysRemoved) return false;
    return !this.#operator.hasRestored && !this.#nodes.hasGarbledFigures;
  }

  #note(name: string, error: unknown): void {
    const isExpected = error instanceof ServiceError || error instanceof WalletError;
    this.#watch.trace(`${name}: ${error}`);
    if (!isExpected) this.#violations.push(`${name} threw ${error}`);
  }
}

const archivalAfterMs = 180_000;
const longHalt = 'long halt';
const nearlyOver = 'validity nearly over';
const keysRemoved = 'lane keys removed';
const fillLimitMs = 30_000;
const stockSeedOffset = 19_191_919;
const removalSeedOffset = 9_999_991;
const lifecycleSeedOffset = 3_333_331;
/** After the last wallet is READY; a stuck lane takes half a minute and a noop. */
const lanesFreeWithinMs = 120_000;
