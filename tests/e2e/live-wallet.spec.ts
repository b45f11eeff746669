import type { Page } from '@playwright/test';
import { changeDatabase, changeUser } from './database.ts';
import {
  enter,
  enterWithWallet,
  expect,
  signUpWithWallet,
  test,
  untilReady,
  walletLine,
} from './test.ts';

const IN_AN_HOUR_MS = 3_600_000;

/** FAILED with a retry in an hour, so that the engine does not interfere with the test. */
function failForAnHour(databaseFile: string, email: string): void {
  changeUser(databaseFile, email, {
    walletStatus: 'FAILED',
    walletError: 'REWARD_REFUSED',
    walletAvailableAt: Date.now() + IN_AN_HOUR_MS,
  });
}

async function box(page: Page, selector: string) {
  const found = await page.locator(selector).boundingBox();
  if (!found) throw new Error(`${selector} is not on the page`);
  return found;
}

test('the status line names the wallet’s current step, derived from the ledger', async ({
  page,
  server,
}) => {
  const { email } = await enterWithWallet(page);
  const ledger = (sql: string) =>
    changeDatabase(
      server.databaseFile,
      email,
      `${sql} "userId" = (SELECT "id" FROM "User" WHERE "email" = :email)`,
    );
  const setCreated = (live: 0 | 1) =>
    ledger(`UPDATE "ChainTransactionWallet" SET "live" = ${live} WHERE "purpose" = 'CREATE' AND`);
  const setReward = (status: string) =>
    ledger(`UPDATE "TokenTransfer" SET "status" = '${status}' WHERE`);
  // Claimed by a worker for an hour, with the ledger as after signing.
  setCreated(0);
  setReward('PENDING');
  changeUser(server.databaseFile, email, {
    walletStatus: 'CREATING',
    walletClaimToken: 'of-no-worker',
    walletAvailableAt: Date.now() + IN_AN_HOUR_MS,
  });
  const streaming = page.waitForResponse('**/api/wallet/events');
  await page.reload();
  await streaming;
  await expect(walletLine(page)).toHaveText(/^지갑 생성 중... 계정을 만들고 있어요./);
  setCreated(1);
  await expect(walletLine(page)).toHaveText(/^지갑 생성 중... 환영 선물을 담고 있어요./);
  setReward('COMPLETED');
  await expect(walletLine(page)).toHaveText(/^지갑 생성 중... 잔액을 확인하고 있어요./);
  changeUser(server.databaseFile, email, { walletStatus: 'PENDING' });
  await expect(walletLine(page)).toHaveText(/^지갑 생성 대기 중.../);
  changeUser(server.databaseFile, email, { walletStatus: 'READY', walletAvailableAt: null });
  await expect(walletLine(page)).toContainText('100 CHOCO');
});

test('Enter in a locked composer loses nothing; it unlocks in place and keeps the focus', async ({
  page,
  server,
}) => {
  const { email } = await signUpWithWallet(page);
  failForAnHour(server.databaseFile, email);
  await page.goto('/chat/mir');
  const composer = page.getByRole('textbox', { name: '메시지' });
  const send = page.getByRole('button', { name: '보내기' });
  await expect(send).toBeDisabled();
  await composer.fill('안녕, 미르');
  await composer.press('Control+Enter');
  await expect(composer).toHaveValue('안녕, 미르');
  changeUser(server.databaseFile, email, { walletStatus: 'READY', walletAvailableAt: null });
  await expect(send).toBeEnabled();
  await expect(composer).toBeFocused();
  await expect(composer).toHaveValue('안녕, 미르');
});

test('a wallet becoming ready shows in the line once, covering and shifting nothing', async ({
  page,
  context,
  server,
}) => {
  const { email } = await signUpWithWallet(page);
  // In a room the log, which is anchored at its end, absorbs the change in height.
  for (const [path, still] of [
    ['/home', 'main h1'],
    ['/chat/choonsim', 'textarea'],
  ] as const) {
    failForAnHour(server.databaseFile, email);
    const streaming = page.waitForResponse('**/api/wallet/events');
    await page.goto(path);
    await streaming;
    const before = await box(page, still);
    changeUser(server.databaseFile, email, { walletStatus: 'READY', walletAvailableAt: null });
    await expect(walletLine(page)).toHaveText(
      '지갑이 준비되었습니다! 100 CHOCO가 들어 있어요. 이제 대화할 수 있어요.',
    );
    expect(await box(page, still)).toEqual(before);
    await expect(walletLine(page)).toHaveText('지갑 · 100 CHOCO');
    expect(await box(page, still)).toEqual(before);
  }
  // Shown here, so not again in another tab.
  const other = await context.newPage();
  await other.goto('/home');
  await expect(walletLine(other)).toHaveText('지갑 · 100 CHOCO');
  await expect(other.getByText('지갑이 준비되었습니다!')).toHaveCount(0);
});

test('a failed wallet shows its next attempt, with a countdown outside the live region', async ({
  page,
  server,
}) => {
  const { email } = await signUpWithWallet(page);
  changeUser(server.databaseFile, email, {
    walletStatus: 'FAILED',
    walletError: 'REWARD_REFUSED',
    walletAvailableAt: Date.now() + 600_000,
  });
  await page.goto('/home');
  await expect(walletLine(page)).toHaveText(
    /^지갑 생성 실패\. 재시도 중\.\.\. (오전|오후) \d+:\d\d:\d\d에 다시 시도해요\.$/,
  );
  const region = page.getByRole('region', { name: '지갑' });
  await expect(region.getByText(/^9분 5\d초$/)).toBeVisible();
  await expect(region.getByText(/^9분 5[0-7]초$/)).toBeVisible();
  await expect(page.getByRole('button', { name: '다시 시도' })).toHaveCount(0);
});

test('the status line shows what happens to a failed wallet, and a retry restarts it', async ({
  page,
  server,
}) => {
  const { email } = await enterWithWallet(page);
  const inAnHour = Date.now() + IN_AN_HOUR_MS;
  changeUser(server.databaseFile, email, { walletStatus: 'FAILED', walletAvailableAt: inAnHour });
  await page.reload();
  await expect(walletLine(page)).toContainText('지갑 생성 실패. 재시도 중...');
  await expect(page.getByRole('button', { name: '다시 시도' })).toHaveCount(0);

  changeUser(server.databaseFile, email, {
    walletError: 'REWARD_REFUSED',
    walletAvailableAt: null,
  });
  // The change was not made by the engine, so there is no event.
  await page.reload();
  await expect(walletLine(page)).toContainText('다시 시도할 수 있어요. (오류 코드 REWARD_REFUSED)');
  await page.getByRole('button', { name: '다시 시도' }).click();
  await expect(page.getByText('지갑이 준비되었습니다!')).toBeVisible();
  await expect(walletLine(page)).toContainText('100 CHOCO');
});

test.describe('a wallet that was given up', () => {
  test.use({ allowedComplaint: /status of (409|429)/ });

  test('offers a retry if it can help, and support otherwise', async ({ page, server }) => {
    const { email } = await signUpWithWallet(page);
    changeUser(server.databaseFile, email, {
      walletStatus: 'FAILED',
      walletError: 'ACCOUNT_KEY_MISMATCH',
      walletAvailableAt: null,
    });
    await page.goto('/wallet');
    await expect(walletLine(page)).toContainText('(오류 코드 ACCOUNT_KEY_MISMATCH)');
    await expect(page.getByRole('button', { name: '다시 시도' })).toHaveCount(0);
    await expect(page.getByRole('main')).toContainText(
      /ACCOUNT_KEY_MISMATCH · \w+\.choonsim\.devnet/,
    );

    changeUser(server.databaseFile, email, { walletError: 'REWARD_REFUSED' });
    await page.reload();
    await page.getByRole('button', { name: '다시 시도' }).click();
    await expect(walletLine(page)).toContainText('100 CHOCO');
  });

  test('updates again after an operator’s retry', async ({ page, server }) => {
    const { email } = await signUpWithWallet(page);
    changeUser(server.databaseFile, email, {
      walletStatus: 'FAILED',
      walletError: 'ACCOUNT_KEY_MISMATCH',
      walletAvailableAt: null,
    });
    const streaming = page.waitForResponse('**/api/wallet/events');
    await page.goto('/home');
    await streaming;
    changeUser(server.databaseFile, email, {
      walletStatus: 'PENDING',
      walletError: null,
      walletAvailableAt: Date.now(),
    });
    await expect(page.getByText('지갑이 준비되었습니다!')).toBeVisible();
  });
});

test.describe('if a proxy rejects streams', () => {
  test.use({ allowedComplaint: /status of 503/ });

  test('the page polls, and a hidden tab does neither', async ({ page, server }) => {
    await page.route('**/api/wallet/events', (route) => route.fulfill({ status: 503 }));
    await page.addInitScript(() => {
      let isHidden = false;
      Object.defineProperty(document, 'hidden', { get: () => isHidden });
      Object.assign(window, {
        hide(hidden: boolean) {
          isHidden = hidden;
          document.dispatchEvent(new Event('visibilitychange'));
        },
      });
    });
    const hide = (isHidden: boolean) =>
      page.evaluate((hidden) => Reflect.get(window, 'hide')(hidden), isHidden);
    await server.chain({ kind: 'halt' });
    await page.clock.install();
    await enter(page);
    await page.waitForResponse('**/api/wallet/status');
    await hide(true);
    await server.chain({ kind: 'resume' });
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().includes('/api/wallet/')) asked += 1;
    });
    await untilReady(page);
    await page.clock.runFor(60_000);
    // Reported after whatever the page has asked before.
    await page.evaluate(async () => (await fetch('/healthz')).status);
    expect(asked).toBe(0);
    await expect(walletLine(page)).toHaveText(/지갑 생성 (대기 )?중/);
    await hide(false);
    await expect(walletLine(page)).toContainText('100 CHOCO');
    expect(asked).toBeGreaterThan(0);
  });
});
