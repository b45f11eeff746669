import { join } from 'node:path';
import { openFile, openPostgres } from '#app/lib/db.server.ts';
import { postgresDatabase } from '#engine/adapters/postgres/postgres-database.ts';
import type { SqlStatement } from '#engine/adapters/sql/sql-database.ts';
import { createSqlWalletStore } from '#engine/adapters/sql/sql-wallet-store.ts';
import { betterSqlite3Database } from '#engine/adapters/sqlite/better-sqlite3-database.ts';
import { leaseDurationMs } from '#engine/core/engine-config.ts';
import type { WalletStore } from '#engine/ports/wallet-store.ts';
import type { PostgresServer } from '#engine/testing/postgres-server.ts';
import { percentile } from './percentile.ts';
import type { Progress } from './progress.ts';
import {
  type BenchDatabase,
  patientSessions,
  startDatabaseServer,
  temporaryDirectory,
} from './stage.ts';

export interface DepthOptions {
  database: BenchDatabase;
  /** Of the large table. */
  wallets: number;
}

export interface DepthFigures {
  p99At1kMs: number;
  p99AtMostMs: number;
}

const claims = 2_000;
const batchSize = 10;

/** Claims of ten wallets, alternately in a small and a large table, so that both meet the same disk. */
export async function measureDepth(
  { database, wallets }: DepthOptions,
  progress: Progress,
): Promise<DepthFigures> {
  progress('filling the tables');
  const server = database === 'postgres' ? await startDatabaseServer() : null;
  const open = server ? filledDatabasesOf(server) : openFilledFile;
  const small = await open(1_000);
  const large = await open(wallets);
  const smallMs: number[] = [];
  const largeMs: number[] = [];
  for (let count = 1; count <= claims; count += 1) {
    smallMs.push(await claimOnce(small, `claim-${count}`));
    largeMs.push(await claimOnce(large, `claim-${count}`));
    if (count % 10 === 0) progress(`${count} of ${claims} claims`);
  }
  await server?.stop();
  return { p99At1kMs: percentile(smallMs, 99), p99AtMostMs: percentile(largeMs, 99) };
}

async function claimOnce(store: WalletStore, claimToken: string): Promise<number> {
  const terms = { claimToken, nowMs: Date.now(), leaseDurationMs };
  const startMs = performance.now();
  const wallets = await store.claimWallets({
    ...terms,
    limit: batchSize,
    of: 'owners',
  });
  const durationMs = performance.now() - startMs;
  if (wallets.length !== batchSize) throw new Error(`${wallets.length} wallets were claimed`);
  await store.handBackWallets({ claims: wallets, nowMs: Date.now() });
  return durationMs;
}

async function openFilledFile(wallets: number): Promise<WalletStore> {
  const { handle, migrate } = openFile(join(temporaryDirectory(), 'depth.db'));
  await migrate('drizzle/migrations');
  if (handle.kind !== 'sqlite') throw new Error('a file was opened');
  handle.sqlite.pragma('synchronous = OFF');
  const database = betterSqlite3Database(handle.sqlite);
  await database.write([fill(wallets)]);
  handle.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  handle.sqlite.pragma('synchronous = FULL');
  return createSqlWalletStore(database);
}

/** @returns what makes one more database of the server */
function filledDatabasesOf(server: PostgresServer): (wallets: number) => Promise<WalletStore> {
  return async (wallets) => {
    await server.query(`CREATE DATABASE "depth_${wallets}"`);
    const url = server.url.replace(/postgres$/, `depth_${wallets}`);
    const { handle, migrate } = openPostgres(url, { mostConnections: 2 });
    await migrate('drizzle/migrations');
    if (handle.kind !== 'postgres') throw new Error('a server was opened');
    const filling = patientSessions(url);
    await postgresDatabase(filling).write([fill(wallets)]);
    // As the server does by itself when it has time.
    await filling.use((session) => session.command('VACUUM (ANALYZE)'));
    await filling.close();
    return createSqlWalletStore(postgresDatabase(handle.sessions));
  };
}

/** Nine in ten are READY; the last tenth has signed up at once and waits. */
function fill(wallets: number): SqlStatement {
  return {
    sql: `WITH RECURSIVE "number" ("n") AS (
        SELECT CAST(1 AS BIGINT) UNION ALL SELECT "n" + 1 FROM "number" WHERE "n" < :wallets),
      "person" ("n", "digits", "waits") AS (
        SELECT "n", substr(CAST(10000000 + "n" AS TEXT), 2), "n" > :wallets * 9 / 10 FROM "number")
      INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt", "nearAccountId",
        "nearPublicKey", "nearPrivateKey", "walletStatus", "walletRequestedAt", "walletAvailableAt")
      SELECT 'user-' || "digits", 'user', 'user-' || "digits" || '@example.com', 0, 0,
        "digits" || '.choonsim.devnet', 'ed25519:${'0'.repeat(44)}', 'v1.${'0'.repeat(160)}',
        CASE WHEN "waits" THEN 'PENDING' ELSE 'READY' END, :now + "n",
        CASE WHEN "waits" THEN :now + "n" END
      FROM "person"`,
    params: { wallets, now: Date.now() - 10_000_000 },
  };
}
