import type { Page } from '@playwright/test';
import { addMessages, changeUser } from './database.ts';
import {
  enter,
  expect,
  logIn,
  logOut,
  signUpOverHttp,
  test,
  untilHydrated,
  untilReady,
} from './test.ts';

async function openRoom(page: Page): Promise<void> {
  await untilReady(page);
  await page.goto('/chat/byeol');
  await untilHydrated(page);
}

const messages = (page: Page) => page.locator('[data-role]');

test('an opener begins the conversation', async ({ page }) => {
  await signUpOverHttp(page);
  await openRoom(page);
  await page.getByRole('button', { name: '별 이야기를 들려줘.' }).click();
  await expect(page.locator('[data-role=user]')).toContainText('별 이야기를 들려줘.');
  await expect(page.locator('[data-role=assistant] [aria-busy=false]')).toHaveText(/[가-힣]/);
});

test('an opener leaves the draft alone', async ({ page }) => {
  await signUpOverHttp(page);
  await openRoom(page);
  const composer = page.getByRole('textbox', { name: '메시지' });
  await composer.fill('내가 적던 말');
  await page.getByRole('button', { name: '별 이야기를 들려줘.' }).click();
  await expect(page.locator('[data-role=assistant] [aria-busy=false]')).toHaveText(/[가-힣]/);
  await expect(messages(page)).toHaveCount(2);
  await expect(composer).toHaveValue('내가 적던 말');
});

test('while chat is locked, an opener fills the composer', async ({ page, server }) => {
  const { email } = await signUpOverHttp(page);
  await openRoom(page);
  changeUser(server.databaseFile, email, { walletStatus: 'FAILED', walletError: 'REWARD_REFUSED' });
  await page.reload();
  await page.getByRole('button', { name: '별 이야기를 들려줘.' }).click();
  await expect(page.getByRole('textbox', { name: '메시지' })).toHaveValue('별 이야기를 들려줘.');
  await expect(page.getByRole('button', { name: '보내기' })).toBeDisabled();
  await page.getByRole('button', { name: '잠이 오지 않아.' }).click();
  await expect(page.getByRole('textbox', { name: '메시지' })).toHaveValue(
    '별 이야기를 들려줘.\n잠이 오지 않아.',
  );
  await expect(messages(page)).toHaveCount(0);
});

test('a long conversation opens at its end, and loading earlier pages keeps the scroll position', async ({
  page,
  server,
}) => {
  const { email } = await signUpOverHttp(page);
  addMessages(server.databaseFile, email, { characterId: 'byeol', count: 100 });
  await openRoom(page);
  await expect(messages(page)).toHaveCount(40);
  await expect(page.getByText('message 99', { exact: true })).toBeInViewport();
  const earlier = page.getByRole('link', { name: '이전 대화 보기' });
  await earlier.scrollIntoViewIfNeeded();
  const first = page.getByText('message 61', { exact: true });
  const before = await first.boundingBox();
  await earlier.click();
  await expect(messages(page)).toHaveCount(80);
  const after = await first.boundingBox();
  // The earlier page is inserted above.
  expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(60);
  await earlier.click();
  await expect(messages(page)).toHaveCount(100);
  await expect(earlier).toHaveCount(0);
});

test('a growing reply does not move a reader who scrolled up; a button leads back', async ({
  page,
  server,
}) => {
  const { email } = await signUpOverHttp(page);
  addMessages(server.databaseFile, email, { characterId: 'byeol', count: 40 });
  await openRoom(page);
  await page.getByRole('textbox', { name: '메시지' }).fill('오늘은 어땠어?');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('[aria-busy=true]')).toBeInViewport();
  await page.getByRole('log').evaluate((log) => log.scrollTo({ top: -600 }));
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
  await expect(page.locator('[data-role=assistant]').last()).not.toBeInViewport();
  await page.getByRole('button', { name: '가장 최근 메시지로' }).click();
  await expect(page.locator('[data-role=assistant]').last()).toBeInViewport();
});

test('one account’s draft is not shown to the next account in the same tab', async ({
  page,
  server,
}) => {
  const composer = page.getByRole('textbox', { name: '메시지' });
  const first = await signUpOverHttp(page);
  await page.goto('/chat/byeol');
  await untilHydrated(page);
  await composer.fill('아무에게도 말하지 마');
  await page.reload();
  await expect(composer).toHaveValue('아무에게도 말하지 마');
  await logOut(page);
  await enter(page);
  await page.goto('/chat/byeol');
  await page.waitForLoadState('networkidle');
  await expect(composer).toHaveValue('');
  const kept = await page.evaluate(() => JSON.stringify(sessionStorage));
  expect(kept).not.toContain('아무에게도');
  await page.goBack();
  await logOut(page);
  await logIn(page, first, server.url);
  await page.waitForURL('**/home');
  await page.goto('/chat/byeol');
  await page.waitForLoadState('networkidle');
  await expect(composer).toHaveValue('');
});

test('messages from another tab appear when this one becomes visible', async ({
  page,
  context,
}) => {
  await signUpOverHttp(page);
  await openRoom(page);
  const say = async (tab: Page, text: string) => {
    await tab.getByRole('textbox', { name: '메시지' }).fill(text);
    await tab.keyboard.press('Control+Enter');
  };
  const other = await context.newPage();
  await other.goto('/chat/byeol');
  await untilHydrated(other);
  await say(page, '여기는 첫째 탭');
  await expect(page.locator('[data-role=assistant] [aria-busy=false]')).toHaveCount(1);
  await say(other, '여기는 둘째 탭');
  await expect(other.locator('[data-role=assistant] [aria-busy=false]')).toHaveCount(1);
  await page.bringToFront();
  await page.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(messages(page)).toHaveCount(4);
  await other.evaluate(() => window.dispatchEvent(new Event('focus')));
  await expect(messages(other)).toHaveCount(4);
  await expect(messages(other).nth(0)).toContainText('여기는 첫째 탭');
  await expect(messages(other).nth(2)).toContainText('여기는 둘째 탭');
});

test('the remaining length shows near the limit and beyond', async ({ page }) => {
  await signUpOverHttp(page);
  await openRoom(page);
  const composer = page.getByRole('textbox', { name: '메시지' });
  await composer.fill('가'.repeat(1_900));
  await expect(page.getByText('100자 남음')).toBeVisible();
  await composer.fill('가'.repeat(2_030));
  await expect(page.getByText('30자 넘었어요')).toBeVisible();
  await expect(composer).toHaveAccessibleDescription(/2,000자까지 보낼 수 있어요. 30자 넘었어요/);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('alert')).toContainText('2,000자까지 보낼 수 있어요.');
  await composer.fill('가'.repeat(20_000));
  await expect(page.getByText('18,000자 넘었어요')).toBeVisible();
  await expect(composer).toHaveJSProperty('textLength', 20_000);
  await composer.fill('짧게');
  await expect(page.getByText('30자 넘었어요')).toHaveCount(0);
});

test.describe('when the session has ended', () => {
  test.use({ allowedComplaint: /status of 401/ });

  test('the draft stays, and a link leads to log-in and back', async ({ page, context }) => {
    const visitor = await signUpOverHttp(page);
    await openRoom(page);
    await context.clearCookies({ name: /session/ });
    const composer = page.getByRole('textbox', { name: '메시지' });
    await composer.fill('아직 보내지 못한 말');
    await page.keyboard.press('Control+Enter');
    const alert = page.getByRole('alert');
    await expect(alert).toContainText('적은 메시지는 이 탭에 그대로 남아 있어요.');
    await expect(composer).toHaveValue('아직 보내지 못한 말');
    await expect(messages(page)).toHaveCount(0);
    const link = alert.getByRole('link', { name: '다시 로그인하기' });
    await expect(link).toHaveAttribute('href', '/login?to=/chat/byeol');
    await link.click();
    await page.waitForURL('**/login?to=/chat/byeol');
    await expect(page.getByText('로그인하면 보려던 페이지로 바로 이어져요.')).toBeVisible();
    const logInHere = async () => {
      await page.getByLabel('이메일').fill(visitor.email);
      await page.getByLabel('비밀번호', { exact: true }).fill(visitor.password);
      await page.getByRole('button', { name: '로그인' }).click();
    };
    await logInHere();
    await page.waitForURL('**/chat/byeol');
    await expect(composer).toHaveValue('아직 보내지 못한 말');
    // Every other form leads back to its page.
    await page.goto('/account');
    await context.clearCookies({ name: /session/ });
    await page.getByRole('button', { name: '저장' }).click();
    await page.waitForURL('**/login?to=%2Faccount');
    await logInHere();
    await page.waitForURL('**/account');
  });
});

test('going back shows the conversation as it is now', async ({ page }) => {
  await signUpOverHttp(page);
  await openRoom(page);
  await page.getByRole('textbox', { name: '메시지' }).fill('별이야, 안녕');
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('[data-role=assistant] [aria-busy=false]')).toHaveCount(1);
  await page.goto('/wallet');
  await page.goBack();
  await expect(messages(page)).toHaveCount(2);
});

test('the home page cuts no emoji in half', async ({ page, server }) => {
  const { email } = await signUpOverHttp(page);
  const reply = `봄${'🌸'.repeat(100)}`;
  addMessages(server.databaseFile, email, { characterId: 'byeol', count: 2, reply });
  await page.goto('/home');
  await expect(page.getByText('봄🌸')).toHaveText(/^봄🌸+$/u);
  await page.waitForLoadState('networkidle');
});

for (const size of [
  { width: 320, height: 256 },
  { width: 740, height: 340 },
]) {
  test(`in a low window of ${size.width} by ${size.height} everything can be read`, async ({
    page,
    server,
  }) => {
    const { email } = await signUpOverHttp(page);
    await page.setViewportSize(size);
    await openRoom(page);
    const log = page.getByRole('log');
    const composer = page.getByRole('textbox', { name: '메시지' });
    const face = log.getByText('나는 별이.');
    await face.scrollIntoViewIfNeeded();
    await expect(face).toBeInViewport({ ratio: 1 });
    await expect(log).toHaveJSProperty('scrollTop', 0);
    const isWhole = (element: HTMLElement) => element.scrollHeight <= element.clientHeight;
    expect(await log.evaluate(isWhole)).toBe(true);

    addMessages(server.databaseFile, email, { characterId: 'byeol', count: 30 });
    await page.reload();
    await expect(page.getByText('message 29', { exact: true })).toBeInViewport();
    await expect(composer).toBeInViewport({ ratio: 1 });
    expect(await log.evaluate(isWhole)).toBe(true);
    await composer.fill('오늘은 어땠어?');
    await page.keyboard.press('Control+Enter');
    await expect(page.locator('[data-role=assistant] [aria-busy=false]')).toHaveCount(16);
    await expect(messages(page).last()).toBeInViewport();
    await page.getByText('message 1', { exact: true }).scrollIntoViewIfNeeded();
    await expect(page.getByText('message 1', { exact: true })).toBeInViewport({ ratio: 1 });
    const isTooWide = await page.evaluate(
      () => document.documentElement.scrollWidth > window.innerWidth,
    );
    expect(isTooWide).toBe(false);
  });
}

test('only its owner can read a conversation’s pages over HTTP', async ({
  page,
  request,
  server,
}) => {
  const { email } = await signUpOverHttp(page);
  addMessages(server.databaseFile, email, { characterId: 'byeol', count: 50 });
  const latest = await (await page.request.get('/api/chat/byeol')).json();
  expect([latest.messages.length, latest.hasEarlier]).toEqual([40, true]);
  expect(latest.messages.at(-1)).toMatchObject({ role: 'assistant', content: 'message 49' });
  const { id } = latest.messages[0];
  const earlier = await (await page.request.get(`/api/chat/byeol?before=${id}`)).json();
  expect([earlier.messages.length, earlier.hasEarlier]).toEqual([10, false]);
  expect(await (await page.request.get('/api/chat/mir')).json()).toEqual({
    messages: [],
    hasEarlier: false,
    isReplying: false,
  });
  expect((await request.get('/api/chat/byeol')).status()).toBe(401);
  const headers = { origin: server.url };
  const data = { messageId: 'nothing-is-written' };
  expect((await page.request.delete('/api/chat/byeol', { headers, data })).status()).toBe(404);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the locked chat says why, and an older page can be read', async ({ page, server }) => {
    const { email } = await signUpOverHttp(page);
    changeUser(server.databaseFile, email, { walletStatus: 'FAILED', walletAvailableAt: null });
    await page.goto('/chat/byeol');
    await expect(page.getByText('지갑을 만들지 못해 대화가 잠겨 있어요.')).toBeVisible();
    await expect(page.getByRole('button', { name: '보내기' })).toBeDisabled();
    addMessages(server.databaseFile, email, { characterId: 'byeol', count: 50 });
    await page.reload();
    await expect(page.getByText('message 49', { exact: true })).toBeInViewport();
    await page.getByRole('link', { name: '이전 대화 보기' }).click();
    await expect(page.getByText('message 9', { exact: true })).toBeVisible();
    await expect(page.getByRole('link', { name: '최근 대화로 가기' })).toBeVisible();
  });
});
