import type { Response } from '@playwright/test';
import { expect, signUpWithWallet, test } from './test.ts';

const BUDGET_BYTES = 130_000;
const MOST_FILES = 12;

test('the client code of /home', async ({ page }) => {
  await signUpWithWallet(page);
  const client = await page.context().newCDPSession(page);
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  const scripts: Response[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response);
  });
  await page.goto('/home');
  await page.waitForLoadState('networkidle');
  // The length of the compressed body, from the header.
  const sizes = scripts.map((response) => Number(response.headers()['content-length']));
  expect(Math.min(...sizes)).toBeGreaterThan(0);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  expect(scripts.length).toBeGreaterThan(3);
  expect(scripts.length).toBeLessThanOrEqual(MOST_FILES);
  expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES);
});

test('pages and their data are compressed, but streamed replies are not', async ({
  page,
  server,
}) => {
  await signUpWithWallet(page);
  const encodingOf = async (path: string, encodings: string) => {
    const headers = { 'accept-encoding': encodings };
    const response = await page.request.get(path, { headers });
    expect(response.status()).toBe(200);
    return response.headers()['content-encoding'];
  };
  for (const path of ['/home', '/home.data', '/chat/choonsim']) {
    expect(await encodingOf(path, 'br, gzip')).toBe('br');
    expect(await encodingOf(path, 'gzip')).toBe('gzip');
    expect(await encodingOf(path, 'identity')).toBeUndefined();
  }
  const reply = await page.request.post('/api/chat/mir', {
    headers: { 'accept-encoding': 'br, gzip', origin: server.url },
    data: { message: '안녕' },
  });
  expect(reply.headers()['content-encoding']).toBeUndefined();
});

test('the stylesheet is requested before any script', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => {
    const type = request.resourceType();
    if (['stylesheet', 'script'].includes(type)) asked.push(type);
  });
  for (const path of ['/', '/login']) {
    asked.length = 0;
    const html = await (await page.request.get(path)).text();
    expect(html.indexOf('rel="stylesheet"')).toBeGreaterThan(0);
    expect(html.indexOf('rel="stylesheet"')).toBeLessThan(html.indexOf('rel="modulepreload"'));
    await page.goto(path, { waitUntil: 'networkidle' });
    expect(asked[0]).toBe('stylesheet');
  }
});
