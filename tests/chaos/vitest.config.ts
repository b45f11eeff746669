import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    include: ['tests/chaos/**/*.test.ts'],
    pool: 'forks',
    // The log of a run is part of its result, even on success.
    disableConsoleIntercept: true,
    testTimeout: 350_000,
    hookTimeout: 60_000,
  },
});
