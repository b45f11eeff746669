import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import Database from 'better-sqlite3';
import { migrateSqlite } from '#drizzle/migrate.ts';
import { systemClock } from '../core/clock.ts';
import { findReplacement, identityOf } from '../core/database-file.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import type { EngineLog } from '../core/log.ts';
import { chainIdOf } from '../core/network-chain-id.ts';
import type { EngineObserver } from '../ports/engine-observer.ts';
import { type LimitConfig, usualSpendLimits } from '../service/spend-limits.ts';
import { createWalletEngine, type WalletEngine } from '../wallets/wallet-engine.ts';
import { createAesKeyVault } from './keys/aes-key-vault.ts';
import { createJsonRpcNearChain } from './near-rpc/json-rpc-near-chain.ts';
import { createCronWalletQueue } from './queues/cron-wallet-queue.ts';
import { betterSqlite3Database, type SqlDatabase } from './sqlite/sql-database.ts';
import { createSqliteLaneStore } from './sqlite/sqlite-lane-store.ts';
import { createSqliteTransactionLedger } from './sqlite/sqlite-transaction-ledger.ts';
import { createSqliteWalletKeyStore } from './sqlite/sqlite-wallet-key-store.ts';
import { createSqliteWalletStore } from './sqlite/sqlite-wallet-store.ts';

/** What cannot be guessed; everything else of {@link EngineConfig} has a value that suits a small app. */
type GivenConfig = Pick<EngineConfig, Required> & Partial<EngineConfig>;
type Required = 'networkId' | 'serviceAccountId' | 'tokenContract' | 'tokenDecimals';

const usualConfig: Omit<EngineConfig, Required | keyof LimitConfig> = {
  signupReward: '100',
  initialBalanceYocto: 10n ** 23n,
  reserveYocto: 10n ** 24n,
  runwayWarningWallets: 500,
  batchSize: 10,
  maxAttempts: 3,
  lanes: 8,
};

/**
 * The engine over one SQLite file, for an app that has no composition root of its own. Makes and
 * migrates the tables; users are rows of "User", which the app inserts. Once another file stands at the
 * path, every write throws: it would go into a file that is deleted already.
 * @param masterKeys 32 bytes each: the first encrypts, all decrypt; whoever loses them loses the wallets
 * @throws SqliteError when the file cannot be opened or a migration fails
 */
export function openWalletEngine({
  file,
  migrationsFolder,
  nodeUrls,
  servicePrivateKey,
  masterKeys,
  config,
  log,
  observer,
}: {
  file: string;
  migrationsFolder: string;
  /** In order of preference. */
  nodeUrls: string[];
  servicePrivateKey: string;
  masterKeys: { version: number; key: Uint8Array }[];
  config: GivenConfig;
  log: EngineLog;
  observer?: EngineObserver;
}): { engine: WalletEngine; database: Database.Database } {
  const database = new Database(file, { timeout: 5_000 });
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  migrateSqlite(database, migrationsFolder);
  database.pragma('foreign_keys = ON');
  const sql = whileInPlace(betterSqlite3Database(database), file);
  const terms = { ...usualConfig, ...config };
  const engine = createWalletEngine({
    // Whoever has not thought of limits has some.
    config: { ...usualSpendLimits(terms), ...terms },
    store: createSqliteWalletStore(sql),
    ledger: createSqliteTransactionLedger(sql),
    lanes: createSqliteLaneStore(sql),
    keys: createSqliteWalletKeyStore(sql),
    chain: createJsonRpcNearChain({
      urls: nodeUrls,
      expectedChainId: chainIdOf(config.networkId),
      log,
    }),
    vault: createAesKeyVault({ masterKeys, servicePrivateKey }),
    queue: createCronWalletQueue({ tickMs: 30_000, clock: systemClock, log }),
    clock: systemClock,
    log,
    ...(observer && { observer }),
    holder: `${hostname()}/${process.pid}/${randomUUID()}`,
    randomBytes,
  });
  return { engine, database };
}

/** Nothing in memory has a path. */
function whileInPlace(database: SqlDatabase, file: string): SqlDatabase {
  const opened = identityOf(file);
  if (!opened) return database;
  return {
    read: database.read,
    async write(statements) {
      const sentence = findReplacement(file, opened);
      if (sentence !== null) throw new Error(sentence);
      return database.write(statements);
    },
  };
}
