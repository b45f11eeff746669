import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { migrateSqlite } from '../migrate.ts';

export type SqlRow = Record<string, unknown>;
export type SqlArgument = string | number | null;

/** An empty database to migrate. */
export interface MigrationDriver {
  migrate(migrationsFolder: string): Promise<void>;
  /** Runs one statement. @returns its rows */
  all(sql: string, args?: SqlArgument[]): Promise<SqlRow[]>;
  close(): void;
}

/** Foreign keys are on, the harder case: a rebuilt table would take its children with it. */
export async function openMemoryDatabase(): Promise<MigrationDriver> {
  const sqlite = new Database(':memory:');
  sqlite.pragma('foreign_keys = ON');
  return {
    migrate: async (migrationsFolder) => migrateSqlite(sqlite, migrationsFolder),
    async all(sql, args = []) {
      const statement = sqlite.prepare(sql);
      if (statement.reader) return statement.all(args) as SqlRow[];
      statement.run(args);
      return [];
    },
    close: () => sqlite.close(),
  };
}

const headFolder = 'drizzle/migrations';

export interface JournalEntry {
  idx: number;
  tag: string;
  when: number;
}

export function readJournal(): { entries: JournalEntry[] } {
  return JSON.parse(readFileSync(join(headFolder, 'meta/_journal.json'), 'utf8'));
}

/** Migrates to head, or only as far as the named number of migrations. */
export async function migrateSome(driver: MigrationDriver, count?: number): Promise<void> {
  if (count === undefined) return driver.migrate(headFolder);
  const journal = readJournal();
  const entries = journal.entries.slice(0, count);
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  try {
    mkdirSync(join(folder, 'meta'));
    writeFileSync(join(folder, 'meta/_journal.json'), JSON.stringify({ ...journal, entries }));
    for (const { tag } of entries) {
      writeFileSync(join(folder, `${tag}.sql`), readFileSync(join(headFolder, `${tag}.sql`)));
    }
    await driver.migrate(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
