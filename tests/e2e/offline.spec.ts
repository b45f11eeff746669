import { expectNoViolation } from './axe.ts';
import { enterWithWallet, expect, test } from './test.ts';

// Chromium's complaint without a connection.
test.use({
  serviceWorkers: 'allow',
  allowedComplaint: /ERR_INTERNET_DISCONNECTED|Failed to fetch/,
});

test('without a connection the offline page shows, and returns by itself', async ({
  page,
  context,
}) => {
  await enterWithWallet(page);
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active?.state === 'activated') return;
    await new Promise((resolve) => active?.addEventListener('statechange', resolve));
  });
  await expect
    .poll(() => page.evaluate(async () => (await caches.match('/offline'))?.status))
    .toBe(200);
  await context.setOffline(true);
  await page.goto('/wallet').catch(() => {});
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('인터넷 연결이 끊겼어요');
  await expectNoViolation(page, 'the page without a connection');
  expect(new URL(page.url()).pathname).toBe('/wallet');
  await context.setOffline(false);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('내 지갑');
  const kept = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(kept, 'nothing of a person is kept').toEqual(['/offline']);
});

test('the offline page is stored again in another language', async ({ page }) => {
  await page.goto('/login');
  const kept = () =>
    page.evaluate(async () => (await (await caches.match('/offline'))?.text()) ?? '');
  await expect.poll(kept).toContain('인터넷 연결이 끊겼어요');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect.poll(kept).toContain('You’re offline');
});
