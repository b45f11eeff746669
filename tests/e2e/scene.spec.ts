import type { Page } from '@playwright/test';
import { SLOW_AFTER_MS } from '#app/lib/wallet/wallet-situation.ts';
import { expectNoViolation } from './axe.ts';
import { changeUser } from './database.ts';
import {
  expect,
  fillSignUp,
  newVisitor,
  signUp,
  signUpWithWallet,
  test,
  walletLine,
} from './test.ts';

// A real chain's block time.
test.use({
  serverEnv: { DEVNET_BLOCK_MS: '600' },
  // Axe must see the final colours, not those in the middle of a fade.
  contextOptions: { reducedMotion: 'reduce' },
});

const choices = '대답 고르기';

test('a guest’s conversation on the landing page continues in the first room', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByText('오늘 하루는 어땠어?')).toBeVisible();
  const answers = page.getByRole('navigation', { name: choices }).getByRole('link');
  await expect(answers).toHaveCount(3);
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));
  await page.getByRole('link', { name: '조금 지쳤어.' }).click();
  await expect(page.getByText('여기서는 괜찮은 척 안 해도 돼.')).toBeVisible();
  // The pressed answer is gone; the keyboard continues from the conversation.
  await expect(page.getByRole('log')).toBeFocused();
  await page.getByRole('link', { name: '너는 누구야?' }).click();
  await expect(page.getByText('네 이야기를 들어 주는 AI 캐릭터야.')).toBeVisible();
  await page.getByRole('link', { name: '내일 또 와도 돼?' }).click();
  await expect(page.getByText('그 말을 기다렸어.')).toBeVisible();
  await expect(answers).toHaveCount(0);
  expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
  await expectNoViolation(page, 'the first page, at the end of the talk');
  await page.getByRole('link', { name: '이어서 이야기하기' }).click();
  await page.waitForURL('**/signup');
  await page.getByLabel('이름', { exact: true }).fill('유리');
  await page.getByLabel('이메일').fill(newVisitor().email);
  await page.getByLabel('비밀번호', { exact: true }).fill('spring-heart-9');
  await page.getByRole('button', { name: '가입하고 시작하기' }).click();
  await page.waitForURL('**/home');
  await expect(page.getByText('유리야, 네 이름이었구나!')).toBeVisible();
  await page.getByRole('link', { name: '초춘심과 이야기하기' }).click();
  await page.waitForURL('**/chat/choonsim');
  const messages = page.locator('[data-role]');
  await expect(messages).toHaveCount(6);
  await expect(messages.nth(0)).toContainText('조금 지쳤어.');
  await expect(messages.nth(5)).toContainText('그 말을 기다렸어.');
  const cookies = await page.context().cookies();
  expect(cookies.map(({ name }) => name)).not.toContain('talk');
  await page.reload();
  await expect(messages).toHaveCount(6);
});

test('an impossible choice in the address is ignored', async ({ page }) => {
  for (const talk of ['9', '0123', '-1', '0'.repeat(8), '<b>', '000000']) {
    await page.goto(`/?talk=${encodeURIComponent(talk)}`);
    await expect(page.getByText('오늘 하루는 어땠어?')).toBeVisible();
    await expect(page.getByRole('navigation', { name: choices }).getByRole('link')).toHaveCount(3);
  }
});

test('the host speaks first, by name, and hands over the gift in the conversation', async ({
  page,
}) => {
  await signUp(page);
  await expect(walletLine(page)).toHaveAttribute('data-wallet-status', 'READY');
  const gift = page.locator('[data-gift=given]');
  await expect(gift).toContainText('100 CHOCO');
  await expect(gift).toContainText('유리님에게');
  await expectNoViolation(page, 'home with the gift');
  await page.getByRole('link', { name: '초춘심과 이야기하기' }).click();
  await page.waitForURL('**/chat/choonsim');
  await expect(page.getByRole('log').getByText('유리야, 어서 와! 나는 초춘심이야.')).toBeVisible();
  await expect(gift).toBeVisible();
  await expectNoViolation(page, 'the first room with the gift');
  await page.getByRole('button', { name: '나를 좀 칭찬해 줘.' }).click();
  await expect(page.locator('[data-role=assistant] [aria-busy=false]')).toHaveText(/[가-힣]/);
  // The gift stays where it was given.
  await page.reload();
  await expect(gift).toHaveCount(1);
  await gift.getByRole('link', { name: '지갑에서 보기' }).click();
  await page.waitForURL('**/wallet');
});

/** From the next document on, every wait appears to have begun 15 s earlier. */
async function hasWaitedLong(page: Page): Promise<void> {
  await page.addInitScript(() => {
    class NoStream {
      onerror: (() => void) | null = null;
      constructor() {
        setTimeout(() => this.onerror?.(), 0);
      }
      close() {}
    }
    Object.assign(window, { EventSource: NoStream });
  });
  await page.route('**/api/wallet/status', async (route) => {
    const response = await route.fetch();
    const view = await response.json();
    const waitedMs = view.waitedMs === null ? null : view.waitedMs + SLOW_AFTER_MS;
    await route.fulfill({ response, json: { ...view, waitedMs } });
  });
}

test.describe('while the wallet is not ready', () => {
  test('the host talks about the wait, honestly after 15 s, and offers a notification', async ({
    page,
    server,
  }) => {
    await server.chain({ kind: 'halt' });
    await signUp(page);
    await page.goto('/chat/choonsim');
    const log = page.getByRole('log');
    await expect(log.getByText('지금 포장하고 있으니까 잠깐만!')).toBeVisible();
    await expect(page.locator('[data-gift=wrapped]')).toBeVisible();
    await expect(page.getByRole('button', { name: '보내기' })).toBeDisabled();
    await expect(log.getByText('평소보다 오래 걸리네')).toHaveCount(0);
    await expect(page.getByText(/대화할 수 없|잠겨/)).toHaveCount(0);
    await hasWaitedLong(page);
    await page.reload();
    await expect(log.getByText('평소보다 오래 걸리네')).toBeVisible();
    await page.getByRole('button', { name: '다 되면 알려 주기' }).click();
    await expect(log.getByText(/다 되면 알림을 보내|탭 제목으로 알려/)).toBeVisible();
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await server.chain({ kind: 'resume' });
    await expect(page).toHaveTitle(/^🎁 선물이 도착했어요/);
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => false });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expect(page).toHaveTitle('초춘심 대화방 · 초춘심');
    await expect(page.locator('[data-gift=given]')).toContainText('100 CHOCO');
    await expect(page.getByRole('button', { name: '보내기' })).toBeEnabled();
  });
});

test('a failed wallet is shown as failed, and no gift is promised', async ({ page, server }) => {
  const { email } = await signUpWithWallet(page);
  changeUser(server.databaseFile, email, { walletStatus: 'FAILED', walletAvailableAt: null });
  await page.goto('/chat/choonsim');
  const log = page.getByRole('log');
  await expect(log.getByText('선물은 여기에 그대로 있어요')).toBeVisible();
  await expect(log.getByText(/포장하고|도착/)).toHaveCount(0);
  await expectNoViolation(page, 'the first room without a wallet');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the landing page is a conversation that can be read and answered', async ({ page }) => {
    await page.goto('/');
    await expect(page.getByText('오늘 하루는 어땠어?')).toBeVisible();
    await page.getByRole('link', { name: '그냥 그랬어.' }).click();
    await expect(page.getByText('하루를 다 살아 낸 거잖아.')).toBeVisible();
    await fillSignUp(page, newVisitor());
    await page.getByRole('button', { name: '가입하고 시작하기' }).click();
    await page.waitForURL('**/home');
    await page.goto('/chat/choonsim');
    await expect(page.locator('[data-role]')).toHaveCount(2);
    await expect(page.getByText('유리야, 네 이름이었구나!')).toBeVisible();
  });
});
