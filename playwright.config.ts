import { defineConfig, devices } from '@playwright/test';
import { chromiumPath } from './scripts/find-chromium.ts';

const launchOptions = {
  executablePath: chromiumPath() ?? 'chromium',
  // In a container the browser runs as root, where its sandbox does not start.
  args: ['--no-sandbox'],
};

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  globalSetup: './tests/e2e/build.ts',
  reporter: [['list']],
  forbidOnly: process.env.CI === 'true',
  // Each runs a server and a chain of its own; two thirds of a test is waiting for that chain.
  workers: 3,
  // For what hangs: beside the failure tests everything takes several times as long.
  timeout: 90_000,
  expect: { timeout: 20_000 },
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
