import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{app,devnet,drizzle,provisioning,scripts,bench,examples,tests/monitoring}/**/*.test.{ts,tsx}',
    ],
    setupFiles: ['tests/fixed-seed.ts'],
    pool: 'forks',
    testTimeout: 20_000,
  },
});
