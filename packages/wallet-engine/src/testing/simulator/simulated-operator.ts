import Database from 'better-sqlite3';
import { leaveStockOut } from '../../adapters/sqlite/sqlite-wallet-stock.ts';
import type { ReconcileReport } from '../../operations/reconcile.ts';
import { effectOf } from './invariants.ts';
import { SeededRandom } from './seeded-random.ts';
import { noDangers, type ProcessWatch, type SimulatedProcess } from './simulated-process.ts';
import { isWanted, type WantedDangers } from './wanted-dangers.ts';
import type { WorkerOptions, World, WrapPort } from './world.ts';

/** How long an operator who reconciles nothing takes until processes are started again. */
const restoreTakesMs = 210_000;
/** How long workers run beside a chain they are behind before the operator remembers. */
const forgottenForMs = 90_000;
const triesAgainMs = 2_000;
/** Few of a run's many points are the command's: its first tries may die in calm and storm alike. */
const mortalCommands = 2;
const snapshotEveryMs = 1_000;
const snapshotsKept = 15;
const resumesEveryMs = 5_000;
const actor = 'command';

/** What the operator may do with the rest of the run, and is told of it. */
interface Surroundings {
  world: World;
  random: SeededRandom;
  watch: ProcessWatch;
  lanes: number;
  keepsStock: boolean;
  isStorm(): boolean;
  isForeign(userId: string): boolean;
  /** With a removed key goes the nonce that tells a restored database what it lacks. */
  areKeysRemoved(): boolean;
  newProcess(name: string): SimulatedProcess;
  wiring(): Pick<WorkerOptions, 'urls' | 'transport' | 'expectedChainId'>;
  startWorker(): void;
  stopWorkers(): void;
  /** An older database is back. @param isBehind it lacks what was signed since */
  onRestored(isBehind: boolean): void;
  onViolation(violation: string): void;
  note(name: string, error: unknown): void;
}

/**
 * Takes backups, puts an older one in place, and reconciles: at once, as the documents say, or after
 * having forgotten it for a while.
 */
export class SimulatedOperator {
  readonly #around: Surroundings;
  #backup: Buffer | null = null;
  #isBehind = false;
  #hasRestored = false;
  #restored: { lost: string[]; kept: string[] } | null = null;
  #restoredUntilMs = 0;
  /** Until the command has come to its end nothing else is started. Null: none is due. */
  #reconcileDueMs: number | null = null;
  #command: SimulatedProcess | null = null;
  #commandsMade = 0;
  /** What a replica has that lags behind, oldest first. */
  readonly #snapshots: Buffer[] = [];
  readonly #own: SeededRandom;
  readonly #wanted: WantedDangers;

  constructor({ seed, wanted, ...around }: Surroundings & { seed: number; wanted: WantedDangers }) {
    this.#around = around;
    this.#wanted = wanted;
    this.#own = new SeededRandom(seed + operatorSeedOffset);
  }

  /** Draws what the operator does beside backups, apart from everything else. */
  plan(): void {
    const random = this.#own;
    const isDrawn = (name: string, probability: number) =>
      random.chance(probability) || isWanted(this.#wanted, name);
    if (isDrawn(pauses, 0.1)) {
      const atMs = random.between(2_000, 15_000);
      // What is taken during a pause is not made again: nothing on chain tells of it.
      const whileTaken = isWanted(this.#wanted, pauses) && this.#around.keepsStock;
      this.#planPause(whileTaken ? 0 : atMs);
    }
    if (isWanted(this.#wanted, 'restored backup')) {
      this.#planRestore(random);
    }
    if (!isDrawn(restoresBeneath, 0.12)) return;
    this.#keepSnapshots();
    this.#at(random.between(4_000, 22_000), () => {
      if (this.#around.isStorm()) this.#restoreBeneath();
    });
  }

  /** From then on the ledger does not know all that was spent. */
  get hasRestored(): boolean {
    return this.#hasRestored;
  }

  /** Whether a restored database has not been compared with its chain since. */
  get isUnreconciled(): boolean {
    return this.#restored !== null;
  }

  mayStartWorkers(): boolean {
    return this.#reconcileDueMs === null && this.#nowMs() >= this.#restoredUntilMs;
  }

  takeBackup(): void {
    const { world, random } = this.#around;
    this.#backup = copyForBackup(world.sqlite);
    // The most is lost when it comes back after about as long as a wallet takes.
    if (!random.chance(0.1)) return;
    this.#at(random.between(2_500, 9_000), () => {
      if (this.#around.isStorm()) this.restoreBackup();
    });
  }

  /** Stops everything, puts the backup in place, and starts again. */
  restoreBackup(): void {
    if (!this.#backup || this.#isBehind) return;
    const { random, stopWorkers, startWorker } = this.#around;
    stopWorkers();
    if (this.#command) this.#command.isDead = true;
    this.#command = null;
    this.#reconcileDueMs = null;
    this.#replaceBy(this.#backup);
    if (random.chance(0.5) || this.#around.areKeysRemoved()) {
      // Before anything is started. Messages of the lost database may still arrive.
      this.#reconcileDueMs = this.#nowMs() + random.between(500, 10_000);
      return;
    }
    // Forgotten; but by then whatever was under way has arrived.
    this.#restoredUntilMs = this.#nowMs() + restoreTakesMs;
    this.#at(restoreTakesMs, startWorker);
  }

  #replaceBy(contents: Buffer): void {
    const { world, watch, onRestored } = this.#around;
    const before = this.#hashes('"ChainTransaction"');
    const signedByLanes = this.#signedByLanes();
    this.#letBytesTravel();
    this.#hasRestored = true;
    world.replaceDatabase(contents);
    const kept = this.#hashes('"ChainTransaction"');
    const isLost = (hash: string) => !kept.includes(hash);
    const lost = before.filter(isLost);
    // Of another deployment's lanes a database without its row cannot know.
    if (world.rows('SELECT 1 FROM "Deployment"').length > 0) {
      this.#restored = { lost: signedByLanes.filter(isLost), kept };
    }
    // Only what reached the chain can be known to be missing.
    this.#isBehind = lost.length > 0;
    onRestored(this.#isBehind);
    watch.trace(`${lost.length} signed transactions are unknown to the restored database`);
  }

  calm(): void {
    if (this.#command) this.#command.dangers = noDangers;
  }

  /** Runs the command when it is due, again when it has died. @returns whether it has to end first */
  isReconciling(): boolean {
    if (this.#command?.isDead) {
      this.#command = null;
      this.#reconcileDueMs = this.#nowMs() + triesAgainMs;
    }
    if (this.#reconcileDueMs === null) return false;
    if (!this.#command && this.#nowMs() >= this.#reconcileDueMs) this.#reconcile();
    return true;
  }

  /** Behind the chain no wallet may end by itself; sooner or later the operator remembers. */
  isStillBehind(): boolean {
    if (!this.#isBehind && !this.#isLeftHalfReconciled()) return false;
    if (this.#nowMs() > this.#restoredUntilMs + forgottenForMs) {
      this.#reconcileDueMs ??= this.#nowMs();
    }
    return true;
  }

  /** A database that lacks what its lanes did on chain may sign nothing: it may have paid already. */
  signedThoughBehind(): string[] {
    if (this.#restored === null) return [];
    const { lost, kept } = this.#restored;
    const signed = this.#hashes('"ChainTransactionWallet"').filter((hash) => !kept.includes(hash));
    if (signed.length === 0 || !lost.some((hash) => this.#hasSpentNonce(hash))) return [];
    return signed.map((hash) => `${hash} was signed with a database behind the chain`);
  }

  /** While wallets are under way: what was signed since the backup is lost. */
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
    this.#snapshots.push(this.#around.world.sqlite.serialize());
    if (this.#snapshots.length > snapshotsKept) this.#snapshots.shift();
    this.#at(snapshotEveryMs, () => this.#keepSnapshots());
  }

  /** A replica that lags is promoted, or a copy put in place, and nobody stops the processes. */
  #restoreBeneath(): void {
    const random = this.#own;
    const [oldest, ...newer] = this.#snapshots;
    if (!oldest || this.#isBehind || this.#reconcileDueMs !== null) return;
    const { watch } = this.#around;
    watch.count(`event: ${restoresBeneath}`);
    this.#around.world.stock.putBeneath();
    this.#replaceBy(random.pick([oldest, ...newer]));
    // Pauses are seen by whoever watches over the service, after a while.
    this.#reconcileDueMs = this.#nowMs() + random.between(15_000, 60_000);
  }

  /** What no block has yet may still be on its way to a node, for as long as an operator would wait. */
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

  /** In a process that may die like any other; then it is run again. */
  #reconcile(): void {
    const { world, random, watch, lanes, newProcess, wiring, stopWorkers, note } = this.#around;
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
      .reconciler({ name, config: { lanes }, ...wiring(), clock, wrap })
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

  /** A backup of a database amid its reconciliation, or beneath those who knew another, says so itself. */
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

  /** Without those of the account's own key, which only adds lanes: that may be done twice. */
  #signedByLanes(): string[] {
    return this.#hashes(
      `"ChainTransaction" WHERE "publicKey" IN (
        SELECT "publicKey" FROM "ServiceKeyLane" WHERE "laneNumber" > 0)`,
    );
  }

  /** Whether a final block shows it, with an effect or without one. */
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

/** As the command that makes backups leaves it. */
function copyForBackup(sqlite: Database.Database): Buffer {
  const copy = new Database(sqlite.serialize());
  copy.exec(leaveStockOut.sql);
  const contents = copy.serialize();
  copy.close();
  return contents;
}

const pauses = 'operator pauses';
const restoresBeneath = 'older database beneath living processes';
const operatorSeedOffset = 15_151_519;
