import { createHash } from 'node:crypto';
import {
  CHOCO_TOKEN,
  createDevnet,
  type Devnet,
  type DevnetOptions,
  developmentKey,
  Faults,
  SERVICE_ACCOUNT,
} from '@choonsim/near-devnet';
import type Database from 'better-sqlite3';
import { createAesKeyVault } from '../../../adapters/keys/aes-key-vault.ts';
import { createJsonRpcNearChain } from '../../../adapters/near-rpc/json-rpc-near-chain.ts';
import type { RpcObserver } from '../../../adapters/near-rpc/rpc-endpoint.ts';
import type { RpcTransport } from '../../../adapters/near-rpc/rpc-transport.ts';
import { createCronWalletQueue } from '../../../adapters/queues/cron-wallet-queue.ts';
import { createSqlLaneStore } from '../../../adapters/sql/sql-lane-store.ts';
import { createSqlOperatorStore } from '../../../adapters/sql/sql-operator-store.ts';
import { createSqlReconcileStore } from '../../../adapters/sql/sql-reconcile-store.ts';
import { createSqlTransactionLedger } from '../../../adapters/sql/sql-transaction-ledger.ts';
import { createSqlWalletKeyStore } from '../../../adapters/sql/sql-wallet-key-store.ts';
import { createSqlWalletStock } from '../../../adapters/sql/sql-wallet-stock.ts';
import { createSqlWalletStore } from '../../../adapters/sql/sql-wallet-store.ts';
import { toBaseUnits, yoctoPerNear } from '../../../core/amounts.ts';
import type { Clock } from '../../../core/clock.ts';
import type { EngineConfig } from '../../../core/engine-config.ts';
import type { EngineLog } from '../../../core/log.ts';
import type { DiagnosisParts } from '../../../operations/diagnose.ts';
import { createReconciler } from '../../../operations/reconcile.ts';
import { type EngineObserver, silentObserver } from '../../../ports/engine-observer.ts';
import type { KeyVault, StoredKey } from '../../../ports/key-vault.ts';
import type { OperatorStore } from '../../../ports/operator-store.ts';
import { signingTermsOf } from '../../../service/signing-policy.ts';
import { requireMasterKeys } from '../../../service/verify-master-keys.ts';
import {
  createWalletEngine,
  type EngineParts,
  type WalletEngine,
} from '../../../wallets/wallet-engine.ts';
import { onClock } from '../processes/vault-on-clock.ts';
import { LeaseWitness } from '../witnesses/witnessed-leases.ts';
import { PauseWitness } from '../witnesses/witnessed-pauses.ts';
import { witnessedLedger, witnessedStore } from '../witnesses/witnessed-ports.ts';
import { StockWitness } from '../witnesses/witnessed-stock.ts';
import { SqliteWorldDatabase } from './sqlite-world-database.ts';
import { VirtualClock } from './virtual-clock.ts';
import type { DatabaseCopy, DatabaseLink, WorldDatabase, WriteChecks } from './world-database.ts';

export const blockTimeMs = 600;
export const rewardBaseUnits = toBaseUnits('100', 18);

export const worldConfig: EngineConfig = {
  networkId: 'devnet',
  serviceAccountId: SERVICE_ACCOUNT,
  tokenContract: CHOCO_TOKEN,
  tokenDecimals: 18,
  signupReward: '100',
  initialBalanceYocto: yoctoPerNear / 10n,
  reserveYocto: yoctoPerNear,
  spendLimitHourYocto: null,
  spendLimitDayYocto: null,
  spendLimitHourTokens: null,
  spendLimitDayTokens: null,
  runwayWarningWallets: 10,
  batchSize: 10,
  maxAttempts: 3,
  lanes: 4,
  stock: 0,
};

/** Signing terms of a process with the deployment's settings. */
export const worldTerms = signingTermsOf(worldConfig);

export const worldMasterKey = { version: 1, key: new Uint8Array(32).fill(7) };

export interface UserRow {
  id: string;
  nearAccountId: string | null;
  nearPublicKey: string | null;
  nearPrivateKey: string | null;
  chocoBalance: string;
  walletStatus: string | null;
  walletError: string | null;
  walletAttempts: number;
  walletTakeovers: number;
  walletAvailableAt: number | null;
}

/** Those of {@link UserRow}; the table has many more. */
const userColumns = `"id", "nearAccountId", "nearPublicKey", "nearPrivateKey", "chocoBalance",
  "walletStatus", "walletError", "walletAttempts", "walletTakeovers", "walletAvailableAt"`;

/** The stored key of a user with a complete record. */
export function storedKeyOfUser(user: UserRow): StoredKey {
  return {
    deploymentId: 'world',
    walletId: user.id,
    accountId: String(user.nearAccountId),
    publicKey: String(user.nearPublicKey),
    encryptedPrivateKey: String(user.nearPrivateKey),
  };
}

export type WrapPort = <Port extends object>(name: string, port: Port, isDatabase: boolean) => Port;

export interface WorkerOptions {
  name?: string;
  config?: Partial<EngineConfig>;
  transport?: RpcTransport;
  urls?: string[];
  /** Chain id of the configured network; null: any. */
  expectedChainId?: string | null;
  clock?: Clock;
  observer?: EngineObserver;
  onRpcCall?: RpcObserver;
  /** Wraps each port of the engine. */
  wrap?: WrapPort;
  /** A vault with its own master keys; the world's have version 1. */
  vault?: KeyVault;
  /** The settings contradict the deployment's: the process must sign nothing. */
  contradicts?: boolean;
  /** Faults of its connection to the database. */
  link?: DatabaseLink | null;
}

/** The real engine, a real database in memory and the real devnet, on a clock that tests advance. */
export class World {
  readonly clock = new VirtualClock();
  readonly #startedAtMs = this.clock.now();
  readonly faults = new Faults();
  readonly devnet: Devnet;
  readonly database: WorldDatabase;
  readonly logged: { level: string; message: string; fields: Record<string, unknown> }[] = [];
  onLog: ((line: string) => void) | null = null;
  onViolation: ((violation: string) => void) | null = null;
  /** Some processes only seal keys; set before the first vault is made. */
  waitsForSealedKeys = false;
  /** The chain produces no blocks although its nodes answer. */
  isHalted = false;
  /** By signing terms, shared by all workers: deriving lane keys again costs more than the test itself. */
  readonly #vaults = new Map<string, KeyVault>();
  readonly #observed = {
    nowMs: () => this.clock.now(),
    onViolation: (violation: string) => this.onViolation?.(violation),
  };
  /** Called when a wallet is taken from the stock. */
  onTaken: (() => void) | null = null;
  readonly stock = new StockWitness({
    rows: (sql, ...params) => this.rows(sql, ...params),
    checked: (write, checks) => this.database.checked(write, checks),
    onViolation: this.#observed.onViolation,
    onTaken: () => this.onTaken?.(),
    chain: () => this.devnet.inspect(),
  });
  readonly #leases = new LeaseWitness(this.#observed);
  readonly #pauses = new PauseWitness(this.#observed);
  #bytes = 0;

  constructor({
    genesis = {},
    database = new SqliteWorldDatabase(),
  }: {
    genesis?: DevnetOptions['genesis'];
    database?: WorldDatabase;
  } = {}) {
    this.database = database;
    this.devnet = createDevnet({
      now: () => this.clock.now(),
      setTimer: (run, delayMs) => this.clock.setTimer(run, delayMs),
      faults: this.faults,
      genesis: { chainInstanceId: 'world', ...genesis },
    });
    const produce = () => {
      this.devnet.produceBlock();
      this.clock.setTimer(produce, blockTimeMs);
    };
    this.clock.setTimer(produce, blockTimeMs);
  }

  /** For tests over SQLite. */
  get sqlite(): Database.Database {
    return this.#sqliteDatabase().sqlite;
  }

  set sqlite(sqlite: Database.Database) {
    this.#sqliteDatabase().sqlite = sqlite;
  }

  #sqliteDatabase(): SqliteWorldDatabase {
    if (this.database instanceof SqliteWorldDatabase) return this.database;
    throw new Error('this world has no SQLite');
  }

  /** Since the world began, ms. */
  elapsedMs(): number {
    return this.clock.now() - this.#startedAtMs;
  }

  /** Deterministic: the same bytes in every run. */
  randomBytes(size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 32) {
      this.#bytes += 1;
      bytes.set(
        createHash('sha256')
          .update(`${this.#bytes}`)
          .digest()
          .subarray(0, size - at),
        at,
      );
    }
    return bytes;
  }

  log(): EngineLog {
    const at = (level: string) => (fields: Record<string, unknown>, message: string) => {
      this.logged.push({ level, message, fields });
      this.onLog?.(`${level}: ${message} ${JSON.stringify(fields, errorsAsText)}`);
    };
    return { info: at('info'), warn: at('warn'), error: at('error') };
  }

  /** Sends requests to the devnet, with the world's injected faults. */
  transport: RpcTransport = async ({ body }) => {
    const answer = await this.devnet.handle(body);
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    return { httpStatus: answer.httpStatus, body: text };
  };

  engine(options: WorkerOptions = {}): WalletEngine {
    return createWalletEngine(this.#parts(options));
  }

  /** The parts of `doctor`. */
  diagnosisParts(options: WorkerOptions = {}): DiagnosisParts {
    const keys = createSqlWalletKeyStore(this.database.connect(null));
    const { config, chain, vault, clock, ledger, lanes, stock } = this.#parts({
      name: 'doctor',
      ...options,
    });
    return { config, chain, vault, clock, tables: { ledger, lanes, keys, stock } };
  }

  /** The reconcile command, run beside the workers. */
  reconciler(options: WorkerOptions = {}): ReturnType<typeof createReconciler> {
    const { wrap = (_portName, port) => port } = options;
    const records = createSqlReconcileStore(this.database.connect(options.link ?? null));
    const parts = this.#parts({ name: 'command', ...options });
    return createReconciler({ ...parts, records: wrap('records', records, true) });
  }

  /** The check every process makes before the first request. @throws ServiceError `MASTER_KEY_CHANGED` */
  requireMasterKeys({
    vault = this.vaultOf(worldConfig),
  }: Pick<WorkerOptions, 'vault'>): Promise<void> {
    const keys = createSqlWalletKeyStore(this.database.connect(null));
    const randomBytes = (size: number) => this.randomBytes(size);
    return requireMasterKeys({ keys, vault, clock: this.clock, randomBytes });
  }

  /** Operations of the operator. */
  operatorStore(): OperatorStore {
    return createSqlOperatorStore(this.database.connect(null));
  }

  /** The vault shared by all processes with this configuration. */
  vaultOf(config: EngineConfig): KeyVault {
    const terms = signingTermsOf(config);
    const name = Object.values(terms).join(' ');
    const known = this.#vaults.get(name);
    if (known) return known;
    const vault = createAesKeyVault({
      masterKeys: [worldMasterKey],
      servicePrivateKey: developmentKey(SERVICE_ACCOUNT).secretKey,
      terms,
      randomBytes: (size) => this.randomBytes(size),
    });
    const own = this.waitsForSealedKeys ? onClock(vault, this.clock) : vault;
    this.#vaults.set(name, own);
    return own;
  }

  #parts({
    name = 'worker',
    config = {},
    transport = this.transport,
    urls = ['node'],
    expectedChainId = null,
    clock = this.clock,
    observer = silentObserver,
    onRpcCall = () => undefined,
    wrap = (_portName, port) => port,
    vault = this.vaultOf({ ...worldConfig, ...config }),
    contradicts = false,
    link = null,
  }: WorkerOptions): EngineParts {
    const database = this.database.connect(link);
    const randomBytes = (size: number) => this.randomBytes(size);
    const log = this.log();
    const witness = {
      rows: (sql: string, ...params: unknown[]) =>
        this.rows<Record<string, unknown>>(sql, ...params),
      checked: <Result>(write: () => Promise<Result>, checks: WriteChecks) =>
        this.database.checked(write, checks),
      onViolation: this.#observed.onViolation,
      contradicts,
      isHalted: () => this.isHalted,
      chain: () => this.devnet.inspect(),
    };
    const ledger = this.#pauses.ofLedger(
      witnessedLedger(createSqlTransactionLedger(database), witness),
      name,
    );
    const store = this.#leases.ofStore(witnessedStore(createSqlWalletStore(database), witness));
    const stock = this.stock.ofStock(createSqlWalletStock(database), name);
    const lanes = this.#leases.ofLanes(createSqlLaneStore(database));
    const nodes = { urls, expectedChainId, transport, clock, log, onCall: onRpcCall };
    return {
      config: { ...worldConfig, ...config },
      store: wrap('store', store, true),
      // Without a stock it is never called: no crash point.
      stock: config.stock ? wrap('stock', stock, true) : stock,
      ledger: wrap('ledger', ledger, true),
      lanes: wrap('lanes', lanes, true),
      keys: wrap('keys', createSqlWalletKeyStore(database), true),
      chain: wrap('chain', createJsonRpcNearChain(nodes), false),
      vault,
      queue: createCronWalletQueue({ tickMs: 30_000, clock, log }),
      clock,
      log,
      observer,
      holder: name,
      randomBytes,
      // Tests await requests without advancing the clock or the event loop.
      nextTurn: async () => undefined,
    };
  }

  /** Replaces the database, even beneath running processes. */
  replaceDatabase(copy: DatabaseCopy): void {
    this.database.restore(copy);
  }

  addUser(id: string): void {
    this.database.run(
      `INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt")
       VALUES (?, ?, ?, 0, 0)`,
      id,
      id,
      `${id}@example.com`,
    );
  }

  user(id: string): UserRow {
    const [row] = this.rows<UserRow>('SELECT * FROM "User" WHERE "id" = ?', id);
    if (!row) throw new Error(`there is no user ${id}`);
    return row;
  }

  users(): UserRow[] {
    return this.rows<UserRow>(`SELECT ${userColumns} FROM "User" ORDER BY "id"`);
  }

  untilReady(ids: string[], withinMs = 60_000): Promise<void> {
    const ready = () => ids.every((id) => this.user(id).walletStatus === 'READY');
    return this.clock.until(ready, withinMs);
  }

  /** Hashes without a stored outcome. */
  openHashes(): string[] {
    return this.rows<{ hash: string }>(
      `SELECT "hash" FROM "ChainTransaction" WHERE "status" IN ('SIGNED', 'SENT')`,
    ).map(({ hash }) => hash);
  }

  rows<Row>(sql: string, ...params: unknown[]): Row[] {
    return this.database.rows(sql, ...params);
  }
}

function errorsAsText(_key: string, value: unknown): unknown {
  return value instanceof Error ? `${value}` : value;
}
