import type { ReconcileReport } from '../../operations/reconcile.ts';
import { isWanted, type WantedFaults } from './faults/wanted-faults.ts';
import {
  noDangers,
  type ProcessWatch,
  type SimulatedProcess,
} from './processes/simulated-process.ts';
import { effectOf } from './witnesses/invariants.ts';
import { SeededRandom } from './world/seeded-random.ts';
import type { WorkerOptions, World, WrapPort } from './world/world.ts';
import type { DatabaseCopy, DatabaseLink } from './world/world-database.ts';

/** How long an operator who does not reconcile takes until processes start again. */
const restoreTakesMs = 210_000;
/** An event, as the report calls it. */
export const replicaTakesOver = 'lagging replica takes over';
/** How long workers run behind the chain before the operator runs reconcile. */
const forgottenForMs = 90_000;
const triesAgainMs = 2_000;
/** The command passes few crash points: its first runs may crash even after the storm. */
const mortalCommands = 2;
const snapshotEveryMs = 1_000;
const snapshotsKept = 15;
const resumesEveryMs = 5_000;
const actor = 'command';

/** A database put back that has not been reconciled yet. */
interface Restored {
  /** Transactions of lanes that it lacks. */
  lost: string[];
  kept: string[];
  /** Accounts that it may have paid already; null: it must sign nothing at all. */
  paid: ReadonlySet<string> | null;
}

/** What the operator sees of the run and may do to it. */
interface Surroundings {
  world: World;
  random: SeededRandom;
  watch: ProcessWatch;
  lanes: number;
  keepsStock: boolean;
  isStorm(): boolean;
  isForeign(userId: string): boolean;
  /** A removed key takes along the nonce that would reveal what a restored database lacks. */
  areKeysRemoved(): boolean;
  /** Those that run. */
  processes(): SimulatedProcess[];
  newProcess(name: string): SimulatedProcess;
  linkOf(process: SimulatedProcess): DatabaseLink;
  wiring(): Pick<WorkerOptions, 'urls' | 'transport' | 'expectedChainId'>;
  startWorker(): void;
  stopWorkers(): void;
  /** Called after a restore. @param isBehind the database lacks signed transactions */
  onRestored(isBehind: boolean): void;
  onViolation(violation: string): void;
  note(name: string, error: unknown): void;
}

/**
 * Takes backups, restores an older one, and runs reconcile: at once, as the documentation requires,
 * or late.
 */
export class SimulatedOperator {
  readonly #around: Surroundings;
  #backup: { contents: DatabaseCopy } | null = null;
  #isBehind = false;
  #hasRestored = false;
  #restored: Restored | null = null;
  #restoredUntilMs = 0;
  /** When reconcile is due; nothing else starts before it has ended. Null: not due. */
  #reconcileDueMs: number | null = null;
  #command: SimulatedProcess | null = null;
  #commandsMade = 0;
  /** The states of a lagging replica, oldest first. */
  readonly #snapshots: { contents: DatabaseCopy }[] = [];
  readonly #own: SeededRandom;
  readonly #failovers: SeededRandom;
  readonly #wanted: WantedFaults;

  constructor({ seed, wanted, ...around }: Surroundings & { seed: number; wanted: WantedFaults }) {
    this.#around = around;
    this.#wanted = wanted;
    this.#own = new SeededRandom(seed + operatorSeedOffset);
    this.#failovers = new SeededRandom(seed + failoverSeedOffset);
  }

  /** Draws what the operator does besides backups, from a random stream of its own. */
  plan(): void {
    const random = this.#own;
    const isDrawn = (name: string, probability: number) =>
      random.chance(probability) || isWanted(this.#wanted, name);
    if (isDrawn(pauses, 0.1)) {
      const atMs = random.between(2_000, 15_000);
      // A wallet taken during a pause leaves no trace on chain.
      const whileTaken = isWanted(this.#wanted, pauses) && this.#around.keepsStock;
      this.#planPause(whileTaken ? 0 : atMs);
    }
    if (isWanted(this.#wanted, 'restored backup')) {
      this.#planRestore(random);
    }
    this.#planFailover();
    if (!isDrawn(restoresBeneath, 0.12)) return;
    this.#keepSnapshots();
    this.#at(random.between(4_000, 22_000), () => {
      if (this.#around.isStorm()) this.#restoreBeneath();
    });
  }

  /** From then on the ledger does not know everything that was spent. */
  get hasRestored(): boolean {
    return this.#hasRestored;
  }

  /** Whether a restored database has not been reconciled yet. */
  get isUnreconciled(): boolean {
    return this.#restored !== null;
  }

  mayStartWorkers(): boolean {
    return this.#reconcileDueMs === null && this.#nowMs() >= this.#restoredUntilMs;
  }

  takeBackup(): void {
    const { world, random } = this.#around;
    this.#backup = { contents: world.database.backup() };
    // A restore after about the time a wallet takes loses the most.
    if (!random.chance(0.1)) return;
    this.#at(random.between(2_500, 9_000), () => {
      if (this.#around.isStorm()) this.restoreBackup();
    });
  }

  /** Stops all processes, restores the backup, and starts again. */
  restoreBackup(): void {
    if (!this.#backup || this.#isBehind) return;
    const { random, stopWorkers, startWorker } = this.#around;
    stopWorkers();
    if (this.#command) this.#command.isDead = true;
    this.#command = null;
    this.#reconcileDueMs = null;
    this.#replaceBy(this.#backup.contents);
    if (random.chance(0.5) || this.#around.areKeysRemoved()) {
      // Reconcile first. Messages of the lost database may still arrive.
      this.#reconcileDueMs = this.#nowMs() + random.between(500, 10_000);
      return;
    }
    // Reconcile is forgotten; by then every message under way has arrived.
    this.#restoredUntilMs = this.#nowMs() + restoreTakesMs;
    this.#at(restoreTakesMs, startWorker);
  }

  #replaceBy(contents: DatabaseCopy, { isStrict } = { isStrict: true }): void {
    const { world, watch, onRestored } = this.#around;
    const before = this.#hashes('"ChainTransaction"');
    const signedByLanes = this.#signedByLanes();
    const signedFor = this.#signedFor();
    this.#letBytesTravel();
    this.#hasRestored = true;
    world.replaceDatabase(contents);
    const kept = this.#hashes('"ChainTransaction"');
    const isLost = (hash: string) => !kept.includes(hash);
    const lost = before.filter(isLost);
    // A database without a deployment row cannot know the lanes of the lost one.
    if (world.rows('SELECT 1 FROM "Deployment"').length > 0) {
      const paid = signedFor.filter(({ hash }) => isLost(hash)).map(({ accountId }) => accountId);
      this.#restored = {
        ...{ lost: signedByLanes.filter(isLost), kept },
        paid: isStrict ? null : new Set(paid),
      };
    }
    // Only transactions that reached the chain can be missed.
    this.#isBehind = lost.length > 0;
    onRestored(this.#isBehind);
    watch.trace(`${lost.length} signed transactions are unknown to the restored database`);
  }

  calm(): void {
    if (this.#command) this.#command.dangers = noDangers;
  }

  /** Runs reconcile when it is due, again after a crash. @returns whether it has yet to end */
  isReconciling(): boolean {
    if (this.#command?.isDead) {
      this.#command = null;
      this.#reconcileDueMs = this.#nowMs() + triesAgainMs;
    }
    if (this.#reconcileDueMs === null) return false;
    if (!this.#command && this.#nowMs() >= this.#reconcileDueMs) this.#reconcile();
    return true;
  }

  /** Behind the chain no wallet ends by itself; after a while the operator runs reconcile. */
  isStillBehind(): boolean {
    if (!this.#isBehind && !this.#isLeftHalfReconciled()) return false;
    if (this.#nowMs() > this.#restoredUntilMs + forgottenForMs) {
      this.#reconcileDueMs ??= this.#nowMs();
    }
    return true;
  }

  /** A database that lacks what its lanes did on chain must sign nothing: it may have paid already. */
  signedThoughBehind(): string[] {
    if (this.#restored === null) return [];
    const { lost, kept, paid } = this.#restored;
    const signed = this.#signedFor().filter(
      ({ hash, accountId }) => !kept.includes(hash) && (paid?.has(accountId) ?? true),
    );
    if (signed.length === 0 || !lost.some((hash) => this.#hasSpentNonce(hash))) return [];
    const hashes = [...new Set(signed.map(({ hash }) => hash))];
    return hashes.map((hash) => `${hash} was signed with a database behind the chain`);
  }

  /** A restore while wallets are being created: what was signed since the backup is lost. */
  #planRestore(random: SeededRandom): void {
    this.#at(random.between(1_000, 6_000), () => {
      this.takeBackup();
      this.#at(random.between(1_000, 9_000), () => {
        if (this.#around.isStorm()) this.restoreBackup();
      });
    });
  }

  #planPause(atMs: number): void {
    const { world, watch } = this.#around;
    const store = world.operatorStore();
    const now = () => ({ actor, nowMs: this.#nowMs() });
    const resumeUntilDone = () => {
      const [row] = world.rows<{ pauseReason: string | null }>(
        'SELECT "pauseReason" FROM "Deployment"',
      );
      if (row?.pauseReason === 'OPERATOR') void store.resume(now());
      this.#at(resumesEveryMs, resumeUntilDone);
    };
    this.#at(atMs, () => {
      if (world.rows('SELECT 1 FROM "Deployment"').length === 0) return;
      watch.count(`event: ${pauses}`);
      watch.trace('the operator pauses');
      void store.pause(now());
      this.#at(this.#own.between(1_000, 40_000), resumeUntilDone);
    });
  }

  #keepSnapshots(): void {
    if (!this.#around.isStorm()) return;
    this.#snapshots.push({ contents: this.#around.world.database.copy() });
    if (this.#snapshots.length > snapshotsKept) this.#snapshots.shift();
    this.#at(snapshotEveryMs, () => this.#keepSnapshots());
  }

  /** A lagging replica is promoted, or a copy restored, while the processes keep running. */
  #restoreBeneath(): void {
    const random = this.#own;
    const [oldest, ...newer] = this.#snapshots;
    if (!oldest || !this.#mayReplace()) return;
    this.#replaceBeneath(restoresBeneath, random.pick([oldest, ...newer]).contents);
  }

  /**
   * The database fails, and a replica that lacks its last moments takes over at once. Each process reaches it
   * after another time: the first to do so may know nothing of what another has just signed.
   */
  #planFailover(): void {
    const random = this.#failovers;
    if (!random.chance(0.08) && !isWanted(this.#wanted, replicaTakesOver)) return;
    this.#at(random.between(0, 10_000), () => this.#failOverAfterSigning(random));
  }

  /** As soon as something was signed since the replica's last state. */
  #failOverAfterSigning(random: SeededRandom): void {
    if (!this.#around.isStorm() || !this.#mayReplace()) return;
    const { world } = this.#around;
    const contents = world.database.copy();
    const signed = () => world.rows('SELECT 1 FROM "ChainTransactionWallet"').length;
    const before = signed();
    this.#at(random.between(50, 500), () => {
      if (!this.#around.isStorm() || !this.#mayReplace()) return;
      if (signed() === before) return this.#failOverAfterSigning(random);
      for (const process of this.#around.processes()) {
        process.loseDatabase(random.between(100, 4_000));
      }
      this.#replaceBeneath(replicaTakesOver, contents);
    });
  }

  #mayReplace(): boolean {
    return !this.#isBehind && this.#reconcileDueMs === null;
  }

  /**
   * Until a process that knows what is lost looks, others may sign for whatever was not paid in it. The operator
   * notices the pause after a while.
   */
  #replaceBeneath(event: string, contents: DatabaseCopy): void {
    const { watch, world } = this.#around;
    watch.count(`event: ${event}`);
    world.stock.restoredBeneath();
    this.#replaceBy(contents, { isStrict: false });
    this.#reconcileDueMs = this.#nowMs() + this.#own.between(15_000, 60_000);
  }

  /** Transactions in no block yet may still arrive at a node while the operator waits. */
  #letBytesTravel(): void {
    const { devnet } = this.#around.world;
    const signed = this.#around.world.rows<{ hash: string; signedBytes: string }>(
      'SELECT "hash", "signedBytes" FROM "ChainTransaction"',
    );
    for (const { hash, signedBytes } of signed) {
      if (devnet.inspect().transaction(hash)) continue;
      this.#at(this.#around.random.between(500, restoreTakesMs - 10_000), () => {
        const params = { signed_tx_base64: signedBytes, wait_until: 'NONE' };
        void devnet.handle({ jsonrpc: '2.0', id: 1, method: 'send_tx', params });
      });
    }
  }

  /** In a process that may crash like any other; then it runs again. */
  #reconcile(): void {
    const { world, random, watch, lanes, newProcess, linkOf, wiring, stopWorkers, note } =
      this.#around;
    stopWorkers();
    this.#commandsMade += 1;
    const name = `reconcile${this.#commandsMade}`;
    const process = newProcess(name);
    if (this.#commandsMade <= mortalCommands) {
      process.dangers = { ...process.dangers, crash: Math.max(process.dangers.crash, 0.001) };
    }
    this.#command = process;
    watch.count('event: reconcile');
    watch.trace(`${name} starts`);
    const { clock } = process;
    const wrap: WrapPort = (portName, port, isDatabase) => process.wrap(portName, port, isDatabase);
    world
      .reconciler({ name, config: { lanes }, ...wiring(), clock, wrap, link: linkOf(process) })
      .run({ adopt: true, adoptRegistered: false, unfinishedOnly: random.chance(0.5) })
      .then(
        ({ adoption }) => this.#endReconcile(adoption),
        (error) => {
          note(name, error);
          process.isDead = true;
        },
      );
  }

  #endReconcile(adoption: ReconcileReport['adoption']): void {
    const { world, watch, isForeign, onViolation, startWorker } = this.#around;
    watch.count('event: reconcile ended');
    watch.trace(`reconciled ${JSON.stringify(adoption)}`);
    this.#command = null;
    this.#reconcileDueMs = null;
    this.#isBehind = false;
    this.#restored = null;
    if (adoption?.paused !== null && adoption?.paused !== 'OPERATOR')
      onViolation(`reconcile leaves ${adoption?.paused}`);
    for (const _ of adoption?.rewardsAdopted ?? []) watch.count('event: reward adopted');
    for (const accountId of adoption?.setAside ?? []) {
      const user = world.users().find(({ nearAccountId }) => nearAccountId === accountId);
      if (!user || !isForeign(user.id)) {
        onViolation(`reconcile has no explanation for ${accountId}`);
      }
    }
    startWorker();
  }

  /** A backup taken during a reconciliation, or restored beneath running processes, is marked as behind. */
  #isLeftHalfReconciled(): boolean {
    if (this.#commandsMade === 0 && !this.#hasRestored) return false;
    const [row] = this.#around.world.rows<{ pauseReason: string }>(
      'SELECT "pauseReason" FROM "Deployment"',
    );
    return row?.pauseReason === 'DATABASE_BEHIND_CHAIN';
  }

  #hashes(from: string): string[] {
    return this.#around.world
      .rows<{ hash: string }>(`SELECT DISTINCT "hash" FROM ${from}`)
      .map(({ hash }) => hash);
  }

  #signedFor(): { hash: string; accountId: string }[] {
    return this.#around.world.rows(
      `SELECT "hash", "accountId" FROM "ChainTransactionWallet" AS "link"
       JOIN "Wallet" ON "Wallet"."id" = "link"."userId"`,
    );
  }

  /** Without those of the own key, which only adds lanes: that may happen twice. */
  #signedByLanes(): string[] {
    return this.#hashes(
      `"ChainTransaction" WHERE "publicKey" IN (
        SELECT "publicKey" FROM "ServiceKeyLane" WHERE "laneNumber" > 0)`,
    );
  }

  /** Whether it executed in a final block, successfully or not. */
  #hasSpentNonce(hash: string): boolean {
    const effect = effectOf(this.#around.world.devnet.inspect().transaction(hash));
    return effect === 'succeeded' || effect === 'failed';
  }

  #nowMs(): number {
    return this.#around.world.clock.now();
  }

  #at(delayMs: number, work: () => void): void {
    this.#around.world.clock.setTimer(work, delayMs);
  }
}

const pauses = 'operator pauses';
const restoresBeneath = 'older database beneath living processes';
const operatorSeedOffset = 15_151_519;
const failoverSeedOffset = 16_161_617;
