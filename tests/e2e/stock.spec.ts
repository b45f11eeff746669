import Database from 'better-sqlite3';
import { expect, fillSignUp, newVisitor, test, walletLine } from './test.ts';

test.use({ serverEnv: { WALLET_STOCK: '2' } });

test.beforeEach(async ({ server }) => {
  const database = new Database(server.databaseFile, { readonly: true });
  const ready = database
    .prepare(`SELECT count(*) FROM "Wallet" WHERE "ownerId" IS NULL AND "status" = 'READY'`)
    .pluck();
  await expect.poll(() => ready.get(), { timeout: 30_000 }).toBeGreaterThan(0);
  database.close();
  // From here on only the stock has a wallet to give.
  await server.chain({ kind: 'halt' });
});
test.afterEach(({ server }) => server.chain({ kind: 'resume' }));

for (const javaScriptEnabled of [true, false]) {
  test.describe(`with scripts ${javaScriptEnabled ? 'on' : 'off'}`, () => {
    test.use({ javaScriptEnabled });

    test('sign-up answers with a READY wallet, the gift and open chats', async ({ page }) => {
      await fillSignUp(page, newVisitor());
      await page.getByRole('button', { name: '가입하고 시작하기' }).click();
      await page.waitForURL('**/home');
      await expect(walletLine(page)).toHaveText('지갑 · 100 CHOCO');
      await expect(page.getByText('유리야, 어서 와!')).toBeVisible();
      await expect(page.getByText('짠, 선물 도착!')).toBeVisible();
      await expect(page.locator('[data-gift=given]')).toContainText('100 CHOCO');
      await expect(page.locator('[data-gift=wrapped]')).toHaveCount(0);
      await page.getByRole('link', { name: '초춘심과 이야기하기' }).click();
      await page.waitForURL('**/chat/choonsim');
      await page.getByRole('textbox', { name: '메시지' }).fill('오늘 정말 좋았어!');
      await page.getByRole('button', { name: '보내기' }).click();
      await expect(page.locator('[data-role=assistant]')).toContainText(/[가-힣]{2,}.*[.?!]/);
    });
  });
}
