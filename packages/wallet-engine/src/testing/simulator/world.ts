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
import Database from 'better-sqlite3';
import { migrateSqlite } from '../../../../../drizzle/migrate.ts';
import { createAesKeyVault } from '../../adapters/keys/aes-key-vault.ts';
import { createJsonRpcNearChain } from '../../adapters/near-rpc/json-rpc-near-chain.ts';
import type { RpcObserver } from '../../adapters/near-rpc/rpc-endpoint.ts';
import type { RpcTransport } from '../../adapters/near-rpc/rpc-transport.ts';
import { createCronWalletQueue } from '../../adapters/queues/cron-wallet-queue.ts';
import { betterSqlite3Database, type SqlDatabase } from '../../adapters/sqlite/sql-database.ts';
import { createSqliteLaneStore } from '../../adapters/sqlite/sqlite-lane-store.ts';
import { createSqliteOperatorStore } from '../../adapters/sqlite/sqlite-operator-store.ts';
import { createSqliteReconcileStore } from '../../adapters/sqlite/sqlite-reconcile-store.ts';
import { createSqliteTransactionLedger } from '../../adapters/sqlite/sqlite-transaction-ledger.ts';
import { createSqliteWalletKeyStore } from '../../adapters/sqlite/sqlite-wallet-key-store.ts';
import { createSqliteWalletStock } from '../../adapters/sqlite/sqlite-wallet-stock.ts';
import { createSqliteWalletStore } from '../../adapters/sqlite/sqlite-wallet-store.ts';
import { toBaseUnits, yoctoPerNear } from '../../core/amounts.ts';
import type { Clock } from '../../core/clock.ts';
import type { EngineConfig } from '../../core/engine-config.ts';
import type { EngineLog } from '../../core/log.ts';
import type { DiagnosisParts } from '../../operations/diagnose.ts';
import { createReconciler } from '../../operations/reconcile.ts';
import { type EngineObserver, silentObserver } from '../../ports/engine-observer.ts';
import type { KeyVault, StoredKey } from '../../ports/key-vault.ts';
import type { OperatorStore } from '../../ports/operator-store.ts';
import { signingTermsOf } from '../../service/signing-policy.ts';
import { requireMasterKeys } from '../../service/verify-master-keys.ts';
import {
  createWalletEngine,
  type EngineParts,
  type WalletEngine,
} from '../../wallets/wallet-engine.ts';
import { VirtualClock } from './virtual-clock.ts';
import { LeaseWitness } from './witnessed-leases.ts';
import { PauseWitness } from './witnessed-pauses.ts';
import { witnessedLedger, witnessedStore } from './witnessed-ports.ts';
import { StockWitness } from './witnessed-stock.ts';

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

/** What the world's vault signs, where a process is configured as all others. */
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

/** The stored key of a user whose record is whole. */
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
  /** Of the network that is configured; null: any. */
  expectedChainId?: string | null;
  clock?: Clock;
  observer?: EngineObserver;
  onRpcCall?: RpcObserver;
  /** Stands between the engine and its ports. */
  wrap?: WrapPort;
  /** With master keys of its own; the world's are all of version 1. */
  vault?: KeyVault;
  /** Its settings contradict the deployment's: it may sign nothing. */
  contradicts?: boolean;
}

/** The real engine, a real database in memory and the real node, on a clock that tests move. */
export class World {
  readonly clock = new VirtualClock();
  readonly faults = new Faults();
  readonly devnet: Devnet;
  sqlite: Database.Database;
  readonly logged: { level: string; message: string; fields: Record<string, unknown> }[] = [];
  onLog: ((line: string) => void) | null = null;
  onViolation: ((violation: string) => void) | null = null;
  /** No block is made although the nodes answer. */
  isHalted = false;
  /** By terms, each for all workers: deriving lanes' keys anew costs more than what is tested. */
  readonly #vaults = new Map<string, KeyVault>();
  readonly #prepared = new Map<string, Database.Statement>();
  /** Of every process: whichever database is in place, also beneath those that run. */
  readonly #database: SqlDatabase = {
    read: (statement) => betterSqlite3Database(this.sqlite).read(statement),
    write: (statements) => betterSqlite3Database(this.sqlite).write(statements),
  };
  readonly #observed = {
    nowMs: () => this.clock.now(),
    onViolation: (violation: string) => this.onViolation?.(violation),
  };
  /** A wallet was given out of the stock. */
  onTaken: (() => void) | null = null;
  readonly stock = new StockWitness({
    rows: (sql, ...params) => this.rows(sql, ...params),
    onViolation: this.#observed.onViolation,
    onTaken: () => this.onTaken?.(),
    chain: () => this.devnet.inspect(),
  });
  readonly #leases = new LeaseWitness(this.#observed);
  readonly #pauses = new PauseWitness(this.#observed);
  #bytes = 0;

  constructor({ genesis = {} }: { genesis?: DevnetOptions['genesis'] } = {}) {
    const sqlite = new Database(migratedDatabase());
    this.sqlite = sqlite;
    sqlite.pragma('foreign_keys = ON');
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

  /** The same bytes in every run. */
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

  /** What the engine sends goes to the node over the world's own faults. */
  transport: RpcTransport = async ({ body }) => {
    const answer = await this.devnet.handle(body);
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    return { httpStatus: answer.httpStatus, body: text };
  };

  engine(options: WorkerOptions = {}): WalletEngine {
    return createWalletEngine(this.#parts(options));
  }

  /** What an operator's diagnosis asks. */
  diagnosisParts(options: WorkerOptions = {}): DiagnosisParts {
    const keys = createSqliteWalletKeyStore(this.#database);
    const { config, chain, vault, clock, ledger, lanes, stock } = this.#parts({
      name: 'doctor',
      ...options,
    });
    return { config, chain, vault, clock, tables: { ledger, lanes, keys, stock } };
  }

  /** As an operator's command, beside the workers. */
  reconciler(options: WorkerOptions = {}): ReturnType<typeof createReconciler> {
    const { wrap = (_portName, port) => port } = options;
    const records = createSqliteReconcileStore(this.#database);
    const parts = this.#parts({ name: 'command', ...options });
    return createReconciler({ ...parts, records: wrap('records', records, true) });
  }

  /** As every process does before a wallet is asked for. @throws ServiceError `MASTER_KEY_CHANGED` */
  requireMasterKeys({
    vault = this.vaultOf(worldConfig),
  }: Pick<WorkerOptions, 'vault'>): Promise<void> {
    const keys = createSqliteWalletKeyStore(this.#database);
    const randomBytes = (size: number) => this.randomBytes(size);
    return requireMasterKeys({ keys, vault, clock: this.clock, randomBytes });
  }

  /** What an operator may do by hand. */
  operatorStore(): OperatorStore {
    return createSqliteOperatorStore(this.#database);
  }

  /** The vault of all processes that are configured so. */
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
    this.#vaults.set(name, vault);
    return vault;
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
  }: WorkerOptions): EngineParts {
    const database = this.#database;
    const randomBytes = (size: number) => this.randomBytes(size);
    const log = this.log();
    const witness = {
      rows: (sql: string, ...params: unknown[]) =>
        this.rows<Record<string, unknown>>(sql, ...params),
      onViolation: this.#observed.onViolation,
      contradicts,
      isHalted: () => this.isHalted,
      chain: () => this.devnet.inspect(),
    };
    const ledger = this.#pauses.ofLedger(
      witnessedLedger(createSqliteTransactionLedger(database), witness),
      name,
    );
    const store = this.#leases.ofStore(witnessedStore(createSqliteWalletStore(database), witness));
    const stock = this.stock.ofStock(createSqliteWalletStock(database), name);
    const lanes = this.#leases.ofLanes(createSqliteLaneStore(database));
    const nodes = { urls, expectedChainId, transport, clock, log, onCall: onRpcCall };
    return {
      config: { ...worldConfig, ...config },
      store: wrap('store', store, true),
      // Without a stock nobody calls it: no point to die at.
      stock: config.stock ? wrap('stock', stock, true) : stock,
      ledger: wrap('ledger', ledger, true),
      lanes: wrap('lanes', lanes, true),
      keys: wrap('keys', createSqliteWalletKeyStore(database), true),
      chain: wrap('chain', createJsonRpcNearChain(nodes), false),
      vault,
      queue: createCronWalletQueue({ tickMs: 30_000, clock, log }),
      clock,
      log,
      observer,
      holder: name,
      randomBytes,
      // Tests that wait for a request do not move the clock, nor the event loop.
      nextTurn: async () => undefined,
    };
  }

  /** Another database in the place of this one, also beneath the processes that run. */
  replaceDatabase(contents: Buffer): void {
    this.#prepared.clear();
    this.sqlite = new Database(Buffer.from(contents));
    this.sqlite.pragma('foreign_keys = ON');
  }

  addUser(id: string): void {
    this.sqlite
      .prepare(
        `INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt")
         VALUES (?, ?, ?, 0, 0)`,
      )
      .run(id, id, `${id}@example.com`);
  }

  user(id: string): UserRow {
    const [row] = this.rows<UserRow>('SELECT * FROM "User" WHERE "id" = ?', id);
    if (!row) throw new Error(`there is no user ${id}`);
    return row;
  }

  users(): UserRow[] {
    return this.rows<UserRow>('SELECT * FROM "User" ORDER BY "id"');
  }

  untilReady(ids: string[], withinMs = 60_000): Promise<void> {
    const ready = () => ids.every((id) => this.user(id).walletStatus === 'READY');
    return this.clock.until(ready, withinMs);
  }

  /** Of what the ledger has no outcome of yet. */
  openHashes(): string[] {
    return this.rows<{ hash: string }>(
      `SELECT "hash" FROM "ChainTransaction" WHERE "status" IN ('SIGNED', 'SENT')`,
    ).map(({ hash }) => hash);
  }

  rows<Row>(sql: string, ...params: unknown[]): Row[] {
    let statement = this.#prepared.get(sql);
    if (!statement) {
      statement = this.sqlite.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement.all(...params) as Row[];
  }
}

function errorsAsText(_key: string, value: unknown): unknown {
  return value instanceof Error ? `${value}` : value;
}

let migrated: Buffer | undefined;

/** A migrated database to clone: migrating anew for every test costs more than the test. */
export function migratedDatabase(): Buffer {
  if (!migrated) {
    const sqlite = new Database(':memory:');
    migrateSqlite(sqlite, 'drizzle/migrations');
    // Random otherwise, and with it the lanes' keys.
    sqlite.exec(`UPDATE "DeploymentIdentity" SET "deploymentId" = 'world'`);
    migrated = sqlite.serialize();
  }
  return Buffer.from(migrated);
}
