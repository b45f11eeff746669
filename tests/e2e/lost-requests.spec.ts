import type { Page } from '@playwright/test';
import { changeUser } from './database.ts';
import {
  enterWithWallet,
  expect,
  fillSignUp,
  logIn,
  newVisitor,
  signUp,
  signUpWithWallet,
  test,
  walletLine,
} from './test.ts';

// The browser's complaint about each request that the test aborts.
test.use({ allowedComplaint: /Failed to (load resource|fetch)|net::ERR/ });

async function isSameDocument(page: Page): Promise<boolean> {
  return page.evaluate(() => 'isSameDocument' in window);
}

async function markDocument(page: Page): Promise<void> {
  await page.evaluate(() => Object.assign(window, { isSameDocument: true }));
}

test('if the menu’s code cannot be loaded, its button leads to the account page', async ({
  page,
}) => {
  await page.route('**/AccountMenu-*', (route) => route.abort());
  await enterWithWallet(page);
  await markDocument(page);
  await page.getByRole('button', { name: '설정과 로그아웃' }).click();
  await page.waitForURL('**/account');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('내 계정');
  expect(await isSameDocument(page)).toBe(true);
});

const inFrame = (page: Page) => page.getByRole('banner').getByRole('link', { name: '초춘심' });

test('if a page fails to load, header and navigation stay, and a retry loads it', async ({
  page,
  context,
}) => {
  await enterWithWallet(page);
  for (const path of ['/wallet', '/account', '/home']) {
    const link = page.getByRole('navigation').locator(`a[href="${path}"]:visible`);
    // Its code is loaded already.
    await link.click();
    await page.waitForURL(`**${path}`);
  }
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('유리님, 반가워요');
  await markDocument(page);

  await context.setOffline(true);
  await page.getByRole('navigation').locator('a[href="/wallet"]:visible').click();
  const alert = page.getByRole('alert').filter({ hasText: '연결을 확인하고 다시 시도해 주세요.' });
  await expect(alert).toBeVisible();
  await expect(inFrame(page)).toBeVisible();
  await expect(walletLine(page)).toContainText('100 CHOCO');
  const again = page.getByRole('link', { name: '다시 시도' });
  await again.click();
  await expect(again).not.toHaveAttribute('aria-disabled', 'true');
  await expect(alert).toBeVisible();
  // To another page and back, with all requests lost.
  await page.getByRole('navigation').locator('a[href="/account"]:visible').click();
  await page.waitForURL('**/account');
  await expect(alert).toBeVisible();

  await context.setOffline(false);
  await again.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('내 계정');
  await page.route('**/*.data*', (route) => route.fulfill({ status: 503, body: 'away' }));
  await page.getByRole('navigation').locator('a[href="/wallet"]:visible').click();
  await expect(alert).toBeVisible();
  await expect(inFrame(page)).toBeVisible();
  await page.unroute('**/*.data*');
  await again.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('내 지갑');
  expect(await isSameDocument(page)).toBe(true);
});

test('a form lost by the connection keeps its values and shows an error', async ({
  page,
  context,
}) => {
  const lost = '지금은 처리하지 못했어요. 적은 내용은 그대로 있으니 다시 시도해 주세요.';
  const visitor = newVisitor();
  await fillSignUp(page, visitor);
  await markDocument(page);
  await context.setOffline(true);
  await page.getByRole('button', { name: '가입하고 시작하기' }).click();
  await expect(page.getByRole('alert').filter({ hasText: lost })).toBeVisible();
  await expect(page.getByLabel('이름', { exact: true })).toHaveValue(visitor.name);
  await expect(page.getByLabel('이메일')).toHaveValue(visitor.email);
  await expect(page.getByLabel('비밀번호', { exact: true })).toHaveValue(visitor.password);
  await context.setOffline(false);
  await page.getByRole('button', { name: '가입하고 시작하기' }).click();
  await page.waitForURL('**/home');
  expect(await isSameDocument(page)).toBe(true);

  await page.goto('/account');
  const name = page.getByLabel('이름', { exact: true });
  await name.fill('봄이');
  await page.route('**/*.data*', (route) => route.fulfill({ status: 503, body: 'away' }));
  await page.getByRole('button', { name: '저장' }).click();
  await expect(page.getByRole('alert').filter({ hasText: lost })).toBeVisible();
  await expect(name).toHaveValue('봄이');
  await page.unroute('**/*.data*');
  await page.getByRole('button', { name: '저장' }).click();
  await expect(page.getByText('이름을 바꿨어요.')).toBeVisible();
});

test('a lost log-in shows an error in its form', async ({ page }) => {
  await page.route('**/login.data*', (route) => route.abort());
  await logIn(page, newVisitor());
  await expect(page.getByRole('alert').first()).toContainText('지금은 처리하지 못했어요.');
});

test('lost background refreshes do no harm, nor does a lost retry of the wallet', async ({
  page,
  server,
}) => {
  const { email } = await signUpWithWallet(page);
  changeUser(server.databaseFile, email, {
    walletStatus: 'FAILED',
    walletError: 'REWARD_REFUSED',
    walletAvailableAt: null,
  });
  await page.goto('/home');
  await page.route('**/api/wallet/retry', (route) => route.abort());
  await page.getByRole('button', { name: '다시 시도' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '연결을 확인하고' })).toBeVisible();
  await page.unroute('**/api/wallet/retry');
  const lost = page.waitForEvent('requestfailed', (request) => request.url().includes('.data'));
  await page.route('**/*.data*', (route) => route.abort());
  await page.getByRole('button', { name: '다시 시도' }).click();
  await lost;
  await expect(walletLine(page)).toContainText('100 CHOCO');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('유리님, 반가워요');
});

test('an unknown page is still a 404 page', async ({ page }) => {
  test.slow();
  await signUp(page);
  expect((await page.goto('/chat/nobody'))?.status()).toBe(404);
  await expect(page.locator('[data-error=not-found]')).toBeVisible();
});

test('the code of the other pages is preloaded while the browser is idle', async ({
  page,
  context,
}) => {
  await signUp(page);
  const fetched = page.waitForResponse(/assets\/account-/, { timeout: 20_000 });
  await (await fetched).finished();
  await page.waitForLoadState('networkidle');
  await markDocument(page);
  await context.setOffline(true);
  await page.getByRole('navigation').locator('a[href="/account"]:visible').click();
  await expect(page.getByRole('alert').filter({ hasText: '연결을 확인하고' })).toBeVisible();
  expect(await isSameDocument(page)).toBe(true);
});

test('on a slow network a skeleton of the requested page shows at once', async ({ page }) => {
  await enterWithWallet(page);
  let answer = () => {};
  const isSeen = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/*.data*', async (route) => {
    await isSeen;
    await route.continue();
  });
  const navigation = page.getByRole('navigation', { name: '주요 메뉴' });
  const colour = (path: string) =>
    navigation
      .locator(`a[href="${path}"]:visible`)
      .evaluate((link) => getComputedStyle(link).getPropertyValue('color'));
  const [here, elsewhere] = [await colour('/home'), await colour('/wallet')];
  await navigation.locator('a[href="/wallet"]:visible').click();
  await expect.poll(() => colour('/wallet')).toBe(here);
  await expect.poll(() => colour('/home')).toBe(elsewhere);
  await expect(page.locator('main[aria-busy=true] .skeleton')).toHaveCount(6);
  answer();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('내 지갑');

  await page.goto('/home');
  await page.unroute('**/*.data*');
  const isSeenToo = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/*.data*', async (route) => {
    await isSeenToo;
    await route.continue();
  });
  await page.getByRole('main').getByRole('link', { name: '초춘심과 이야기하기' }).click();
  // A composer in place of the navigation.
  await expect(page.locator('main[aria-busy=true] .skeleton')).toHaveCount(6);
  await expect(page.locator('nav[class*=bottom-0]')).toHaveCount(0);
  answer();
  await expect(page.getByRole('textbox', { name: '메시지' })).toBeVisible();
});
