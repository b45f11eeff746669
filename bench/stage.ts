import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHOCO_TOKEN, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import Database from 'better-sqlite3';
import { databaseHandle, migrateDatabase } from '#app/lib/db.server.ts';
import { configureEnvironment } from '#app/lib/env.server.ts';
import { engineLog } from '#app/lib/log.server.ts';
import { walletEngine } from '#app/lib/near/wallet-engine.server.ts';
import { createJsonRpcNearChain } from '#engine/adapters/near-rpc/json-rpc-near-chain.ts';
import { createSqlTransactionLedger } from '#engine/adapters/sql/sql-transaction-ledger.ts';
import { betterSqlite3Database } from '#engine/adapters/sqlite/better-sqlite3-database.ts';
import type { NearChain } from '#engine/ports/near-chain.ts';
import type { WalletEngine } from '#engine/wallets/wallet-engine.ts';
import { type DevnetProcess, startDevnetProcess } from './devnet-process.ts';
import { until } from './progress.ts';

export interface StageOptions {
  lanes?: number;
  initialBalance?: string;
  /** More of the app's environment. */
  env?: Record<string, string>;
}

/** Everything a measurement needs: the chain beside it, a database file, the app's own engine. */
export interface Stage {
  readonly devnet: DevnetProcess;
  readonly sqlite: Database.Database;
  readonly engine: WalletEngine;
  readonly chain: NearChain;
  /** For other processes of the app on the same database and chain. */
  readonly env: Record<string, string>;
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
export async function setStage({
  lanes = 8,
  initialBalance = '0.1',
  env: more = {},
}: StageOptions = {}): Promise<Stage> {
  const directory = temporaryDirectory();
  const devnet = await startDevnetProcess(join(directory, 'devnet'));
  const env = {
    DATA_DIR: directory,
    NEAR_NODE_URL: devnet.rpcUrl,
    SERVICE_KEY_LANES: String(lanes),
    NEAR_INITIAL_BALANCE: initialBalance,
    LOG_LEVEL: 'error',
    // Its own part measures it.
    WALLET_STOCK: '0',
    ...more,
  };
  configureEnvironment(env);
  await migrateDatabase();
  const handle = databaseHandle();
  if (handle.kind !== 'sqlite') throw new Error('the benchmark runs on a database file');
  const { sqlite } = handle;
  const chain = createJsonRpcNearChain({
    urls: [devnet.rpcUrl],
    expectedChainId: null,
    log: engineLog(),
  });
  await openOldDeployment(sqlite, chain);
  // The app's connection does not wait for another process's lock; a measurement does.
  const own = new Database(sqlite.name, { timeout: lockPatienceMs });
  return { devnet, sqlite: own, engine: walletEngine(), chain, env };
}

/**
 * Wallets requested within a minute of a deployment's first meeting with its chain are asked for on
 * the chain before anything is signed; what is measured is a deployment in use.
 */
async function openOldDeployment(sqlite: Database.Database, chain: NearChain): Promise<void> {
  const ledger = createSqlTransactionLedger(betterSqlite3Database(sqlite));
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
export function addUsers(sqlite: Database.Database, prefix: string, count: number): string[] {
  const ids = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  sqlite
    .prepare(
      `INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt")
       SELECT "value", "value", "value" || '@example.com', 0, 0 FROM json_each(?)`,
    )
    .run(JSON.stringify(ids));
  return ids;
}

/** Lanes on the chain, connections open, code compiled: one wallet made from end to end. */
export async function warmUp({ sqlite, engine }: Pick<Stage, 'sqlite' | 'engine'>): Promise<void> {
  const [first = ''] = addUsers(sqlite, 'warm-up', 1);
  await engine.requestWallet(first);
  await untilReady(sqlite, [first], 60_000);
}

/** @throws when one of them is not READY in time */
export async function untilReady(
  sqlite: Database.Database,
  userIds: string[],
  withinMs: number,
): Promise<void> {
  const waiting = sqlite.prepare<[string], { count: number }>(
    `SELECT count(*) AS "count" FROM "User"
     WHERE "id" IN (SELECT "value" FROM json_each(?)) AND "walletStatus" IS NOT 'READY'`,
  );
  const ids = JSON.stringify(userIds);
  const isReady = () => waiting.get(ids)?.count === 0;
  // The question about thousands takes 1.5 ms of this process, which the storm's figures count.
  const everyMs = userIds.length > 100 ? 100 : 5;
  await until(isReady, { what: 'wallets READY', withinMs, everyMs });
}
