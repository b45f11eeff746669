import type { Page } from '@playwright/test';
import { addMessages, changeUser } from './database.ts';
import { expect, signUp, test, walletLine } from './test.ts';

async function openRoom(page: Page): Promise<void> {
  await expect(walletLine(page)).toHaveText('지갑 · 100 CHOCO');
  await page.goto('/chat/byeol');
}

const messages = (page: Page) => page.locator('[data-role]');

test('an opener begins the conversation', async ({ page }) => {
  await signUp(page);
  await openRoom(page);
  await page.getByRole('button', { name: '별 이야기를 들려줘.' }).click();
  await expect(page.locator('[data-role=user]')).toContainText('별 이야기를 들려줘.');
  await expect(page.locator('[data-role=assistant] [aria-busy=false]')).toHaveText(/[가-힣]/);
});

test('while chat is locked an opener waits in the composer', async ({ page, server }) => {
  const { email } = await signUp(page);
  await openRoom(page);
  changeUser(server.databaseFile, email, { walletStatus: 'FAILED', walletError: 'REWARD_REFUSED' });
  await page.reload();
  await page.getByRole('button', { name: '별 이야기를 들려줘.' }).click();
  await expect(page.getByRole('textbox', { name: '메시지' })).toHaveValue('별 이야기를 들려줘.');
  await expect(page.getByRole('button', { name: '보내기' })).toBeDisabled();
  await expect(messages(page)).toHaveCount(0);
});

test('a long conversation opens at its end, and earlier pages keep the reader’s place', async ({
  page,
  server,
}) => {
  const { email } = await signUp(page);
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
  // The skeletons and the page before it come in above.
  expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(60);
  await earlier.click();
  await expect(messages(page)).toHaveCount(100);
  await expect(earlier).toHaveCount(0);
});

test('a growing reply does not pull away whoever reads above; a button leads back', async ({
  page,
  server,
}) => {
  const { email } = await signUp(page);
  addMessages(server.databaseFile, email, { characterId: 'byeol', count: 40 });
  await openRoom(page);
  await page.getByRole('textbox', { name: '메시지' }).fill('오늘은 어땠어?');
  await page.keyboard.press('Enter');
  await expect(page.locator('[aria-busy=true]')).toBeInViewport();
  await page.getByRole('log').evaluate((log) => log.scrollTo({ top: -600 }));
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
  await expect(page.locator('[data-role=assistant]').last()).not.toBeInViewport();
  await page.getByRole('button', { name: '가장 최근 메시지로' }).click();
  await expect(page.locator('[data-role=assistant]').last()).toBeInViewport();
});

test('pages of a conversation over HTTP, its owner’s alone', async ({ page, request, server }) => {
  const { email } = await signUp(page);
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
  });
  expect((await request.get('/api/chat/byeol')).status()).toBe(401);
  const headers = { origin: server.url };
  const data = { messageId: 'nothing-is-written' };
  expect((await page.request.delete('/api/chat/byeol', { headers, data })).status()).toBe(404);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the locked chat says why, and an older page can be read', async ({ page, server }) => {
    const { email } = await signUp(page);
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
