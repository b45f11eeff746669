import { Account, actions, JsonRpcProvider, type KeyPairString } from 'near-api-js';
import { expectNoViolation } from './axe.ts';
import { changeDatabase } from './database.ts';
import { expect, signUpWithWallet, test } from './test.ts';

// A rejected form gets status 400.
// Axe must see the final colours, not those in the middle of a fade.
test.use({ allowedComplaint: /status of 400/, contextOptions: { reducedMotion: 'reduce' } });

/** A sign-in so long ago that the password is required. */
const EARLIER = `UPDATE "Session" SET "createdAt" = "createdAt" - 1000
  WHERE "userId" = (SELECT "id" FROM "User" WHERE "email" = :email)`;

test('the exported key signs on the chain, and nothing stores it', async ({ page, server }) => {
  const { email, password } = await signUpWithWallet(page);
  changeDatabase(server.databaseFile, email, EARLIER);
  await page.goto('/wallet');
  await page.getByRole('link', { name: '개인 키 내보내기' }).click();
  await page.waitForURL('**/wallet/key');
  await expectNoViolation(page, 'before the key is shown');
  const show = page.getByRole('button', { name: '개인 키 보기' });
  const word = page.getByLabel(/라고 적어 주세요/);
  await show.click();
  await expect(word).toHaveAccessibleDescription(/그대로 적어 주세요/);
  await word.fill('내보내기');
  await show.click();
  await expect(page.getByLabel(/지금 비밀번호/)).toHaveAccessibleDescription(/적어 주세요/);
  await page.getByLabel(/지금 비밀번호/).fill(password);
  const answered = page.waitForResponse((answer) => answer.request().method() === 'POST');
  await show.click();
  expect((await answered).headers()['cache-control']).toContain('no-store');
  const key = page.getByRole('main').locator('code');
  await expect(key).toHaveText(/^ed25519:[1-9A-HJ-NP-Za-km-z]{86,88}$/);
  await expectNoViolation(page, 'the key');
  const privateKey = (await key.textContent()) as KeyPairString;

  const { accountId } = await (await page.request.get('/api/wallet/status')).json();
  const provider = new JsonRpcProvider({ url: `http://127.0.0.1:${server.devnetPort}` });
  const owner = new Account(accountId, provider, privateKey);
  const outcome = await owner.signAndSendTransaction({
    receiverId: 'choonsim.devnet',
    actions: [actions.transfer(1n)],
    waitUntil: 'FINAL',
  });
  expect(outcome.status).toEqual({ SuccessValue: '' });

  await page.getByRole('link', { name: /안전한 곳에/ }).click();
  await expect(page.getByText(/마지막으로 내보낸 때/)).toBeVisible();
  await page.goBack();
  await expect(page.getByText(privateKey)).toHaveCount(0);
  expect(server.output()).not.toContain(privateKey.slice('ed25519:'.length));
  // The key came in the response to a form: neither an address nor a reload shows it.
  await page.goto('/wallet/key');
  await expect(page.getByText(privateKey)).toHaveCount(0);
});

test.describe('without scripts, in English', () => {
  test.use({ javaScriptEnabled: false, locale: 'en-GB' });

  test('the key is shown', async ({ page }) => {
    await signUpWithWallet(page);
    await page.goto('/wallet/key');
    await page.getByLabel(/type “export”/).fill('export');
    await page.getByRole('button', { name: 'Show the private key' }).click();
    await expect(page.getByRole('main').locator('code')).toHaveText(/^ed25519:\w{86,88}$/);
  });
});
