import { type FakeApple, startFakeApple } from '../fakes/apple.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../fakes/openid-provider.ts';
import { type AppServer, startAppServer } from './app-server.ts';
import { expectNoViolation } from './axe.ts';
import { changeDatabase } from './database.ts';
import { test as base, enter, expect, walletLine } from './test.ts';

/** A server with two other sites as sign-in methods. */
const test = base.extend<object, { site: OpenIdProvider; apple: FakeApple; server: AppServer }>({
  apple: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from it
    async ({}, use) => {
      const apple = await startFakeApple();
      await use(apple);
      await apple.close();
    },
    { scope: 'worker' },
  ],
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
    async ({ site, apple }, use) => {
      const server = await startAppServer({ env: { ...site.variables, ...apple.variables } });
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

test('a user of another site is signed up at once and gets a wallet', async ({ page, site }, {
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

test('a user of Apple, whose page returns by a form post, is signed up at once', async ({
  page,
  apple,
}, { project }) => {
  const hidden = {
    email: `${project.name}@privaterelay.appleid.com`,
    email_verified: 'true',
  } as const;
  apple.signIn({ sub: `${project.name}.a`, ...hidden, firstName: '유리', lastName: '이' });
  await page.goto('/login');
  await page.getByRole('link', { name: 'Apple로 계속하기' }).click();
  await page.waitForURL('**/home');
  await page.goto('/account');
  await expect(page.getByLabel('이름')).toHaveValue('이유리');
});

test('an account elsewhere is linked on the account page, logs in, and is unlinked', async ({
  page,
  site,
  server,
}, { project }) => {
  const { email, password } = await enter(page);
  const earlier = `UPDATE "Session" SET "createdAt" = "createdAt" - 700
    WHERE "userId" = (SELECT "id" FROM "User" WHERE "email" = :email)`;
  changeDatabase(server.databaseFile, email, earlier);
  site.signIn({ sub: `${project.name}-linked`, email: 'somebody@elsewhere.example' });
  await page.goto('/account');
  const section = page.getByRole('region', { name: '계정 연결' });
  const own = section.getByRole('listitem').filter({ hasText: 'Example ID' });
  await own.locator('summary').click();
  await own.getByLabel(/지금 비밀번호/).fill('not-the-password');
  await own.getByRole('button', { name: '연결', exact: true }).click();
  await expect(own.getByLabel(/지금 비밀번호/)).toHaveAccessibleDescription(/맞지 않아요/);
  await expectNoViolation(page, 'account with a site to link');
  await own.getByLabel(/지금 비밀번호/).fill(password);
  await own.getByRole('button', { name: '연결', exact: true }).click();
  await expect(section.getByRole('status')).toContainText('계정을 연결했어요');
  await expect(own).toContainText('에 연결');

  await page.goto('about:blank');
  await page.context().clearCookies();
  await page.goto('/login');
  await page.getByRole('link', { name: 'Example ID로 계속하기' }).click();
  await page.waitForURL('**/home');
  await page.goto('/account');
  // A recent sign-in is proof enough.
  await section.getByRole('button', { name: 'Example ID 연결 끊기' }).click();
  await expect(section.getByRole('status')).toContainText('연결을 끊었어요');
  await expect(own).toContainText('연결 안 됨');
});

test.describe('in English, without scripts', () => {
  test('a link on the page leads to the other site', async ({ page, site }, { project }) => {
    await enter(page);
    site.signIn({ sub: `${project.name}-plain`, email: 'plain@elsewhere.example' });
    await page.goto('/account');
    await page.getByRole('button', { name: 'Link Example ID' }).click();
    await page.getByRole('link', { name: 'Continue at Example ID' }).click();
    await page.waitForURL('**/account?saved=link-site');
    await expect(page.getByText('You can log in with it from now on.')).toBeVisible();
  });

  test.use({ locale: 'en-GB', javaScriptEnabled: false });

  test('an account with an unverified address is not joined, and the page explains what to do', async ({
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
    await expect(page.getByRole('alert').first()).toContainText('There is already an account');
    changeDatabase(
      server.databaseFile,
      person.email,
      'UPDATE "User" SET "emailVerified" = 1 WHERE "email" = :email',
    );
    await page.getByRole('link', { name: 'Continue with Example ID' }).click();
    await page.waitForURL('**/home');
  });
});
