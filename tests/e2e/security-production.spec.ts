import { randomBytes } from 'node:crypto';
import { expect, newVisitor, test } from './test.ts';

const publicOrigin = 'https://chat.example.org';
const metricsToken = randomBytes(16).toString('hex');

test.use({
  serverEnv: {
    NODE_ENV: 'production',
    BETTER_AUTH_URL: publicOrigin,
    BETTER_AUTH_SECRET: randomBytes(32).toString('base64'),
    NEAR_NETWORK_ID: 'devnet',
    WALLET_ENCRYPTION_KEYS: `1:${randomBytes(32).toString('base64')}`,
    METRICS_TOKEN: metricsToken,
  },
});

test('cookies are Secure, HttpOnly and SameSite', async ({ request }) => {
  const headers = { Origin: publicOrigin };
  const signedUp = await request.post('/api/auth/sign-up/email', {
    headers,
    data: newVisitor(),
  });
  expect(signedUp.status()).toBe(200);
  const language = await request.post('/language', {
    headers,
    form: { language: 'en' },
    maxRedirects: 0,
  });
  const theme = await request.post('/theme', {
    headers,
    form: { theme: 'dark' },
    maxRedirects: 0,
  });
  const cookies = [signedUp, language, theme].flatMap((answer) =>
    answer.headersArray().filter(({ name }) => name.toLowerCase() === 'set-cookie'),
  );
  expect(cookies.length).toBeGreaterThanOrEqual(3);
  for (const { value } of cookies) {
    expect(value).toMatch(/; HttpOnly/i);
    expect(value).toMatch(/; Secure/i);
    expect(value).toMatch(/; SameSite=Lax/i);
    expect(value).not.toMatch(/; Domain=/i);
  }
  // Browsers accept it only with Secure, Path=/ and without a Domain.
  expect(cookies[0]?.value).toMatch(/^__Host-.*; Path=\//);
});

test('forms work behind a proxy that forwards neither host nor protocol; other sites’ forms do not', async ({
  request,
}) => {
  for (const suffix of ['', '.data']) {
    const { name, email, password } = newVisitor();
    const send = (path: string, headers: Record<string, string>) =>
      request.post(`${path}${suffix}`, {
        headers: { ...headers, 'X-Forwarded-For': '203.0.113.20' },
        form: path === '/signup' ? { name, email, password } : { email, password },
        maxRedirects: 0,
      });
    // A redirect; scripts get it with a different status.
    const done = suffix === '' ? 302 : 202;
    for (const path of ['/signup', '/login']) {
      const foreign: Record<string, string>[] = [
        { Origin: 'https://evil.example.org' },
        { Origin: 'https://evil.example.org', 'X-Forwarded-Host': 'evil.example.org' },
        { Origin: 'http://chat.example.org' },
        { Origin: 'null' },
        { Origin: publicOrigin, 'Sec-Fetch-Site': 'cross-site' },
      ];
      for (const headers of foreign) expect((await send(path, headers)).status()).toBe(403);
      const answer = await send(path, { Origin: publicOrigin });
      expect(answer.status()).toBe(done);
      expect(answer.headers()['set-cookie']).toContain('session_token=');
      if (suffix === '') expect(answer.headers().location).toBe('/home');
    }
    const asToldByProxies: Record<string, string>[] = [
      { 'X-Forwarded-Host': 'chat.example.org', 'X-Forwarded-Proto': 'https' },
      { 'X-Forwarded-Host': 'upstream:8080', 'X-Forwarded-Proto': 'http' },
      { Host: 'chat.example.org' },
    ];
    for (const told of asToldByProxies) {
      expect((await send('/login', { Origin: publicOrigin, ...told })).status()).toBe(done);
    }
  }
});

test('every response has the security headers, and every page a fresh nonce', async ({
  request,
}) => {
  for (const path of ['/', '/login', '/api/wallet/status', '/favicon.svg', '/nowhere']) {
    const answer = await request.get(path);
    expect(answer.headers()).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'strict-transport-security': 'max-age=31536000',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    });
    expect(answer.headers()['x-powered-by']).toBeUndefined();
  }
  const nonces = new Set<string>();
  for (let visit = 0; visit < 2; visit += 1) {
    const page = await request.get('/login');
    const policy = page.headers()['content-security-policy'] ?? '';
    const nonce = /script-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("object-src 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    const scripts = (await page.text()).match(/<script\b[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(2);
  const api = await request.get('/api/wallet/status');
  expect(api.headers()['content-security-policy']).toContain("default-src 'none'");
});

test('metrics require the token', async ({ request }) => {
  expect((await request.get('/metrics')).status()).toBe(401);
  const wrong = { Authorization: `Bearer ${metricsToken.slice(1)}` };
  expect((await request.get('/metrics', { headers: wrong })).status()).toBe(401);
  const headers = { Authorization: `Bearer ${metricsToken}` };
  const text = await (await request.get('/metrics', { headers })).text();
  expect(text).toMatch(/^choonsim_worker_heartbeat_timestamp_seconds 1\d{9}/m);
  expect(text).toMatch(/^choonsim_rpc_calls_total\{host="127\.0\.0\.1:\d+",method="query"/m);
  expect(text).toMatch(/^choonsim_treasury\{asset="near"\} \d{6}/m);
});

test('ten wrong passwords are allowed per account, and with a session over all routes together', async ({
  request,
}) => {
  const headers = { Origin: publicOrigin, 'X-Forwarded-For': '203.0.113.30' };
  const { name, email, password } = newVisitor();
  const signedUp = await request.post('/api/auth/sign-up/email', {
    headers,
    data: { name, email, password },
  });
  const [cookie = ''] = (signedUp.headers()['set-cookie'] ?? '').split(';');
  const wrong = 'guess-guess-guess';
  const guesses = [
    { path: 'sign-in/email', data: { email, password: wrong }, refused: Array(10).fill(401) },
    { path: 'verify-password', data: { password: wrong }, refused: Array(10).fill(400) },
    {
      path: 'change-password',
      data: { currentPassword: wrong, newPassword: 'spring-heart-10' },
      refused: [],
    },
    { path: 'reset-password', data: { token: wrong, newPassword: wrong }, refused: [] },
  ];
  for (const { path, data, refused } of guesses) {
    const statuses = [];
    for (let tries = 0; tries < 11; tries += 1) {
      const answer = await request.post(`/api/auth/${path}`, {
        headers: { ...headers, Cookie: cookie },
        data,
      });
      statuses.push(answer.status());
    }
    const limited = Array(11 - refused.length).fill(429);
    expect([path, ...statuses]).toEqual([path, ...refused, ...limited]);
  }
});

test('many attempts from one address are slowed down', async ({ request }) => {
  const headers = { Origin: publicOrigin, 'X-Forwarded-For': '203.0.113.7' };
  const guess = () =>
    request.post('/api/auth/sign-in/email', {
      headers,
      data: { email: 'somebody@example.com', password: 'guess-guess-guess' },
    });
  const statuses = [];
  for (let tries = 0; tries < 11; tries += 1) statuses.push((await guess()).status());
  expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
  expect(statuses[10]).toBe(429);
  const posts = await Promise.all(
    Array.from({ length: 130 }, () => request.post('/api/wallet', { headers })),
  );
  const refused = posts.filter((answer) => answer.status() === 429);
  expect(refused.length).toBeGreaterThanOrEqual(130 + 11 - 120);
  expect(Number(refused[0]?.headers()['retry-after'])).toBeGreaterThan(0);
  // Other clients are not affected.
  const neighbour = { ...headers, 'X-Forwarded-For': '203.0.113.8' };
  expect((await request.post('/api/wallet', { headers: neighbour })).status()).toBe(401);
});
