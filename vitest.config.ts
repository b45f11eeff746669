import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{app,packages,drizzle,scripts,bench,examples,tests/monitoring}/**/*.test.{ts,tsx}'],
    setupFiles: ['tests/fixed-seed.ts'],
    pool: 'forks',
    // One a core: many of the tests wait for a server, a disk or a process.
    maxWorkers: '100%',
    testTimeout: 20_000,
  },
});
