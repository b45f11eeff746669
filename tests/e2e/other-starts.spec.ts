import { join } from 'node:path';
import { startAppServer, temporaryDataDir } from './app-server.ts';
import { changeUser, createOldDatabase } from './database.ts';
import { expect, fillSignUp, logIn, logOut, newVisitor, signUp, test, walletLine } from './test.ts';

test('an existing user can chat immediately; one without a wallet gets one', async ({ page }) => {
  const dataDir = temporaryDataDir();
  const withWallet = { ...newVisitor(), nearAccountId: 'k3x9.choonsim.devnet' };
  const without = { ...newVisitor(), nearAccountId: null };
  await createOldDatabase(join(dataDir, 'choonsim.db'), [withWallet, without]);
  const server = await startAppServer({ dataDir });
  try {
    await logIn(page, withWallet, server.url);
    await expect(walletLine(page)).toHaveText('지갑 · 73.5 CHOCO');
    await page
      .getByRole('list', { name: '대화 상대' })
      .getByRole('link', { name: /초춘심/ })
      .click();
    await page.getByRole('textbox', { name: '메시지' }).fill('안녕');
    await page.getByRole('button', { name: '보내기' }).click();
    await expect(page.locator('[data-role=assistant] [aria-busy=false]')).toHaveText(/[가-힣]/);
    await logOut(page);

    await logIn(page, without, server.url);
    await page.waitForURL('**/home');
    await expect(walletLine(page)).toContainText('100 CHOCO');
  } finally {
    // The page would complain about a server that is gone.
    await page.goto('about:blank');
    await server.stop();
  }
});

test('WALLET_CREATION=sync: the set-up page waits until READY, with a configured gift', async ({
  page,
}) => {
  const env = { WALLET_CREATION: 'sync', SIGNUP_REWARD_CHOCO: '12.5' };
  const server = await startAppServer({ env });
  try {
    await server.chain({ kind: 'halt' });
    await fillSignUp(page, newVisitor(), server.url);
    await page.getByRole('button', { name: '가입하고 시작하기' }).click();
    await page.waitForURL('**/wallet-setup');
    await expect(
      page.getByText('회원님만을 위한 안전한 블록체인 지갑을 준비 중입니다...'),
    ).toBeVisible();
    await server.chain({ kind: 'resume' });
    await page.waitForURL('**/home');
    await expect(walletLine(page)).toContainText('12.5 CHOCO');
    await expect(page.locator('[data-gift=given]')).toContainText('12.5 CHOCO');
  } finally {
    await page.goto('about:blank');
    await server.stop();
  }
});

test('two simultaneous requests make one wallet', async ({ page, request, server }) => {
  await signUp(page);
  const cookies = await page.context().cookies();
  const headers = {
    cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    origin: server.url,
  };
  const answers = await Promise.all(
    [1, 2].map(async () => (await request.post('/api/wallet', { headers })).json()),
  );
  expect(answers[0].accountId).toMatch(/^[a-z0-9]+\.choonsim\.devnet$/);
  expect(answers[1].accountId).toBe(answers[0].accountId);
});

test('a legacy wallet without a status is requested again', async ({ page, server }) => {
  const { email } = await signUp(page);
  await expect(walletLine(page)).toContainText('100 CHOCO');
  changeUser(server.databaseFile, email, { walletStatus: null });
  const setup = page.waitForRequest((request) => request.url().includes('/wallet-setup'));
  await page.reload();
  await setup;
  await page.waitForURL('**/home');
  await expect(walletLine(page)).toContainText('100 CHOCO');
});
