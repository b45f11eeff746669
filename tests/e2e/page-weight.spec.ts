import type { Response } from '@playwright/test';
import { expect, signUp, test } from './test.ts';

const BUDGET_BYTES = 130_000;

test('the client code of /home', async ({ page }) => {
  await signUp(page);
  await expect(page.getByText('지갑이 준비되었습니다!')).toBeVisible();
  const client = await page.context().newCDPSession(page);
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  const scripts: Response[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response);
  });
  await page.goto('/home');
  await page.waitForLoadState('networkidle');
  // The length of the compressed body, as the server tells it.
  const sizes = scripts.map((response) => Number(response.headers()['content-length']));
  expect(Math.min(...sizes)).toBeGreaterThan(0);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  expect(scripts.length).toBeGreaterThan(5);
  expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES);
});
