import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{app,packages,drizzle,scripts,bench,examples,tests/monitoring}/**/*.test.{ts,tsx}'],
    setupFiles: ['tests/fixed-seed.ts'],
    pool: 'forks',
    // One a core: many of the tests wait for a server, a disk or a process.
    maxWorkers: '100%',
    // For what hangs: beside the failure tests everything takes several times as long.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
