import { defineConfig, devices } from '@playwright/test';
import { chromiumPath } from './scripts/find-chromium.ts';

const launchOptions = {
  executablePath: chromiumPath() ?? 'chromium',
  // In a container the browser runs as root, where its sandbox does not start.
  args: ['--no-sandbox'],
};

const isInCi = process.env.CI === 'true';

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  globalSetup: './tests/e2e/build.ts',
  reporter: [['list']],
  forbidOnly: isInCi,
  // Each runs a server and a chain of its own; two thirds of a test is waiting for that chain.
  workers: 3,
  // For what hangs. In CI everything takes several times as long, beside the failure tests.
  timeout: isInCi ? 90_000 : 45_000,
  expect: { timeout: isInCi ? 20_000 : 12_000 },
  // A trace of each test costs a third of the time: `npm run test:e2e -- --trace retain-on-failure`.
  // What a service worker fetches, a test could not hold up; its own test lets it in.
  use: { locale: 'ko-KR', timezoneId: 'Asia/Seoul', serviceWorkers: 'block', launchOptions },
  projects: [
    {
      name: 'phone',
      // What no viewport changes runs once, on the desktop.
      testMatch: [
        'accessibility',
        'chat',
        'first-minute',
        'kept-messages',
        'scene',
        'stock',
        'wallet-key',
        'wallet-page',
      ].map((name) => `${name}.spec.ts`),
      use: { ...devices['Pixel 7'], launchOptions, locale: 'ko-KR' },
    },
    {
      name: 'desktop',
      testIgnore: ['speed.spec.ts', 'ready-delay.spec.ts'],
      use: { ...devices['Desktop Chrome'], launchOptions, locale: 'ko-KR' },
    },
    {
      name: 'speed',
      testMatch: ['speed.spec.ts', 'ready-delay.spec.ts'],
      // Alone: what runs beside it would be measured too.
      workers: 1,
      use: { ...devices['Pixel 7'], launchOptions, locale: 'ko-KR' },
    },
  ],
});
