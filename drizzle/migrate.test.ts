import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countPendingSqlite, MIGRATIONS_TABLE, migrateSqlite } from './migrate.ts';
import {
  type MigrationDriver,
  migrateSome,
  openMemoryDatabase,
  readJournal,
} from './testing/migration-drivers.ts';

const whens = readJournal().entries.map(({ when }) => when);

describeJournal('better-sqlite3', openMemoryDatabase);

function describeJournal(name: string, open: () => Promise<MigrationDriver>): void {
  describe(`the journal of migrations over ${name}`, () => {
    let driver: MigrationDriver;
    beforeEach(async () => {
      driver = await open();
    });
    afterEach(() => driver.close());

    const writeDefaultJournal = async (times: number[]) => {
      await driver.all(
        'CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)',
      );
      for (const time of times) {
        await driver.all('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)', [
          `hash of ${time}`,
          time,
        ]);
      }
    };
    const readTimes = async (table: string) => {
      const rows = await driver.all(`SELECT "created_at" AS "at" FROM "${table}" ORDER BY 1`);
      return rows.map(({ at }) => Number(at));
    };

    it('is separate: a host’s newer journal hides nothing and is left unchanged', async () => {
      const ofHost = [1_000, Date.UTC(2030, 0)];
      await driver.all('CREATE TABLE "Guest" ("id" text)');
      await writeDefaultJournal(ofHost);
      await migrateSome(driver);
      expect(await driver.all('SELECT * FROM "Deployment"')).toEqual([]);
      expect(await readTimes(MIGRATIONS_TABLE)).toEqual(whens);
      expect(await readTimes('__drizzle_migrations')).toEqual(ofHost);
      await migrateSome(driver);
      expect(await readTimes(MIGRATIONS_TABLE)).toEqual(whens);
    });

    it('takes over entries of an earlier version from the default journal, also next to a host’s', async () => {
      await migrateSome(driver, 3);
      await driver.all(`DROP TABLE "${MIGRATIONS_TABLE}"`);
      const noted = [...whens.slice(0, 3), Date.UTC(2030, 0)];
      await writeDefaultJournal(noted);
      await driver.all(
        `INSERT INTO "User" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt")
          VALUES ('ann', 'ann', 'ann@example.org', 0, 1, 1)`,
      );
      await migrateSome(driver);
      expect(await readTimes(MIGRATIONS_TABLE)).toEqual(whens);
      expect(await readTimes('__drizzle_migrations')).toEqual(noted);
      expect(await driver.all('SELECT "id" FROM "User"')).toEqual([{ id: 'ann' }]);
    });

    it('applies a migration written earlier and merged later', async () => {
      await migrateSome(driver, 4);
      const later = Date.UTC(2030, 0);
      await driver.all(
        `INSERT INTO "${MIGRATIONS_TABLE}" ("created_at", "hash") VALUES (?, 'newer')`,
        [later],
      );
      await migrateSome(driver);
      expect(await readTimes(MIGRATIONS_TABLE)).toEqual([...whens, later]);
    });

    it('is written once when several processes start together', async () => {
      await Promise.all([migrateSome(driver), migrateSome(driver), migrateSome(driver)]);
      expect(await readTimes(MIGRATIONS_TABLE)).toEqual(whens);
    });
  });
}

describe('a database file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'choonsim-migrate-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('counts pending migrations without changing anything', () => {
    const sqlite = new Database(join(folder, 'a.db'));
    expect(countPendingSqlite(sqlite, 'drizzle/migrations')).toBe(whens.length);
    expect(sqlite.prepare('SELECT count(*) AS n FROM sqlite_master').get()).toEqual({ n: 0 });
    migrateSqlite(sqlite, 'drizzle/migrations');
    expect(countPendingSqlite(sqlite, 'drizzle/migrations')).toBe(0);
    sqlite.close();
  });

  it('that is full reports the original error, not the rollback SQLite already did', () => {
    const sqlite = new Database(join(folder, 'full.db'));
    sqlite.pragma('foreign_keys = ON');
    sqlite.pragma('max_page_count = 4');
    expect(() => migrateSqlite(sqlite, 'drizzle/migrations')).toThrow(
      expect.objectContaining({ code: 'SQLITE_FULL' }),
    );
    expect(sqlite.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(countPendingSqlite(sqlite, 'drizzle/migrations')).toBe(whens.length);
    sqlite.close();
  });
});
