import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    include: ['tests/chaos/**/*.test.ts'],
    pool: 'forks',
    // What the run did is part of the result, also when it succeeds.
    disableConsoleIntercept: true,
    testTimeout: 350_000,
    hookTimeout: 60_000,
  },
});
