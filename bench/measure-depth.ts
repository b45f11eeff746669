import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { openFile } from '#app/lib/db.server.ts';
import { createSqlWalletStore } from '#engine/adapters/sql/sql-wallet-store.ts';
import { betterSqlite3Database } from '#engine/adapters/sqlite/better-sqlite3-database.ts';
import { leaseDurationMs } from '#engine/core/engine-config.ts';
import type { WalletStore } from '#engine/ports/wallet-store.ts';
import { percentile } from './percentile.ts';
import type { Progress } from './progress.ts';
import { temporaryDirectory } from './stage.ts';

export interface DepthFigures {
  p99At1kMs: number;
  p99At1mMs: number;
}

const claims = 2_000;
const batchSize = 10;

/** Claims of ten in a small and in a large table by turns, so that both meet the same disk. */
export async function measureDepth(_: object, progress: Progress): Promise<DepthFigures> {
  progress('filling the tables');
  const small = await openFilled(1_000);
  const large = await openFilled(1_000_000);
  const smallMs: number[] = [];
  const largeMs: number[] = [];
  for (let count = 1; count <= claims; count += 1) {
    smallMs.push(await claimOnce(small, `claim-${count}`));
    largeMs.push(await claimOnce(large, `claim-${count}`));
    if (count % 10 === 0) progress(`${count} of ${claims} claims`);
  }
  return { p99At1kMs: percentile(smallMs, 99), p99At1mMs: percentile(largeMs, 99) };
}

async function claimOnce(store: WalletStore, claimToken: string): Promise<number> {
  const terms = { claimToken, nowMs: Date.now(), leaseDurationMs };
  const startMs = performance.now();
  const wallets = await store.claimWallets({
    ...terms,
    limit: batchSize,
    of: 'owners',
    onlySigned: false,
  });
  const durationMs = performance.now() - startMs;
  if (wallets.length !== batchSize) throw new Error(`${wallets.length} wallets were claimed`);
  await store.handBackWallets({ claims: wallets, nowMs: Date.now() });
  return durationMs;
}

async function openFilled(users: number): Promise<WalletStore> {
  const { handle, migrate } = openFile(join(temporaryDirectory(), 'depth.db'));
  await migrate('drizzle/migrations');
  if (handle.kind !== 'sqlite') throw new Error('a file was opened');
  fill(handle.sqlite, users);
  return createSqlWalletStore(betterSqlite3Database(handle.sqlite));
}

/** Nine in ten are READY; the last tenth has signed up at once and waits. */
function fill(sqlite: Database.Database, users: number): void {
  sqlite.pragma('synchronous = OFF');
  sqlite
    .prepare(
      `WITH RECURSIVE "number"("n") AS (SELECT 1 UNION ALL SELECT "n" + 1 FROM "number" WHERE "n" < :users)
       INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt", "nearAccountId",
         "nearPublicKey", "nearPrivateKey", "walletStatus", "walletRequestedAt", "walletAvailableAt")
       SELECT printf('user-%07d', "n"), 'user', printf('user-%07d@example.com', "n"), 0, 0,
         printf('%07d.choonsim.devnet', "n"), 'ed25519:' || hex(zeroblob(22)),
         'v1.' || hex(zeroblob(80)), iif("n" > :users * 0.9, 'PENDING', 'READY'), :now + "n",
         iif("n" > :users * 0.9, :now + "n", NULL)
       FROM "number"`,
    )
    .run({ users, now: Date.now() - 10_000_000 });
  sqlite.pragma('wal_checkpoint(TRUNCATE)');
  sqlite.pragma('synchronous = FULL');
}
