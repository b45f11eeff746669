import type { RouteConfigEntry } from '@react-router/dev/routes';
import routes from '../../app/routes.ts';
import { expect, signUp, signUpOverHttp, test } from './test.ts';

const forged: readonly Record<string, string>[] = [
  { Origin: 'https://evil.example' },
  { Origin: 'null' },
  { 'Sec-Fetch-Site': 'cross-site' },
  { 'Sec-Fetch-Site': 'same-site', Origin: 'https://other.example.org' },
];

/** Every route of the app, its parameters filled in. */
function addresses(entries: readonly RouteConfigEntry[], above = ''): string[] {
  return entries.flatMap(({ path, children = [] }) => {
    const here = path === undefined ? above : `${above}/${path}`;
    const own = path === undefined ? [] : [here.replace(/:\w+/g, 'x').replace('*', 'sign-out')];
    return [...own, ...addresses(children, here)];
  });
}

test.use({ allowedComplaint: /status of 403/ });

test('no route accepts a forged cross-site POST', async ({ page, server }) => {
  const paths = addresses(await routes);
  expect(paths.length).toBeGreaterThan(15);
  for (const [index, path] of paths.entries()) {
    // From one visitor this would be a flood, so several visitors send a few each.
    if (index % 20 === 0) {
      await page.context().clearCookies();
      await signUpOverHttp(page);
    }
    for (const headers of forged) {
      const answer = await page.request.post(path, { headers, form: { language: 'en' } });
      expect([path, answer.status()]).toEqual([path, 403]);
      expect(answer.headers()['set-cookie']).toBeUndefined();
    }
  }
  // Still signed in, still Korean.
  await page.goto('/home');
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  const own = { Origin: server.url, 'Sec-Fetch-Site': 'same-origin' };
  expect((await page.request.post('/api/wallet', { headers: own })).status()).toBe(200);
});

test('another site’s page cannot post through a visitor’s browser', async ({ page, server }) => {
  await signUp(page);
  await page.route('http://evil.example/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${server.url}/logout"><button>Win</button></form>`,
    }),
  );
  await page.goto('http://evil.example/');
  const answered = page.waitForResponse(`${server.url}/logout`);
  await page.getByRole('button', { name: 'Win' }).click();
  expect((await answered).status()).toBe(403);
  await page.goto('/home');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('유리님, 반가워요');
});
test('unreadable requests get a short error', async ({ request, server }) => {
  const headers = { Origin: server.url };
  const large = await request.post('/api/chat/choonsim', {
    headers,
    data: { message: 'x'.repeat(70_000) },
  });
  expect([large.status(), await large.json()]).toMatchObject([413, { error: 'BODY_TOO_LARGE' }]);
  const endless = await fetch(`${server.url}/api/wallet`, {
    method: 'POST',
    headers,
    body: new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('a'));
        controller.close();
      },
    }),
    duplex: 'half',
  } as RequestInit);
  expect([endless.status, await endless.json()]).toMatchObject([411, { error: 'LENGTH_REQUIRED' }]);
  const answers = [
    await request.get('/%E0%A4%A'),
    await request.get('/assets/%E0%A4%A'),
    await request.post('/api/auth/sign-in/email', {
      headers: { ...headers, 'Content-Type': 'application/json' },
      data: Buffer.from('{'),
    }),
    await request.post('/login', {
      headers: { ...headers, 'Content-Type': 'multipart/form-data; boundary=x' },
      data: Buffer.from('no form'),
    }),
    await request.post('/api/auth/nothing', { headers, data: {} }),
    await request.fetch('/home', { method: 'DELETE', headers }),
  ];
  for (const answer of answers) {
    expect(answer.status()).toBeGreaterThanOrEqual(400);
    expect(await answer.text()).not.toMatch(/\bat \S.*:\d+:\d+|node_modules|file:\/\//);
  }
});

test('without a public address the headers of proxies change nothing', async ({ request }) => {
  for (const [name, value] of [
    ['X-Forwarded-Host', ',,'],
    ['X-Forwarded-Proto', 'a b'],
  ] as const) {
    const answer = await request.get('/', { headers: { [name]: value } });
    expect(answer.status(), name).toBe(200);
  }
});
