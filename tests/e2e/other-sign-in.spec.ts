import { type OpenIdProvider, startOpenIdProvider } from '../fakes/openid-provider.ts';
import { type AppServer, startAppServer } from './app-server.ts';
import { expectNoViolation } from './axe.ts';
import { changeDatabase } from './database.ts';
import { test as base, enter, expect, walletLine } from './test.ts';

/** A server with one other site where people may sign in. */
const test = base.extend<object, { site: OpenIdProvider; server: AppServer }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from it
    async ({}, use) => {
      const site = await startOpenIdProvider();
      await use(site);
      await site.close();
    },
    { scope: 'worker' },
  ],
  server: [
    async ({ site }, use) => {
      const server = await startAppServer({ env: { ...site.variables } });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
});

test.use({ allowedComplaint: /status of 400/ });

const personOf = (project: string, name: string) => ({
  sub: `${project}-${name}`,
  email: `${project}-${name}@example.com`,
  email_verified: true,
  name: '유리',
});

test('who comes from another site is at home at once, and gets a wallet', async ({ page, site }, {
  project,
}) => {
  site.signIn(personOf(project.name, 'new'));
  await page.goto('/signup');
  await expectNoViolation(page, 'sign-up with another site');
  await page.getByRole('link', { name: 'Example ID로 계속하기' }).click();
  await page.waitForURL('**/home');
  await expect(walletLine(page)).toHaveAttribute('data-wallet-status', 'READY');
  await page.goto('/account');
  await expect(page.getByText('비밀번호 없이 다른 방법으로')).toBeVisible();
  await page.getByRole('heading', { name: '계정 삭제' }).click();
  await page.getByRole('button', { name: '계정을 영구히 삭제하기' }).click();
  await page.waitForURL('**/goodbye');
});

test.describe('in English, without scripts', () => {
  test.use({ locale: 'en-GB', javaScriptEnabled: false });

  test('an address that nobody has verified here is not joined, and the page says what to do', async ({
    page,
    site,
    server,
  }, { project }) => {
    const person = personOf(project.name, 'known');
    await enter(page, { name: '유리', email: person.email, password: 'spring-heart-9' });
    await page.context().clearCookies();
    site.signIn(person);
    await page.goto('/login');
    await page.getByRole('link', { name: 'Continue with Example ID' }).click();
    await page.waitForURL('**/login?error=**');
    await expect(page.getByRole('alert').first()).toContainText('exists already');
    changeDatabase(
      server.databaseFile,
      person.email,
      'UPDATE "User" SET "emailVerified" = 1 WHERE "email" = :email',
    );
    await page.getByRole('link', { name: 'Continue with Example ID' }).click();
    await page.waitForURL('**/home');
  });
});
