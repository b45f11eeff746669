import {
  type PostgresServer,
  postgresServerMissing,
  startPostgresServer,
} from '../../packages/wallet-engine/src/testing/postgres-server.ts';
import { runAdminLink } from './admin-link.ts';
import { startAppServer } from './app-server.ts';
import { test as base, expect, logIn, logOut, newVisitor, signUp, walletLine } from './test.ts';

const adminEmail = 'boss@example.com';

/** The app as everywhere else, over a PostgreSQL server of its own. */
const test = base.extend<object, { postgres: PostgresServer }>({
  postgres: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it.
    async ({}, use) => {
      const postgres = await startPostgresServer();
      await use(postgres);
      await postgres.stop();
    },
    { scope: 'worker' },
  ],
  server: [
    async ({ postgres }, use) => {
      const env = { DATABASE_URL: postgres.url, ADMIN_EMAILS: adminEmail };
      const server = await startAppServer({ env });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
});

const missing = postgresServerMissing();
test.skip(missing !== null, `NOT RUN: ${missing}`);
test.use({ allowedComplaint: /status of 503|net::ERR_/ });

test('over PostgreSQL: sign-up, chat, account, admin, and a server that is away for a while', async ({
  page,
  server,
  postgres,
}) => {
  test.slow();
  const visitor = await signUp(page);
  await expect(walletLine(page)).toHaveAttribute('data-wallet-status', 'READY');
  await page.goto('/chat/byeol');
  await page.getByRole('button', { name: '별 이야기를 들려줘.' }).click();
  const reply = page.locator('[data-role=assistant] [aria-busy=false]');
  await expect(reply).toHaveText(/[가-힣]/);
  const said = await reply.textContent();
  await page.goto('/account');
  await expect(page.getByText(visitor.email)).toBeVisible();

  await postgres.kill();
  expect((await page.goto('/chat/byeol'))?.status()).toBe(503);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const refused = await page.request.post('/api/auth/sign-up/email', {
    data: newVisitor(),
    headers: { origin: server.url },
  });
  expect(refused.status()).toBe(503);
  expect(Number(refused.headers()['retry-after'])).toBeGreaterThan(0);
  expect((await page.request.get('/healthz')).status()).toBe(200);
  expect((await page.request.get('/readyz')).status()).toBe(503);
  await postgres.start();

  await page.goto('/chat/byeol');
  expect(await reply.textContent()).toBe(said);
  await logOut(page);
  await logIn(page, visitor);
  await page.waitForURL('**/home');
  await expect(walletLine(page)).toContainText('100 CHOCO');
  await page.context().clearCookies();
  const second = await signUp(page);
  await expect(walletLine(page)).toHaveAttribute('data-wallet-status', 'READY');

  await page.context().clearCookies();
  const options = { email: adminEmail, adminEmail, env: { DATABASE_URL: postgres.url } };
  await page.goto(runAdminLink(server, options).link);
  await page.getByLabel('비밀번호', { exact: true }).fill('a-long-spring-9');
  await page.getByRole('button', { name: '비밀번호를 정하고 들어가기' }).click();
  await page.waitForURL('**/admin/wallets');
  await expect(page.locator('[data-count=READY]')).toContainText('2');
  await expect(page.getByText(second.email)).toBeVisible();
});
