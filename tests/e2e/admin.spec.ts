import type { Page } from '@playwright/test';
import { runAdminLink } from './admin-link.ts';
import type { AppServer } from './app-server.ts';
import { expectNoViolation } from './axe.ts';
import { changeUser } from './database.ts';
import { expect, logIn, newVisitor, signUp, test, walletLine } from './test.ts';

const adminEmail = 'boss@example.com';
const adminPassword = 'a-long-spring-9';

async function enterAsAdmin(page: Page, server: AppServer): Promise<string> {
  const { link } = runAdminLink(server, { email: adminEmail, adminEmail });
  await page.goto(link);
  await page.getByLabel('비밀번호', { exact: true }).fill(adminPassword);
  await page.getByRole('button', { name: '비밀번호를 정하고 들어가기' }).click();
  await page.waitForURL('**/admin/wallets');
  return link;
}

const count = (page: Page, status: string) => page.locator(`[data-count=${status}]`);

test.use({ allowedComplaint: /status of (400|404|503)/, serverEnv: { ADMIN_EMAILS: adminEmail } });

test.describe('the admin pages', () => {
  test.describe.configure({ mode: 'serial' });

  test('only admins have access, and an admin’s address cannot be used to sign up', async ({
    page,
    request,
    server,
  }) => {
    test.slow();
    for (const path of ['/admin/wallets', '/admin/wallets/x']) {
      const visited = await request.get(`${server.url}${path}`, { maxRedirects: 0 });
      expect([visited.status(), visited.headers().location]).toEqual([
        302,
        `/login?to=${encodeURIComponent(path)}`,
      ]);
    }
    const squatter = { ...newVisitor(), email: 'Boss@Example.com' };
    const refused = await request.post(`${server.url}/api/auth/sign-up/email`, { data: squatter });
    expect(refused.status()).toBe(422);

    await page.goto(`${server.url}/signup`);
    const visitor = newVisitor();
    await page.getByLabel('이름', { exact: true }).fill(visitor.name);
    await page.getByLabel('이메일').fill(adminEmail);
    await page.getByLabel('비밀번호', { exact: true }).fill(visitor.password);
    await page.getByRole('button', { name: '가입하고 시작하기' }).click();
    await expect(page.getByLabel('이메일')).toHaveAccessibleDescription(/이미 가입된 이메일/);
    await page.getByLabel('이메일').fill(visitor.email);
    await page.getByLabel('비밀번호', { exact: true }).fill(visitor.password);
    await page.getByRole('button', { name: '가입하고 시작하기' }).click();
    await page.waitForURL('**/home');
    expect((await page.goto(`${server.url}/admin/wallets`))?.status()).toBe(404);
    // The address alone, stored as an older app may have left it, is not enough.
    changeUser(server.databaseFile, visitor.email, { email: adminEmail });
    expect((await page.goto(`${server.url}/admin/wallets`))?.status()).toBe(404);

    // The owner’s link takes the account from a squatter.
    const ownersBrowser = await page.context().browser()?.newContext({ locale: 'ko-KR' });
    const owner = await ownersBrowser?.newPage();
    if (!owner) throw new Error('no second browser');
    const link = await enterAsAdmin(owner, server);
    expect((await owner.goto(link))?.status()).toBe(404);
    await ownersBrowser?.close();
    await page.goto(`${server.url}/home`);
    await page.waitForURL('**/login');
    await logIn(page, { ...visitor, email: adminEmail }, server.url);
    await expect(page.getByRole('alert').first()).toContainText('맞지 않아요');
  });

  test('an admin’s password needs twelve characters, whichever route sets it', async ({
    page,
    server,
  }) => {
    const short = 'eleven-char';
    const { link } = runAdminLink(server, { email: adminEmail, adminEmail });
    const token = new URL(link).searchParams.get('token');
    const headers = { Origin: server.url };
    const tooShort = { code: 'ADMIN_PASSWORD_TOO_SHORT' };
    const reset = await page.request.post('/api/auth/reset-password', {
      headers,
      data: { token, newPassword: short },
    });
    expect([reset.status(), await reset.json()]).toEqual([400, expect.objectContaining(tooShort)]);
    // A rejected password does not use up the link.
    await page.goto(link);
    await page.getByLabel('비밀번호', { exact: true }).fill(adminPassword);
    await page.getByRole('button', { name: '비밀번호를 정하고 들어가기' }).click();
    await page.waitForURL('**/admin/wallets');

    const change = await page.request.post('/api/auth/change-password', {
      headers,
      data: { currentPassword: adminPassword, newPassword: short },
    });
    expect([change.status(), await change.json()]).toEqual([
      400,
      expect.objectContaining(tooShort),
    ]);
    await page.goto('/account');
    await page.getByLabel('지금 비밀번호', { exact: true }).fill(adminPassword);
    await page.getByLabel('새 비밀번호', { exact: true }).fill(short);
    await page.getByRole('button', { name: '비밀번호 바꾸기' }).click();
    await expect(page.getByLabel('새 비밀번호', { exact: true })).toHaveAccessibleDescription(
      /관리자.*12자/,
    );
  });

  test('the command rejects an address that is not an admin’s', ({ server }) => {
    const refused = runAdminLink(server, { email: 'someone@example.com', adminEmail });
    expect(refused.status).toBe(1);
    expect(refused.output).toContain('someone@example.com is not in ADMIN_EMAILS');
  });

  test('live counts, a wallet’s history, retry of one and of many, pause and resume', async ({
    page,
    browser,
    server,
  }) => {
    test.slow();
    const users = [];
    for (let user = 0; user < 3; user += 1) {
      const context = await browser.newContext({ baseURL: server.url, locale: 'ko-KR' });
      users.push(await signUp(await context.newPage()));
      await context.close();
    }
    const [first, second, third] = users;
    if (!first || !second || !third) throw new Error('three users');
    await enterAsAdmin(page, server);
    await expect(page.getByRole('heading', { name: '지금' })).toBeVisible();
    // Three, and the one signed up by the first test.
    await expect(count(page, 'READY')).toHaveText('4');
    await expect(page.getByRole('img', { name: /요청부터 준비까지/ })).toBeVisible();

    // No label of an axis is cut off.
    const overTheTop = await page.locator('figure svg').evaluateAll((plots) =>
      plots.map((plot) => {
        const top = plot.getBoundingClientRect().top;
        const labels = [...plot.querySelectorAll('text')].filter((label) => label.textContent);
        return Math.max(...labels.map((label) => top - label.getBoundingClientRect().top));
      }),
    );
    expect(Math.max(...overTheTop)).toBeLessThanOrEqual(0);

    // Live: the page updates by itself.
    for (const { email } of [first, second, third]) {
      changeUser(server.databaseFile, email, {
        walletStatus: 'FAILED',
        walletError: 'REWARD_REFUSED',
        walletAvailableAt: null,
      });
    }
    await expect(count(page, 'FAILED')).toHaveText('3');

    // Filter, search and history.
    await page.getByLabel('상태').selectOption('FAILED');
    await page.getByRole('button', { name: '찾기' }).click();
    await page.waitForURL('**status=FAILED**');
    await expect(page.getByRole('row')).toHaveCount(4);
    await expectNoViolation(page, 'the list of wallets');
    await page.getByRole('searchbox').fill(first.email.slice(0, 12));
    await page.getByRole('button', { name: '찾기' }).click();
    await expect(page.getByRole('row')).toHaveCount(2);
    await page.goBack();
    await expect(page.getByRole('searchbox')).toHaveValue('');
    await expect(page.getByRole('row')).toHaveCount(4);
    await page.goForward();
    await expect(page.getByRole('searchbox')).toHaveValue(first.email.slice(0, 12));
    await page.getByRole('row').getByRole('link', { name: first.email }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(first.email);
    await expect(page.getByText('CREATING → READY')).toBeVisible();
    await expect(page.getByText('REWARD_REFUSED').first()).toBeVisible();
    await expect(page.getByText('→ choco.devnet')).toBeVisible();
    await expectNoViolation(page, 'a wallet’s story');

    await page.getByRole('button', { name: '이 지갑 다시 시도' }).click();
    await expect(page.getByText('다시 시작한 지갑: 1개')).toBeVisible();
    const log = page.getByRole('region', { name: '운영 기록' });
    await expect(log.getByText(adminEmail).first()).toBeVisible();
    await expect(page.getByText('READY', { exact: false }).first()).toBeVisible();

    // Many.
    await page.getByRole('link', { name: '지갑 목록' }).click();
    await page.goto(`${server.url}/admin/wallets?status=FAILED`);
    await page.getByRole('button', { name: '고른 지갑 다시 시도' }).click();
    // The outcome stays while the page reloads its figures: at the second reload the first is done.
    await page.waitForResponse('**/admin/wallets.data**');
    await page.waitForResponse('**/admin/wallets.data**');
    await expect(page.getByText('지갑을 하나 이상 골라 주세요.')).toBeInViewport();
    await page.getByRole('checkbox', { name: second.email }).check();
    await page.getByRole('checkbox', { name: third.email }).check();
    await page.getByRole('button', { name: '고른 지갑 다시 시도' }).click();
    await expect(page.getByText('다시 시작한 지갑: 2개')).toBeVisible();
    await expect(count(page, 'READY')).toHaveText('4');

    // Pause: a new wallet waits, and its user reads nothing about operators.
    await page.getByRole('button', { name: '서명 멈추기' }).click();
    await expect(page.getByText('지갑을 만들지 않고 있어요: OPERATOR')).toBeVisible();
    const ready = await page.request.get('/readyz');
    expect(await ready.json()).toMatchObject({
      paused: 'OPERATOR',
      since: expect.stringMatching(/^20/),
      remedy: expect.stringContaining('resume'),
    });
    const context = await browser.newContext({ baseURL: server.url, locale: 'ko-KR' });
    const waiting = await context.newPage();
    await signUp(waiting);
    await expect(count(page, 'PENDING')).toHaveText('1');
    const pausedSentence =
      '지금은 지갑 만들기가 잠시 멈춰 있어요. 다시 시작되면 자동으로 이어져요.';
    await expect(walletLine(waiting)).toHaveText(pausedSentence);
    await waiting.goto('/wallet');
    await expect(waiting.getByRole('main').getByText(pausedSentence)).toBeVisible();
    const status = await (await waiting.request.get('/api/wallet/status')).json();
    expect(status).toMatchObject({ status: 'PENDING', isPaused: true, error: null });
    expect(JSON.stringify(status)).not.toContain('OPERATOR');
    await page.getByRole('button', { name: '서명 다시 시작' }).click();
    await expect(walletLine(waiting)).toContainText('100 CHOCO');
    await expect(waiting.getByText(pausedSentence)).toHaveCount(0);
    await expect(page.getByText('지갑을 만들고 있어요.')).toBeVisible();
    await expect(count(page, 'READY')).toHaveText('5');
    await context.close();
    await page.getByRole('button', { name: '기다리는 지갑 모두 바로 처리' }).click();
    await expect(page.getByText('바로 처리할 지갑: 0개')).toBeInViewport();
    for (const name of ['서명 멈춤', '서명 다시 시작', '지갑 다시 시도', '지갑 바로 처리']) {
      await expect(log.getByText(name).first()).toBeVisible();
    }
    await expect(log.getByText('1건 바뀜').first()).toBeVisible();
    await expect(log).not.toContainText('{');

    await page.getByRole('button', { name: 'English' }).click();
    await expect(page.getByRole('heading', { name: 'Operator log' })).toBeVisible();
    await page.goto('/admin/wallets/nobody');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Page not found');
    await page.goto('/admin/wallets');
    // The link into the app is only for admins who have a wallet.
    await expect(page.getByRole('link', { name: 'To the app' })).toBeVisible();
    changeUser(server.databaseFile, adminEmail, { walletStatus: null });
    await page.reload();
    await expect(page.getByRole('link', { name: 'To the app' })).toHaveCount(0);
    // A lost refresh leaves the page as it is; a lost page leaves the layout.
    await page.route('**/*.data*', (route) => route.fulfill({ status: 503, body: 'away' }));
    await page.waitForResponse('**/admin/wallets.data**');
    await page.waitForResponse('**/admin/wallets.data**');
    await expect(page.getByRole('heading', { name: 'Operator log' })).toBeVisible();
    await page.getByRole('row').getByRole('link').first().click();
    await expect(page.getByText('Please check your connection and try again.')).toBeVisible();
    await expect(page.getByRole('banner').getByText(adminEmail)).toBeVisible();
    await page.unroute('**/*.data*');
    await page.getByRole('link', { name: 'Try again' }).click();
    await expect(page.getByRole('heading', { name: 'What happened' })).toBeVisible();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.waitForURL('**/login');
  });
});
