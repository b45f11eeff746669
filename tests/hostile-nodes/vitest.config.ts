import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    include: ['tests/hostile-nodes/**/*.test.ts'],
    pool: 'forks',
    // The log of a run is part of its result, even on success.
    disableConsoleIntercept: true,
    testTimeout: 240_000,
    hookTimeout: 60_000,
  },
});
