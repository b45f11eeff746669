import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    include: ['tests/machines/**/*.test.ts'],
    pool: 'forks',
    // One fleet at a time.
    fileParallelism: false,
    // The log of a run is part of its result, even on success.
    disableConsoleIntercept: true,
    testTimeout: 900_000,
    hookTimeout: 60_000,
  },
});
