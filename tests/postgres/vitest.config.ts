import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The app's own tests, over PostgreSQL in the place of a file. */
export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    include: ['app/**/*.test.{ts,tsx}'],
    // What is about a file.
    exclude: ['app/lib/{broken-database-file,db,embedded-statements}.server.test.ts'],
    globalSetup: ['tests/postgres/server.ts'],
    setupFiles: ['tests/fixed-seed.ts', 'tests/postgres/own-database.ts'],
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: 20_000,
  },
});
