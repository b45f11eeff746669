import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migratePostgres, migrateSqlite, type PostgresMigrationSession } from './migrate.ts';
import {
  compareRows,
  lockSource,
  MoveRefusedError,
  moveRows,
  requireMovable,
} from './move-database.ts';
import { readMovedMark, writeMovedMark } from './moved-mark.ts';
import { movedTables } from './moved-tables.ts';

const nowMs = 1_800_000_000_000;
const insert = (sqlite: Database.Database, table: string, row: Record<string, unknown>) => {
  const columns = Object.keys(row);
  sqlite
    .prepare(
      `INSERT INTO "${table}" (${columns.map((name) => `"${name}"`).join(', ')})
        VALUES (${columns.map(() => '?').join(', ')})`,
    )
    .run(...Object.values(row));
};
const user = (id: string) => ({
  ...{ id, name: id, email: `${id}@example.org`, emailVerified: 1, createdAt: 1, updatedAt: 2 },
});

/** A row in every table, of every kind of value. */
function fill(sqlite: Database.Database): void {
  for (const id of ['zoe', 'ann', 'bob']) insert(sqlite, 'User', user(id));
  insert(sqlite, 'Wallet', { id: 'ann', ownerId: 'ann', status: 'PENDING', updatedAt: nowMs });
  sqlite.exec(
    `UPDATE "Wallet" SET "accountId" = 'ann.near', "status" = 'READY' WHERE "id" = 'ann'`,
  );
  insert(sqlite, 'Wallet', { id: 'stock', status: 'PENDING', updatedAt: nowMs });
  const times = { createdAt: 1, updatedAt: 1 };
  insert(sqlite, 'Session', { id: 's', token: 't', userId: 'ann', expiresAt: 5, ...times });
  insert(sqlite, 'Account', { id: 'a', accountId: 'x', providerId: 'y', userId: 'ann', ...times });
  const passkey = { credentialId: 'c', publicKey: 'k', counter: 0, transports: '', createdAt: 1 };
  insert(sqlite, 'Passkey', { id: 'p', userId: 'ann', ...passkey });
  insert(sqlite, 'Verification', { id: 'v', identifier: 'i', value: '{"a":"\\\\"}', expiresAt: 1 });
  insert(sqlite, 'Conversation', { id: 'c', userId: 'ann', characterId: 'chunsim', ...times });
  const content = '안녕 👋 \u2028 "\\ \u0001 \ufffd';
  insert(sqlite, 'Message', { id: 'm', conversationId: 'c', role: 'user', content, createdAt: 1 });
  const fact = { publicKey: 'k', nonce: Number.MAX_SAFE_INTEGER, signedBytes: 'AA==' };
  const cost = { maxCostMicroNear: 1, maxCostMicroToken: 0, referenceHeight: 1, createdAt: 1 };
  const kind = { signerId: 's', receiverId: 'r', purpose: 'CREATE', status: 'SUCCEEDED' };
  insert(sqlite, 'ChainTransaction', { hash: 'h', ...fact, ...cost, ...kind });
  insert(sqlite, 'ChainTransactionWallet', {
    hash: 'h',
    userId: 'ann',
    purpose: 'CREATE',
    live: 1,
  });
  const reward = { txHash: 'h', amount: '1', tokenContract: 't', status: 'S', purpose: 'TIP' };
  insert(sqlite, 'TokenTransfer', { id: 'r', userId: 'ann', ...reward, createdAt: 1 });
  const lane = { publicKey: 'k', nonce: 7, leasedUntil: 0, fencingToken: 3 };
  insert(sqlite, 'ServiceKeyLane', { laneNumber: 1, ...lane });
  insert(sqlite, 'WalletKeyExport', { walletId: 'ann', createdAt: 1 });
  const chain = { genesisHash: 'g', networkId: 'n', serviceAccountId: 's', tokenContract: 't' };
  sqlite.exec(
    `INSERT INTO "Deployment" ("singleton", "deploymentId", "genesisHash", "networkId", "serviceAccountId",
        "tokenContract", "createdAt", "epoch")
      SELECT 1, "deploymentId", '${chain.genesisHash}', 'n', 's', 't', 1, 9 FROM "DeploymentIdentity"`,
  );
  insert(sqlite, 'MasterKeyCheck', { version: 1, salt: 's', proof: 'p', createdAt: 1 });
  insert(sqlite, 'SealingKey', { version: 1, publicKey: 'k', createdAt: 1 });
  insert(sqlite, 'OperatorAction', { id: 40, actor: 'a', action: 'PAUSE', createdAt: 1 });
  insert(sqlite, 'OperatorAction', { id: 41, actor: 'a', action: 'PAUSE', createdAt: 1 });
  sqlite.exec('DELETE FROM "OperatorAction" WHERE "id" = 41');
  insert(sqlite, 'LimitCounter', { key: 'k', count: 1, most: 2, endsAt: 3 });
}

describe('moving a file into PostgreSQL', () => {
  let folder: string;
  let file: string;
  let sqlite: Database.Database;
  let pglite: PGlite;
  let session: PostgresMigrationSession;
  const rows = async (text: string) => (await pglite.query<Record<string, unknown>>(text)).rows;
  const move = () => moveRows({ sqlite, session });

  beforeAll(async () => {
    pglite = await PGlite.create();
    session = {
      command: (text) => pglite.exec(text),
      query: async ({ text, values }) =>
        (await pglite.query<Record<string, unknown>>(text, values)).rows,
    };
    await migratePostgres({ session, folder: 'drizzle/postgres', nowMs: 1 });
  }, 60_000);
  afterAll(() => pglite.close());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'choonsim-move-'));
    file = join(folder, 'choonsim.db');
    sqlite = new Database(file);
    sqlite.pragma('journal_mode = WAL');
    migrateSqlite(sqlite, 'drizzle/migrations');
    fill(sqlite);
    await pglite.exec('BEGIN');
  });
  afterEach(async () => {
    await pglite.exec('ROLLBACK');
    sqlite.close();
    rmSync(folder, { recursive: true });
  });

  it('copies every row of every table as it is', async () => {
    requireMovable(sqlite);
    const counts = await move();
    expect(Object.keys(counts).sort()).toEqual(
      movedTables()
        .map(({ name }) => name)
        .sort(),
    );
    expect(Object.values(counts).every((count) => count > 0)).toBe(true);
    // A trigger that had run would have added events and replaced the order.
    expect(counts).toMatchObject({ User: 3, Wallet: 2, WalletEvent: 3, DeploymentIdentity: 1 });
    expect(await rows('SELECT "id" FROM "User" ORDER BY "rowid"')).toEqual([
      { id: 'zoe' },
      { id: 'ann' },
      { id: 'bob' },
    ]);
    const [message] = await rows('SELECT "content" FROM "Message"');
    expect(message?.content).toBe('안녕 👋 \u2028 "\\ \u0001 \ufffd');
    const [identity] = await rows('SELECT "deploymentId" FROM "DeploymentIdentity"');
    expect(identity).toEqual(
      sqlite.prepare('SELECT "deploymentId" FROM "DeploymentIdentity"').get(),
    );
  });

  it('leaves a database that works: triggers, order and ids go on', async () => {
    await move();
    await pglite.exec(`
      INSERT INTO "OperatorAction" ("actor", "action", "createdAt") VALUES ('a', 'RESUME', 1);
      INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt")
        VALUES ('carl', 'c', 'carl@example.org', 1, 1);
      INSERT INTO "Wallet" ("id", "ownerId", "status") VALUES ('carl', 'carl', 'PENDING')`);
    // 41 was given and deleted.
    expect(await rows('SELECT max("id")::int AS "id" FROM "OperatorAction"')).toEqual([{ id: 42 }]);
    expect(await rows('SELECT max("id")::int AS "id" FROM "WalletEvent"')).toEqual([{ id: 4 }]);
    expect(await rows('SELECT "id" FROM "User" ORDER BY "rowid" DESC LIMIT 1')).toEqual([
      { id: 'carl' },
    ]);
    const [carl] = await rows(`SELECT "walletStatus" FROM "User" WHERE "id" = 'carl'`);
    expect(carl).toEqual({ walletStatus: 'PENDING' });
  });

  it('moves more rows than one statement holds', async () => {
    for (let index = 0; index < 1_100; index += 1) {
      insert(sqlite, 'LimitCounter', { key: `k${index}`, count: index, most: 1, endsAt: 1 });
    }
    expect(await move()).toMatchObject({ LimitCounter: 1_101 });
  });

  it('refuses a target with rows', async () => {
    await pglite.exec(`INSERT INTO "LimitCounter" VALUES ('k', 1, 1, 1)`);
    await expect(move()).rejects.toThrow(
      'The database is not empty: there are rows in LimitCounter.',
    );
  });

  it.each([
    [
      'UPDATE "Message" SET "content" = char(97, 0)',
      '"Message" id=m: "content" contains a NUL character',
    ],
    [
      `UPDATE "Message" SET "content" = CAST(X'61EDA080' AS TEXT)`,
      '"Message" id=m: "content" is not valid Unicode',
    ],
    [
      'UPDATE "ChainTransaction" SET "nonce" = 9007199254740993',
      '"ChainTransaction" hash=h: "nonce" is a number beyond 2^53',
    ],
    ['UPDATE "Session" SET "expiresAt" = 1.5', '"Session" id=s: "expiresAt" is not a whole number'],
    [`UPDATE "User" SET "image" = X'00' WHERE "id" = 'ann'`, '"User" id=ann: "image" is not text'],
    [
      'UPDATE "ChainTransactionWallet" SET "live" = \'yes\'',
      '"ChainTransactionWallet" hash=h, userId=ann, purpose=CREATE: "live" is not a whole number',
    ],
  ])('names table and row of a value that cannot be moved: %s', (change, problem) => {
    sqlite.exec(change);
    expect(() => requireMovable(sqlite)).toThrow(MoveRefusedError);
    expect(() => requireMovable(sqlite)).toThrow(problem);
  });

  it('finds a row that differs from its original, one that is missing, and one too many', async () => {
    await move();
    const compare = () => compareRows({ sqlite, session });
    await pglite.exec(
      `SAVEPOINT "moved"; UPDATE "User" SET "emailVerified" = 0 WHERE "id" = 'bob'`,
    );
    await expect(compare()).rejects.toThrow('"User" id=bob: "emailVerified" differs');
    await pglite.exec(`ROLLBACK TO "moved"; DELETE FROM "LimitCounter"`);
    await expect(compare()).rejects.toThrow('"LimitCounter" key=k: "key" differs');
    await pglite.exec(`ROLLBACK TO "moved"; INSERT INTO "LimitCounter" VALUES ('l', 1, 1, 1)`);
    await expect(compare()).rejects.toThrow('"LimitCounter" has 2 rows instead of 1');
  });

  it('refuses a file that another connection has open', () => {
    const server = new Database(file);
    server.prepare('SELECT 1 FROM "User"').get();
    const own = new Database(file, { timeout: 10 });
    sqlite.close();
    expect(() => lockSource({ sqlite: own, nowMs })).toThrow('Another process has the file open.');
    server.close();
    own.close();
    sqlite = new Database(file);
    lockSource({ sqlite, nowMs });
    const other = new Database(file, { timeout: 10 });
    expect(() => other.prepare('SELECT 1 FROM "User"').get()).toThrow(/locked/);
    other.close();
  });

  it('refuses a file with leases that have not expired, and says for how long', () => {
    sqlite.exec(
      `UPDATE "ServiceKeyLane" SET "holder" = 'host/7/x', "leasedUntil" = ${nowMs + 4_500}`,
    );
    const refused = () => lockSource({ sqlite, nowMs });
    expect(refused).toThrow('leases: lane 1, held by host/7/x.');
    try {
      refused();
    } catch (error) {
      expect(error).toMatchObject({ remedy: expect.stringContaining('within 5 s') });
    }
    lockSource({ sqlite, nowMs: nowMs + 4_501 });
  });

  it('leaves a file that can be read but not written, by older versions too', () => {
    expect(readMovedMark(sqlite)).toBeNull();
    const mark = { to: 'db.example.org/choonsim', atMs: nowMs, isDone: false };
    writeMovedMark(sqlite, mark);
    expect(readMovedMark(sqlite)).toEqual(mark);
    writeMovedMark(sqlite, { ...mark, isDone: true });
    expect(readMovedMark(sqlite)).toEqual({ ...mark, isDone: true });
    expect(() => insert(sqlite, 'User', user('carl'))).toThrow('moved into PostgreSQL');
    expect(() => sqlite.exec('UPDATE "ServiceKeyLane" SET "nonce" = 8')).toThrow(
      'moved into PostgreSQL',
    );
    expect(sqlite.prepare('SELECT count(*) FROM "User"').pluck().get()).toBe(3);
  });

  it('has its mark on disk before the rows are committed elsewhere', () => {
    const inTest = sqlite.pragma('synchronous', { simple: true });
    writeMovedMark(sqlite, { to: 'db.example.org/choonsim', atMs: nowMs, isDone: false });
    // 1, the driver's own value for a file with a WAL, leaves a commit to the next checkpoint.
    expect([inTest, sqlite.pragma('synchronous', { simple: true })]).toEqual([1, 2]);
  });
});
