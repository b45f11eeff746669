import Database from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { WriteLine } from '#engine/core/write-line.ts';
import { embeddedStatements } from './embedded-statements.server.ts';

test('plain SQL that writes waits its turn to write, even if it returns rows', async () => {
  const sqlite = new Database(':memory:');
  sqlite.exec('CREATE TABLE "T" ("n" INTEGER)');
  const taken: string[] = [];
  const line = {
    read: async (work: () => unknown) => {
      taken.push('read');
      return work();
    },
    write: async (work: () => unknown) => {
      taken.push('write');
      return work();
    },
  } as unknown as WriteLine;
  const { orm } = embeddedStatements(sqlite, line);
  const written = await orm.all(sql`INSERT INTO "T" VALUES (7) RETURNING "n"`);
  const read = await orm.all(sql`SELECT "n" FROM "T"`);
  expect([written, read, taken]).toEqual([[{ n: 7 }], [{ n: 7 }], ['write', 'read']]);
  sqlite.close();
});
