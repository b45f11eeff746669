import { ServiceError, WalletError } from '../../core/errors.ts';
import { SimulatedChainFaults } from './faults/simulated-chain-faults.ts';
import { SimulatedLiar } from './faults/simulated-liar.ts';
import { healthyNode, SimulatedNetwork } from './faults/simulated-network.ts';
import { SimulatedNodeFaults } from './faults/simulated-node-faults.ts';
import type { WantedFaults } from './faults/wanted-faults.ts';
import { SimulatedFleet } from './processes/simulated-fleet.ts';
import { lostKeys, SimulatedWebProcesses } from './processes/simulated-web-processes.ts';
import { SimulatedOperator } from './simulated-operator.ts';
import { SimulatedSettings } from './simulated-settings.ts';
import { archivalAfterMs, SimulatedStorm } from './simulated-storm.ts';
import { SimulatedTreasury } from './simulated-treasury.ts';
import { SimulatedUsers } from './simulated-users.ts';
import { Invariants } from './witnesses/invariants.ts';
import { PostgresWorldDatabase } from './world/postgres-world-database.ts';
import { SeededRandom } from './world/seeded-random.ts';
import { SqliteWorldDatabase } from './world/sqlite-world-database.ts';
import { type UserRow, World } from './world/world.ts';
import type { WorldDatabase } from './world/world-database.ts';

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
  readonly #storm: SimulatedStorm;
  readonly #chain: SimulatedChainFaults;
  readonly #nodes: SimulatedNodeFaults;
  readonly #liar: SimulatedLiar;
  readonly #settings: SimulatedSettings;
  readonly #operator: SimulatedOperator;
  readonly #treasury: SimulatedTreasury;
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
    this.#storm = new SimulatedStorm({
      ...{ ...around, settings: this.#settings, random, lifecycle, note },
      ...{ nodes: this.#nodes, liar: this.#liar, chain: this.#chain, treasury: this.#treasury },
      ...{ fleet, users: this.#users, operator: this.#operator },
      onViolation: (violation) => this.#violations.push(violation),
    });
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
      isStorm: () => this.#storm.isOn,
      isForeign: (userId) => this.#chain.isForeign(userId),
      areKeysRemoved: () => this.#chain.areKeysRemoved,
      processes: () => fleet.alive(),
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
      this.#storm.begin();
      const workers = this.#random.between(1, 3);
      for (let index = 0; index < workers; index += 1) this.#fleet.startWorker();
      this.#fleet.startWebs();
      await this.#advance(this.#storm.drawDurationMs(), () => false);
      this.#storm.calm();
      await this.#advance(calmLimitMs, () => this.#isOver());
      const areLanesFree = () => this.#fleet.busyLanes() === 0;
      await this.#advance(lanesFreeWithinMs, areLanesFree);
      if (this.#nodes.isHistoryMissing()) await this.#advance(archivalAfterMs, areLanesFree);
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
          isStorm: this.#storm.isOn,
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

const fillLimitMs = 30_000;
const lifecycleSeedOffset = 3_333_331;
/** After the last wallet is READY; a stuck lane takes half a minute and a noop. */
const lanesFreeWithinMs = 120_000;
