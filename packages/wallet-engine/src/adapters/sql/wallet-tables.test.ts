import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { migratedDatabase } from '../../testing/simulator/world/sqlite-world-database.ts';
import { betterSqlite3Database } from '../sqlite/better-sqlite3-database.ts';
import { migrateWalletTables } from './wallet-tables.ts';

const tables = [
  'ChainTransaction',
  'ChainTransactionWallet',
  'Deployment',
  'DeploymentIdentity',
  'MasterKeyCheck',
  'OperatorAction',
  'SealingKey',
  'ServiceKeyLane',
  'TokenTransfer',
  'Wallet',
  'WalletEvent',
  'WalletKeyExport',
];

const wordsOf = (sql: unknown) =>
  String(sql)
    .replaceAll('`', '"')
    .replaceAll(/IF NOT EXISTS|[\s]+/g, ' ')
    .replaceAll(/ *([(),]) */g, '$1')
    .replaceAll(/ +/g, ' ')
    .trim();

/** What decides how a table behaves: columns, indexes, events. Its owner rules are each app's own. */
function shapeOf(sqlite: Database.Database, table: string) {
  const all = (sql: string) => sqlite.prepare(sql).all() as Record<string, unknown>[];
  const ofTable = (type: string) =>
    all(`SELECT "name", "sql" FROM "sqlite_master" WHERE "type" = '${type}'
      AND "tbl_name" = '${table}' AND "sql" IS NOT NULL ORDER BY "name"`);
  return {
    columns: all(`SELECT "name", lower("type") AS "type", "notnull", "dflt_value", "pk" > 0 AS "pk"
      FROM pragma_table_info('${table}') ORDER BY "name"`),
    indexes: ofTable('index').map(({ sql }) => wordsOf(sql)),
    events: ofTable('trigger')
      .filter(({ name }) => String(name).endsWith('_event'))
      .map(({ sql }) => wordsOf(sql)),
  };
}

describe('the tables of the engine', () => {
  it('equal those of the app in this repository', async () => {
    const own = new Database(':memory:');
    await migrateWalletTables(betterSqlite3Database(own), 1);
    const app = new Database(migratedDatabase());
    for (const table of tables) expect(shapeOf(own, table), table).toEqual(shapeOf(app, table));
  });

  it('are created once, also when many processes start together', async () => {
    const sqlite = new Database(':memory:');
    const database = betterSqlite3Database(sqlite);
    await Promise.all([1, 2, 3].map((nowMs) => migrateWalletTables(database, nowMs)));
    sqlite.exec(`INSERT INTO "Wallet" ("id", "status") VALUES ('a', 'PENDING')`);
    await migrateWalletTables(database, 9);
    expect(sqlite.prepare('SELECT * FROM "WalletEngineMigration"').all()).toMatchObject([
      { version: 1, appliedAt: 1 },
      { version: 2 },
      { version: 3 },
      { version: 4 },
      { version: 5 },
    ]);
    expect(sqlite.prepare('SELECT count(*) AS n FROM "WalletEvent"').get()).toEqual({ n: 1 });
  });

  it('leave existing tables unchanged', async () => {
    const sqlite = new Database(migratedDatabase());
    const read = () =>
      sqlite
        .prepare(`SELECT * FROM "sqlite_master" WHERE "name" NOT LIKE '%WalletEngineMigration'`)
        .all();
    const before = read();
    await migrateWalletTables(betterSqlite3Database(sqlite), 1);
    expect(read()).toEqual(before);
  });
});
