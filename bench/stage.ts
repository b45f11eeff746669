import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHOCO_TOKEN, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import Database from 'better-sqlite3';
import { databaseHandle, migrateDatabase } from '#app/lib/db.server.ts';
import { engineLog } from '#app/lib/log.server.ts';
import { walletEngine } from '#app/lib/near/wallet-engine.server.ts';
import { configureEnvironment } from '#app/lib/settings/env.server.ts';
import { createJsonRpcNearChain } from '#engine/adapters/near-rpc/json-rpc-near-chain.ts';
import { createPgSessions } from '#engine/adapters/postgres/pg-sessions.ts';
import { postgresDatabase } from '#engine/adapters/postgres/postgres-database.ts';
import type { SqlDatabase } from '#engine/adapters/sql/sql-database.ts';
import { createSqlTransactionLedger } from '#engine/adapters/sql/sql-transaction-ledger.ts';
import { betterSqlite3Database } from '#engine/adapters/sqlite/better-sqlite3-database.ts';
import type { NearChain } from '#engine/ports/near-chain.ts';
import { type PostgresServer, startPostgresServer } from '#engine/testing/postgres-server.ts';
import type { WalletEngine } from '#engine/wallets/wallet-engine.ts';
import { type DevnetProcess, startDevnetProcess } from './devnet-process.ts';
import { until } from './progress.ts';

export type BenchDatabase = 'sqlite' | 'postgres';

export interface StageOptions {
  lanes?: number;
  initialBalance?: string;
  /** More of the app's environment. */
  env?: Record<string, string>;
}

/** Everything a measurement needs: a chain process, a database, and the app's own engine. */
export interface Ground {
  readonly devnet: DevnetProcess;
  /** A connection of the measurement's own. */
  readonly sql: SqlDatabase;
  readonly engine: WalletEngine;
  readonly chain: NearChain;
  /** For other processes of the app on the same database and chain. */
  readonly env: Record<string, string>;
  /** Stops the engine, and the server of the database. */
  close(): Promise<void>;
}

/** A ground over a database file. */
export interface Stage extends Ground {
  readonly sqlite: Database.Database;
}

const hourMs = 60 * 60 * 1000;
const lockPatienceMs = 30_000;

/** A directory that goes with this process. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'choonsim-bench-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Once in a process: the app has one database and one engine in each. */
export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const ground = await setGround({ ...options, database: 'sqlite' });
  const handle = databaseHandle();
  if (handle.kind !== 'sqlite') throw new Error('the measurement needs a database file');
  return { ...ground, sqlite: patientConnection(handle.sqlite.name) };
}

/** As {@link setStage}, over a file or over a PostgreSQL server of its own. */
export async function setGround({
  database,
  lanes = 8,
  initialBalance = '0.1',
  env: more = {},
}: StageOptions & { database: BenchDatabase }): Promise<Ground> {
  const directory = temporaryDirectory();
  const devnet = await startDevnetProcess(join(directory, 'devnet'));
  const server = database === 'postgres' ? await startDatabaseServer() : null;
  const env = {
    DATA_DIR: directory,
    NEAR_NODE_URL: devnet.rpcUrl,
    SERVICE_KEY_LANES: String(lanes),
    NEAR_INITIAL_BALANCE: initialBalance,
    LOG_LEVEL: 'error',
    // Its own part measures it.
    WALLET_STOCK: '0',
    ...(server && { DATABASE_URL: server.url }),
    ...more,
  };
  configureEnvironment(env);
  await migrateDatabase();
  const handle = databaseHandle();
  const sql =
    handle.kind === 'sqlite'
      ? betterSqlite3Database(patientConnection(handle.sqlite.name))
      : postgresDatabase(patientSessions(env.DATABASE_URL ?? ''));
  const chain = createJsonRpcNearChain({
    urls: [devnet.rpcUrl],
    expectedChainId: null,
    log: engineLog(),
  });
  await openOldDeployment(sql, chain);
  const engine = walletEngine();
  const close = async () => {
    await engine.stop();
    await server?.stop();
  };
  return { devnet, sql, engine, chain, env, close };
}

/** The app's connection does not wait for another process's lock; a measurement does. */
function patientConnection(file: string): Database.Database {
  return new Database(file, { timeout: lockPatienceMs });
}

/** Without time limits. */
export function patientSessions(url: string) {
  const onError = () => undefined;
  const options = { url, applicationName: 'bench', mostConnections: 2, onError };
  return createPgSessions({ ...options, isUnhurried: true });
}

/** A PostgreSQL server that waits for its disk. */
export function startDatabaseServer(): Promise<PostgresServer> {
  return startPostgresServer({ fsync: 'on' });
}

/**
 * Wallets requested within a minute of a deployment's first meeting with its chain are asked for on
 * the chain before anything is signed; what is measured is a deployment in use.
 */
async function openOldDeployment(sql: SqlDatabase, chain: NearChain): Promise<void> {
  const ledger = createSqlTransactionLedger(sql);
  await ledger.openDeployment({
    deploymentId: 'bench',
    genesisHash: (await chain.requireChain({ genesisHash: null })).genesisHash,
    networkId: 'devnet',
    serviceAccountId: SERVICE_ACCOUNT,
    tokenContract: CHOCO_TOKEN,
    createdAtMs: Date.now() - hourMs,
  });
}

/** Users without a wallet. @returns their ids */
export async function addUsers(sql: SqlDatabase, prefix: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  await sql.write([
    {
      sql: `WITH "ids" ("id") AS (SELECT "value" FROM json_each(:ids))
        INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt")
        SELECT "id", "id", "id" || '@example.com', 0, 0 FROM "ids"`,
      params: { ids: JSON.stringify(ids) },
    },
  ]);
  return ids;
}

/** Lanes on the chain, connections open, code compiled: one wallet made from end to end. */
export async function warmUp({ sql, engine }: Pick<Ground, 'sql' | 'engine'>): Promise<void> {
  const [first = ''] = await addUsers(sql, 'warm-up', 1);
  await engine.requestWallet(first);
  await untilReady(sql, [first], 60_000);
}

/** @throws when one of them is not READY in time */
export async function untilReady(
  sql: SqlDatabase,
  userIds: string[],
  withinMs: number,
): Promise<void> {
  const waiting = {
    sql: `SELECT count(*) AS "count" FROM "User"
      WHERE "id" IN (SELECT "value" FROM json_each(:ids)) AND "walletStatus" IS DISTINCT FROM 'READY'`,
    params: { ids: JSON.stringify(userIds) },
  };
  const isReady = async () => (await sql.read(waiting))[0]?.count === 0;
  // The question about thousands takes 1.5 ms of this process, which the storm's figures count.
  const everyMs = userIds.length > 100 ? 100 : 5;
  await until(isReady, { what: 'wallets READY', withinMs, everyMs });
}
