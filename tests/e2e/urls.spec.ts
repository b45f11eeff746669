import { expect, signUp, test, walletLine } from './test.ts';

test.use({ allowedComplaint: /status of 404/ });

test('every URL the client requests has a route', async ({ page, server }) => {
  const answers = new Map<string, number>();
  page.on('response', (response) => {
    const url = new URL(response.url());
    if (url.origin !== server.url) throw new Error(`the page asked ${url.origin}`);
    answers.set(url.pathname, response.status());
  });
  await page.goto('/');
  await page.getByRole('link', { name: '시작하기' }).click();
  await signUp(page);
  await expect(walletLine(page)).toContainText('100 CHOCO');
  await page
    .getByRole('link', { name: /초춘심/ })
    .last()
    .click();
  await page.getByRole('textbox', { name: '메시지' }).fill('안녕');
  await page.getByRole('button', { name: '보내기' }).click();
  await expect(page.locator('[data-role=assistant] [aria-busy=false]')).toHaveText(/[가-힣]/);
  // A chat fills a phone's screen and has no navigation, so go by address.
  for (const path of ['/wallet', '/account']) await page.goto(path);
  await page.getByRole('button', { name: '설정과 로그아웃' }).click();
  await page.getByRole('menuitemradio', { name: '어둡게' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('menuitemradio', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await page.waitForURL('**/login');
  const icon = await page.locator('link[rel=icon]').getAttribute('href');
  answers.set(`${icon}`, (await page.request.get(`${icon}`)).status());

  const paths = [...answers.keys()];
  for (const needed of [
    '/api/wallet/events',
    '/api/chat/choonsim',
    '/home.data',
    '/wallet',
    '/account',
    '/favicon.svg',
  ]) {
    expect(paths).toContain(needed);
  }
  expect([...answers].filter(([, status]) => status >= 400)).toEqual([]);
});

test('the API rejects unauthorized and invalid requests in JSON', async ({ request }) => {
  const refusals = [
    await request.get('/api/wallet/status'),
    await request.get('/api/wallet/events'),
    await request.post('/api/wallet'),
    await request.post('/api/wallet/retry'),
    await request.post('/api/chat/choonsim', { data: { message: 'hi' } }),
    await request.post('/api/cron/wallets'),
  ];
  for (const refusal of refusals) {
    expect(refusal.status()).toBe(401);
    expect(await refusal.json()).toEqual({ error: 'Unauthorized' });
  }
  for (const page of ['/home', '/chat/choonsim', '/wallet', '/account', '/wallet-setup']) {
    const answer = await request.get(page, { maxRedirects: 0 });
    const login = `/login?to=${encodeURIComponent(page)}`;
    expect([page, answer.status(), answer.headers().location]).toEqual([
      page,
      302,
      page === '/home' ? '/login' : login,
    ]);
  }
  expect((await request.get('/healthz')).status()).toBe(200);
  expect((await request.get('/readyz')).status()).toBe(200);
});

test('sign-up over plain HTTP does not wait for the chain; chat is locked with 423 until READY', async ({
  request,
  server,
}) => {
  await server.chain({ kind: 'halt' });
  const startedAt = Date.now();
  const signedUp = await request.post('/api/auth/sign-up/email', {
    data: { name: 'A', email: `${startedAt}@example.com`, password: 'spring-heart-9' },
  });
  expect(signedUp.status()).toBe(200);
  expect(await signedUp.text()).not.toContain('near');
  expect(Date.now() - startedAt).toBeLessThan(2_000);
  const origin = { origin: server.url };
  const chat = { headers: origin, data: { message: 'hello' } };
  const locked = await request.post('/api/chat/choonsim', chat);
  expect(locked.status()).toBe(423);
  expect(await locked.json()).toEqual({
    error: 'WALLET_NOT_READY',
    status: expect.stringMatching(/^(PENDING|CREATING)$/),
  });
  const status = await request.get('/api/wallet/status');
  expect(status.headers()['cache-control']).toBe('no-store');
  expect(await status.json()).toMatchObject({ isReady: false, retryAt: null, balance: null });

  await server.chain({ kind: 'resume' });
  await expect
    .poll(async () => (await request.get('/api/wallet/status')).json())
    .toMatchObject({ status: 'READY', isReady: true, error: null, balance: '100' });
  expect(await (await request.post('/api/chat/choonsim', chat)).text()).toMatch(/[a-z]{3,}/);
  expect((await request.post('/api/wallet/retry', { headers: origin })).status()).toBe(409);
  for (const [message, error] of [
    ['', 'MESSAGE_EMPTY'],
    ['x'.repeat(2_001), 'MESSAGE_TOO_LONG'],
  ]) {
    const refused = await request.post('/api/chat/choonsim', {
      headers: origin,
      data: { message },
    });
    expect([refused.status(), await refused.json()]).toMatchObject([400, { error }]);
  }
  const unasked = await request.post('/api/auth/update-user', {
    headers: origin,
    data: { walletStatus: 'READY', nearAccountId: 'mine.choonsim.devnet' },
  });
  expect(unasked.status()).toBeGreaterThanOrEqual(400);
  for (const [name, code] of [
    ['', 'NAME_MISSING'],
    ['x'.repeat(51), 'NAME_TOO_LONG'],
  ]) {
    const refused = await request.post('/api/auth/update-user', {
      headers: origin,
      data: { name },
    });
    expect([refused.status(), (await refused.json()).code]).toEqual([400, code]);
  }
});

test('an unknown page is a 404 in the visitor’s language', async ({ page }) => {
  const answer = await page.goto('/nowhere');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('페이지를 찾을 수 없어요');
  const unknown = await page.goto('/chat/nobody');
  expect(unknown?.url()).toContain('/login');
});
