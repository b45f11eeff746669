import { changeUser } from './database.ts';
import { expect, signUpOverHttp, signUpWithWallet, test, walletLine } from './test.ts';

test('the wallet page shows id, QR code, balance, transfers and history', async ({
  page,
  context,
  server,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  await signUpOverHttp(page);
  await page.goto('/wallet');
  const main = page.getByRole('main');
  await expect(main.getByText('100 CHOCO', { exact: true })).toBeVisible();
  await expect(main.getByText(/^2\d{3}\. \d+\. \d+\. (오전|오후) .* 기준$/)).toBeVisible();

  const accountId = await page.getByRole('region', { name: '받기' }).locator('code').textContent();
  expect(accountId).toMatch(/^[a-z0-9]+\.choonsim\.devnet$/);
  await page.getByRole('button', { name: '계정 ID 복사' }).click();
  await expect(page.getByText('복사했어요.')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(accountId);
  await expect(page.getByRole('img', { name: '계정 ID QR 코드' })).toBeVisible();

  const transfers = page.getByRole('region', { name: '내역', exact: true }).getByRole('listitem');
  await expect(transfers).toHaveCount(1);
  await expect(transfers).toContainText('가입 선물 100 CHOCO를 받았어요.');
  await expect(transfers.locator('code')).toBeHidden();
  await transfers.getByText('거래 정보').click();
  // No explorer knows the devnet: the hash is shown without a link.
  await expect(transfers.getByRole('link')).toHaveCount(0);
  await transfers.getByRole('button', { name: '거래 번호 복사' }).click();
  const hash = await transfers.locator('code').textContent();
  await expect(transfers.getByText('복사했어요.')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(hash);

  // Closed if the wallet was ready at page load; here it may still have been in progress.
  await page.reload();
  await page.getByRole('heading', { name: '지갑이 걸어온 길' }).click();
  const moves = page.getByRole('list', { name: '지갑이 걸어온 길' }).getByRole('listitem');
  await expect(moves).toContainText([
    '지갑이 준비되었어요.',
    '지갑을 만들기 시작했어요. (1번째 시도)',
    '지갑을 요청했어요.',
  ]);
});

test('the page of a waiting wallet updates as it progresses', async ({ page, server }) => {
  await server.chain({ kind: 'halt' });
  await signUpOverHttp(page);
  await page.goto('/wallet');
  await expect(page.getByText('지갑이 준비되면 보여 드려요.')).toBeVisible();
  await server.chain({ kind: 'resume' });
  await expect(page.getByText('지갑이 준비되었어요.', { exact: true })).toBeVisible();
  await expect(page.getByText('가입 선물 100 CHOCO를 받았어요.')).toBeVisible();
});

test('times are in the visitor’s time zone', async ({ browser, page, server }) => {
  const { email } = await signUpWithWallet(page);
  // 2026-01-02T15:04:05Z
  changeUser(server.databaseFile, email, { chocoLastSyncAt: 1_767_366_245 });
  const abroad = await browser.newContext({
    locale: 'en-US',
    timezoneId: 'America/New_York',
    storageState: await page.context().storageState(),
  });
  const other = await abroad.newPage();
  await other.goto(`${server.url}/wallet`);
  await expect(other.getByText(/^as of Jan 2, 2026, 10:04:05\sAM$/)).toBeVisible();
  await abroad.close();
  await page.goto('/wallet');
  await expect(page.getByText('2026. 1. 3. 오전 12:04:05 기준')).toBeVisible();
});

test('if only support can help, the line links to it and describes the state', async ({
  page,
  server,
}) => {
  const { email } = await signUpWithWallet(page);
  changeUser(server.databaseFile, email, {
    walletStatus: 'FAILED',
    walletError: 'ACCOUNT_KEY_MISMATCH',
    walletAvailableAt: null,
  });
  for (const path of ['/home', '/chat/mir']) {
    await page.goto(path);
    await expect(walletLine(page)).toHaveText(
      '지갑을 만들지 못했어요. 도움이 필요해요. (오류 코드 ACCOUNT_KEY_MISMATCH)',
    );
    await page.getByRole('link', { name: '도움 받기' }).click();
    await page.waitForURL('**/wallet');
  }
  // No support address is configured here, so none is promised.
  await expect(page.getByText('서비스 운영자에게 알려 주세요.')).toBeVisible();
  await expect(page.getByText('고객센터')).toHaveCount(0);
  await expect(page.getByRole('link', { name: '도움 받기' })).toHaveCount(0);
});
