import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CommitRefusedError } from '../../ports/transaction-ledger.ts';
import { emptyPostgresTables, migratePostgresTables } from '../../testing/memory-postgres.ts';
import {
  type PostgresServer,
  postgresServerMissing,
  startPostgresServer,
} from '../../testing/postgres-server.ts';
import {
  ground,
  newTransaction,
  noLimits,
  setLedgerScene,
} from '../../testing/suites/ledger-fixtures.ts';
import { addUser, insertRow } from '../../testing/suites/table-fixtures.ts';
import type { SqlDatabase } from '../sql/sql-database.ts';
import { createSqlTransactionLedger } from '../sql/sql-transaction-ledger.ts';
import { createSqlWalletReader } from '../sql/sql-wallet-reader.ts';
import { createSqlWalletStore } from '../sql/sql-wallet-store.ts';
import { createPgSessions } from './pg-sessions.ts';
import { postgresDatabase, WRITE_LOCK } from './postgres-database.ts';

// Processes are pools of their own: what two of them do at once meets in the server only.

const missing = postgresServerMissing();
if (missing) console.warn(`NOT RUN: ${missing}`);

describe.skipIf(missing)('several processes over one PostgreSQL server', () => {
  let server: PostgresServer;
  const processes: { database: SqlDatabase; close: () => Promise<void> }[] = [];
  const open = (applicationName: string, mostConnections = 8) => {
    const options = { url: server.url, applicationName, mostConnections, onError: () => {} };
    const sessions = createPgSessions(options);
    const opened = { database: postgresDatabase(sessions), close: sessions.close };
    processes.push(opened);
    return opened.database;
  };
  let one: SqlDatabase;
  let other: SqlDatabase;

  beforeAll(async () => {
    server = await startPostgresServer();
    one = open('one');
    other = open('other');
    await migratePostgresTables(one);
  }, 60_000);
  afterAll(async () => {
    await Promise.all(processes.map(({ close }) => close()));
    await server?.stop();
  });
  beforeEach(() => emptyPostgresTables(one));

  const read = async (sql: string) => one.read({ sql, params: {} });

  it('never exceed a spend limit under concurrent commits', {
    timeout: 120_000,
  }, async () => {
    const ledgers = [one, other].map(createSqlTransactionLedger);
    await setLedgerScene({ ledger: createSqlTransactionLedger(one), database: one });
    const rounds = 1_000;
    const stored = [10, 10];
    let passed = 0;
    for (let round = 0; round < rounds; round += 1) {
      const results = await Promise.allSettled(
        ledgers.map((each, index) => {
          const nonce = (stored[index] ?? 0) + 1;
          const laneNumber = index + 1;
          return each.commitSignedTransactions({
            transactions: [newTransaction({ purpose: 'CREATE', userIds: [], laneNumber, nonce })],
            ground,
            reserveMicroNear: 0,
            // Either fits, both do not: one costs 500.
            spendLimits: { ...noLimits, hourMicroNear: 900 },
            nowMs: 10_000_000 * (round + 1),
          });
        }),
      );
      for (const [index, result] of results.entries()) {
        if (result.status === 'fulfilled') {
          passed += 1;
          stored[index] = (stored[index] ?? 0) + 1;
        } else expect(result.reason).toEqual(new CommitRefusedError('SPEND_LIMIT_REACHED'));
      }
      // What is open would be held against the treasury.
      await one.write([{ sql: `UPDATE "ChainTransaction" SET "status" = 'FAILED'`, params: {} }]);
    }
    expect(passed).toBe(rounds);
  });

  it('continue when a concurrent migration adds a column', async () => {
    await server.query(`CREATE TABLE "Grown" ("n" bigint); INSERT INTO "Grown" VALUES (1)`);
    const sql = 'SELECT * FROM "Grown"';
    const raise = { sql: 'UPDATE "Grown" SET "n" = "n" + 1 RETURNING *', params: {} };
    const crowd = () => Promise.all(Array.from({ length: 8 }, () => read(sql)));
    // Each connection of the pool has both statements prepared.
    await Promise.all(Array.from({ length: 8 }, () => one.write([raise])));
    await crowd();
    await server.query('ALTER TABLE "Grown" ADD COLUMN "later" text');
    expect(await crowd()).toEqual(Array(8).fill([{ n: 9, later: null }]));
    await server.query('ALTER TABLE "Grown" ADD COLUMN "last" text');
    const [rows] = await one.write([raise]);
    // Once, although it was asked for twice.
    expect(rows).toEqual([{ n: 10, later: null, last: null }]);
    await server.query('DROP TABLE "Grown"');
  });

  it('lose no event and read none twice while fifty write', { timeout: 120_000 }, async () => {
    const writers = 50;
    const changes = 20;
    const names = Array.from({ length: writers }, (_, index) => `u${index}`);
    for (const name of names) await addUser(one, name);
    await one.write(
      names.map((id) => ({
        sql: 'INSERT INTO "Wallet" ("id", "ownerId") VALUES (:id, :id)',
        params: { id },
      })),
    );
    let isWriting = true;
    const follow = async (database: SqlDatabase) => {
      const reader = createSqlWalletReader(database);
      const seen: number[] = [];
      for (let last = 0; ; ) {
        const wasWriting = isWriting;
        const found = await reader.readChangesAfter({ id: last, limit: 1_000 });
        seen.push(...found.map(({ id }) => id));
        last = found.at(-1)?.id ?? last;
        if (!wasWriting && found.length === 0) return seen;
      }
    };
    const readers = Array.from({ length: 10 }, (_, index) => follow(index % 2 ? one : other));
    // A host's own statement beside the engine's lock, of uneven length, moves the wallets.
    const writer = open('writer');
    const host = open('host');
    await Promise.all(
      names.map(async (id, index) => {
        for (let change = 0; change < changes; change += 1) {
          const status = change % 2 ? 'PENDING' : 'FAILED';
          const move = `UPDATE "Wallet" SET "status" = '${status}' WHERE "id" = '${id}'`;
          if (index % 2) await writer.write([{ sql: move, params: {} }]);
          // As one statement of its own, outside a commit of the engine.
          else await host.read({ sql: move, params: {} });
        }
      }),
    );
    isWriting = false;
    const written = await read('SELECT "id" FROM "WalletEvent" ORDER BY "id"');
    expect(written).toHaveLength(writers * changes);
    const expected = written.map(({ id }) => Number(id));
    for (const seen of await Promise.all(readers)) expect(seen).toEqual(expected);
  });

  it('recover when connections are cut during commits, and every commit is atomic', {
    timeout: 120_000,
  }, async () => {
    let isCutting = true;
    const cut = async () => {
      while (isCutting) {
        await server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name IN ('one', 'other') AND random() < 0.3`);
        await sleep(5);
      }
    };
    const cutting = cut();
    const answers = { done: 0, unknown: 0 };
    const known: string[] = [];
    const write = async (database: SqlDatabase, id: string) => {
      const params = { id };
      try {
        await database.write([
          { sql: 'INSERT INTO "Wallet" ("id") VALUES (:id)', params },
          { sql: `UPDATE "Wallet" SET "accountId" = :id WHERE "id" = :id`, params },
        ]);
        answers.done += 1;
        known.push(id);
      } catch (error) {
        expect(error).toMatchObject({ code: 'DATABASE_BUSY' });
        answers.unknown += 1;
      }
    };
    const crowd = Array.from({ length: 20 }, async (_, person) => {
      for (let turn = 0; turn < 40; turn += 1) {
        await write(person % 2 ? one : other, `p${person}-${turn}`);
      }
    });
    await Promise.all(crowd);
    isCutting = false;
    await cutting;
    expect(answers.unknown).toBeGreaterThan(10);
    expect(answers.done).toBeGreaterThan(10);
    // The last cuts may still be on their way.
    await expect.poll(() => read('SELECT 1 AS "one"').catch(() => null)).toEqual([{ one: 1 }]);
    const rows = await read('SELECT "id", "accountId" FROM "Wallet"');
    expect(rows.every(({ id, accountId }) => id === accountId)).toBe(true);
    const stored = new Set(rows.map(({ id }) => id));
    expect(known.filter((id) => !stored.has(id))).toEqual([]);
  });

  it('get DATABASE_BUSY while the server is away or read-only, and recover', {
    timeout: 120_000,
  }, async () => {
    const insert = (id: string) => insertRow(one, 'Wallet', { id });
    await server.kill();
    await expect(insert('away')).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
    await expect(read('SELECT 1')).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
    await server.start();
    await expect
      .poll(() =>
        insert('back').then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    expect(await read('SELECT "id" FROM "Wallet"')).toEqual([{ id: 'back' }]);

    const cutAll = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name IN ('one', 'other')`;
    await server.query('ALTER DATABASE postgres SET default_transaction_read_only = on');
    await server.query(cutAll);
    await expect.poll(() => read('SELECT 1 AS "one"').catch(() => null)).toEqual([{ one: 1 }]);
    await expect(insert('readonly')).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
    await server.query('BEGIN READ WRITE; ALTER DATABASE postgres RESET ALL; COMMIT');
    await server.query(cutAll);
    await expect
      .poll(() =>
        insert('again').then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
  });

  it('time out waiting for the lock, and their connections stay usable', {
    timeout: 60_000,
  }, async () => {
    const alone = open('alone', 1);
    const holder = new pg.Client({ connectionString: server.url });
    await holder.connect();
    await holder.query(`BEGIN; SELECT pg_advisory_xact_lock(${WRITE_LOCK})`);
    const write = () => insertRow(alone, 'Wallet', { id: 'late' });
    await expect(write()).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
    await holder.end();
    expect(await alone.read({ sql: 'SELECT 1 AS "one"', params: {} })).toEqual([{ one: 1 }]);
    await write();
    expect(await read('SELECT "id" FROM "Wallet"')).toEqual([{ id: 'late' }]);
  });

  it('give each wallet to one worker only', { timeout: 60_000 }, async () => {
    for (let index = 0; index < 100; index += 1) {
      await insertRow(one, 'Wallet', {
        ...{ id: `w${index}`, accountId: `w${index}.near`, publicKey: 'k' },
        ...{ encryptedPrivateKey: 'e', status: 'PENDING', availableAt: 1 },
      });
    }
    const claims = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        createSqlWalletStore(index % 2 ? one : other).claimWallets({
          ...{ claimToken: `t${index}`, nowMs: 10, leaseDurationMs: 1_000 },
          ...{ limit: 7, of: 'stock' },
        }),
      ),
    );
    const taken = claims.flat().map(({ userId }) => userId);
    expect(taken).toHaveLength(100);
    expect(new Set(taken).size).toBe(100);
  });
});
