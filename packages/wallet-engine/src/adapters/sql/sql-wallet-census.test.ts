import { describe, expect, it } from 'vitest';
import { World } from '../../testing/simulator/world/world.ts';
import { betterSqlite3Database } from '../sqlite/better-sqlite3-database.ts';
import { createSqlWalletCensus } from './sql-wallet-census.ts';

const statuses = [null, 'PENDING', 'CREATING', 'READY', 'FAILED', 'READY', 'READY'];

describe('a census of the wallets', () => {
  it('equals a count of the table, at first and after every transition', async () => {
    const world = new World();
    const move = (id: string, walletStatus: string | null) =>
      world.sqlite
        .prepare(
          `UPDATE "User" SET "walletStatus" = ?, "nearAccountId" = "id", "walletRequestedAt" = 5,
             "walletAvailableAt" = CASE WHEN ? IN ('PENDING', 'CREATING') THEN 7 END WHERE "id" = ?`,
        )
        .run(walletStatus, walletStatus, id);
    const census = createSqlWalletCensus(betterSqlite3Database(world.sqlite));
    const expectAsTable = async () => {
      const counts = { PENDING: 0, CREATING: 0, READY: 0, FAILED: 0 };
      for (const { walletStatus } of world.users()) {
        if (walletStatus) counts[walletStatus as keyof typeof counts] += 1;
      }
      const [one, other] = await Promise.all([census.take(), census.take()]);
      expect(one.wallets).toEqual(counts);
      expect(other.wallets).toEqual(counts);
      expect(one.oldestWaitingSinceMs).toBe(counts.PENDING + counts.CREATING > 0 ? 5 : null);
    };
    expect((await census.take()).deployment).toBeNull();
    statuses.forEach((_, index) => {
      world.addUser(`u${index}`);
    });
    for (let round = 0; round < 8; round += 1) {
      statuses.forEach((_, index) => {
        move(`u${index}`, statuses[(index + round * index) % statuses.length] ?? null);
      });
      await expectAsTable();
      world.addUser(`new-${round}`);
    }
    // Another process begins in the middle.
    const later = createSqlWalletCensus(betterSqlite3Database(world.sqlite));
    expect((await later.take()).wallets).toEqual((await census.take()).wallets);
  });

  it('loses no transition that happens during the first count', async () => {
    const world = new World();
    const users = 45_000;
    const insert = world.sqlite.prepare(
      `INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt", "nearAccountId", "walletStatus")
       VALUES (?, '', ?, 0, 0, ?, 'PENDING')`,
    );
    world.sqlite.transaction(() => {
      for (let user = 0; user < users; user += 1) insert.run(`u${user}`, `u${user}`, `a${user}`);
    })();
    const move = world.sqlite.prepare('UPDATE "User" SET "walletStatus" = ? WHERE "id" = ?');
    const database = betterSqlite3Database(world.sqlite);
    let reads = 0;
    let isMoving = true;
    const census = createSqlWalletCensus({
      ...database,
      async read(statement) {
        // Before, between and after the parts; the same user more than once, a new one too.
        reads += 1;
        const to = ['CREATING', 'FAILED', 'READY'][reads % 3];
        if (isMoving) for (const user of [5, 25_000, 44_000]) move.run(to, `u${user}`);
        if (isMoving && reads === 3) {
          world.addUser('late');
          world.sqlite.exec(`UPDATE "User" SET "nearAccountId" = 'late' WHERE "id" = 'late'`);
          move.run('READY', 'late');
        }
        return database.read(statement);
      },
    });
    await census.take();
    expect(reads).toBeGreaterThan(5);
    isMoving = false;
    const { wallets } = await census.take();
    const rows = world.rows<{ status: string; count: number }>(
      `SELECT "walletStatus" AS "status", count(*) AS "count" FROM "User" GROUP BY 1`,
    );
    const counts = Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    expect(wallets).toEqual({ PENDING: 0, CREATING: 0, READY: 0, FAILED: 0, ...counts });
  });
});
