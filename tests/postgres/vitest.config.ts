import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '../..');

/** Tests that open the database; the others do not depend on it. */
function testsOfTheDatabase(): string[] {
  const all = globSync('app/**/*.test.{ts,tsx}', { cwd: root });
  const found = all.filter((file) => /Database\(/.test(readFileSync(join(root, file), 'utf8')));
  if (found.length === 0) throw new Error('no test of the app opens the database');
  return found;
}

/** The app's unit tests over PostgreSQL instead of a SQLite file. */
export default defineConfig({
  test: {
    root,
    include: testsOfTheDatabase(),
    // Tests of the SQLite file itself.
    exclude: [
      'app/lib/db.server.test.ts',
      'app/lib/database/{broken-database-file,database-file,embedded-statements,unwritable-file}.server.test.ts',
    ],
    globalSetup: ['tests/postgres/server.ts'],
    setupFiles: ['tests/fixed-seed.ts', 'tests/postgres/own-database.ts'],
    pool: 'forks',
    maxWorkers: '100%',
    // As in the main configuration: in CI everything takes several times as long.
    testTimeout: process.env.CI === 'true' ? 60_000 : 20_000,
    hookTimeout: 60_000,
  },
});
