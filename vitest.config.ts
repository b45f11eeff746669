import { configDefaults, defineConfig } from 'vitest/config';

const all = '{app,packages,drizzle,scripts,bench,examples,tests/monitoring}/**/*.test.{ts,tsx}';
/** A process for each file costs more than most of these take. Their modules keep nothing but caches. */
const together = '{packages/**/!(*postgres*).test.ts,app/**/!(*.server).test.{ts,tsx}}';

const isInCi = process.env.CI === 'true';

export default defineConfig({
  test: {
    setupFiles: ['tests/fixed-seed.ts'],
    pool: 'forks',
    // One a core: many of the tests wait for a server, a disk or a process.
    maxWorkers: '100%',
    // For what hangs. In CI everything takes several times as long, beside the failure tests.
    testTimeout: isInCi ? 60_000 : 20_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'together', include: [together], isolate: false } },
      {
        extends: true,
        test: { name: 'alone', include: [all], exclude: [...configDefaults.exclude, together] },
      },
    ],
  },
});
