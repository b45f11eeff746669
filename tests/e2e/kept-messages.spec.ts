import type { Page } from '@playwright/test';
import { expectNoViolation } from './axe.ts';
import { addMessages } from './database.ts';
import { expect, signUpOverHttp, signUpWithWallet, test, untilHydrated } from './test.ts';

// Axe must see the final colours, not those in the middle of a fade.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const messages = (page: Page) => page.locator('[data-role]');
const menuOf = (page: Page, text: string) =>
  messages(page).filter({ hasText: text }).locator('summary[aria-label="메시지 메뉴"]');

async function say(page: Page, text: string): Promise<void> {
  const before = await page.locator('[data-role=assistant] [aria-busy=false]').count();
  await page.getByRole('textbox', { name: '메시지' }).fill(text);
  await page.getByRole('button', { name: '보내기' }).click();
  await expect(page.locator('[data-role=assistant] [aria-busy=false]')).toHaveCount(before + 1);
}

test('messages show times and days, can be copied, and are deleted on a second press', async ({
  page,
  context,
  server,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  const { email } = await signUpWithWallet(page);
  addMessages(server.databaseFile, email, { characterId: 'byeol', count: 2 });
  await page.goto('/chat/byeol');
  await untilHydrated(page);
  await say(page, '오늘은 별이 보고 싶어');
  const log = page.getByRole('log');
  // 1,700,000,000 s, in Seoul.
  await expect(log.getByText('2023년 11월 15일 수요일')).toBeVisible();
  await expect(log.getByText('오늘', { exact: true })).toBeVisible();
  await expect(messages(page).first().locator('time')).toHaveText('오전 7:13');

  await menuOf(page, '오늘은 별이 보고 싶어').click();
  await expectNoViolation(page, 'the actions of a message');
  const own = messages(page).filter({ hasText: '오늘은 별이 보고 싶어' });
  await own.getByRole('button', { name: '복사' }).click();
  await expect(own.getByRole('status')).toHaveText('복사했어요');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('오늘은 별이 보고 싶어');

  await own.getByText('지우기', { exact: true }).click();
  await expect(own.getByText('여기에 받은 답장이 함께 지워지고')).toBeVisible();
  await expectNoViolation(page, 'a message about to be deleted');
  await own.getByRole('button', { name: '네, 지울게요' }).click();
  await expect(messages(page)).toHaveCount(2);
  await expect(page.getByRole('log')).toBeFocused();
  await page.reload();
  await expect(messages(page)).toHaveCount(2);
  // Only one message's menu is open at a time.
  await menuOf(page, 'message 0').click();
  await menuOf(page, 'message 1').click();
  await expect(page.getByRole('button', { name: '복사' })).toHaveCount(1);
});

test('a conversation is deleted after a confirmation page', async ({ page, server }) => {
  const { email } = await signUpWithWallet(page);
  addMessages(server.databaseFile, email, { characterId: 'mir', count: 4 });
  await page.goto('/chat/mir');
  await untilHydrated(page);
  await page.locator('summary[aria-label="대화 메뉴"]').click();
  await expectNoViolation(page, 'the menu of a room');
  await page.keyboard.press('Escape');
  await expect(page.locator('summary[aria-label="대화 메뉴"]')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: '대화 지우기' }).click();
  await page.waitForURL('**/chat/mir/delete');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('대화를 모두 지울까요?');
  await expectNoViolation(page, 'the page that asks once more');
  await page.getByRole('link', { name: '그대로 두기' }).click();
  await page.waitForURL('**/chat/mir');
  await expect(messages(page)).toHaveCount(4);
  await page.goto('/chat/mir/delete');
  await page.getByRole('button', { name: '모두 지우기' }).click();
  await page.waitForURL('**/home');
  await page.goto('/chat/mir');
  await expect(page.getByText('나는 미르!')).toBeVisible();
  await expect(messages(page)).toHaveCount(0);
});

test('search finds words, and a result opens in its conversation', async ({ page, server }) => {
  const { email } = await signUpWithWallet(page);
  addMessages(server.databaseFile, email, { characterId: 'byeol', count: 120 });
  await page.goto('/home');
  const list = page.getByRole('list', { name: '대화 상대' });
  await expect(list.getByRole('link').first()).toContainText('별이');
  await expect(list.getByRole('link').first()).toContainText('message 119');
  await expect(list.getByRole('link').first().locator('time')).toHaveText('2023년 11월 15일');
  await page.getByRole('link', { name: '메시지 검색' }).click();
  await page.waitForURL('**/search');
  const field = page.getByRole('searchbox', { name: '검색어' });
  await field.fill('message 42');
  await field.press('Enter');
  await expect(page.getByText('1개를 찾았어요.')).toBeVisible();
  await expectNoViolation(page, 'what was found');
  await page.getByRole('link', { name: /message 42/ }).click();
  await page.waitForURL('**/chat/byeol?around=*');
  await expect(page.locator('[data-found]')).toContainText('message 42');
  await expect(page.locator('[data-found]')).toBeInViewport();
  await expectNoViolation(page, 'a find in its place');
  await page.getByRole('link', { name: '최근 대화로 가기' }).click();
  await expect(page.getByRole('log').getByText('message 119', { exact: true })).toBeInViewport();
  await page.goto(`/search?q=${encodeURIComponent('없는 말')}`);
  await expect(page.getByText('‘없는 말’ 검색 결과가 없어요.')).toBeVisible();
});

test('a wide screen shows the other rooms beside the open one', async ({ page }) => {
  await signUpWithWallet(page);
  await page.setViewportSize({ width: 1_280, height: 800 });
  await page.goto('/chat/haru');
  const rooms = page.getByRole('navigation', { name: '다른 대화' });
  await expect(rooms.getByRole('link')).toHaveCount(6);
  await expect(rooms.locator('[aria-current=page]')).toContainText('하루');
  await rooms.getByRole('link', { name: /볼트/ }).click();
  await page.waitForURL('**/chat/bolt');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('볼트');
  await expectNoViolation(page, 'a room with its list');
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(rooms).toBeHidden();
  const bar = await page.locator('header').boundingBox();
  // One slim bar.
  expect(bar?.height).toBeLessThan(60);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a message can be deleted', async ({ page, server }) => {
    const { email } = await signUpOverHttp(page);
    addMessages(server.databaseFile, email, { characterId: 'byeol', count: 4 });
    await page.goto('/chat/byeol');
    await menuOf(page, 'message 2').click();
    const message = messages(page).filter({ hasText: 'message 2' });
    await message.getByText('지우기', { exact: true }).click();
    await message.getByRole('button', { name: '네, 지울게요' }).click();
    await expect(messages(page)).toHaveCount(3);
    await expect(page.getByText('message 2', { exact: true })).toHaveCount(0);
  });
});

test('only its owner can delete a message over HTTP', async ({ page, request, server }) => {
  const { email } = await signUpWithWallet(page);
  addMessages(server.databaseFile, email, { characterId: 'mir', count: 2 });
  const path = '/api/chat/mir/messages/message-0000';
  const headers = { origin: server.url };
  expect((await request.delete(path, { headers })).status()).toBe(401);
  expect((await page.request.delete('/api/chat/nobody/messages/x', { headers })).status()).toBe(
    404,
  );
  expect((await page.request.post(path, { headers, data: {} })).status()).toBe(405);
  expect(
    (await page.request.delete(path, { headers: { origin: 'https://evil.example' } })).status(),
  ).toBe(403);
  expect((await page.request.delete(path, { headers })).status()).toBe(204);
  expect((await page.request.delete(path, { headers })).status()).toBe(404);
});
