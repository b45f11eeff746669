import AxeBuilder from '@axe-core/playwright';
import { runAdminLink } from './admin-link.ts';
import { enterWithWallet, expect, test } from './test.ts';

// A used link gets a 404.
test.use({ allowedComplaint: /status of 404/ });

test('an operator’s one-time link brings back a user who forgot the password', async ({
  page,
  context,
  server,
}) => {
  // Two axe runs and a command in a process of its own.
  test.slow();
  const { email } = await enterWithWallet(page);
  await context.clearCookies();
  await page.goto('/login');
  await page.getByRole('link', { name: '로그인이 안 되나요?' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('로그인이 안 될 때');
  await expect(page.getByText('15분 동안 한 번만')).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  const { link } = runAdminLink(server, { script: 'account-link', email });
  await page.goto(link);
  await expect(page.getByText(email)).toBeVisible();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByLabel('비밀번호', { exact: true }).fill('another-heart-9');
  await page.getByRole('button', { name: '비밀번호를 정하고 들어가기' }).click();
  await page.waitForURL('**/home');
  await page.goto('/chat/mir');
  await expect(page.getByRole('textbox', { name: '메시지' })).toBeVisible();

  await page.goto(link);
  await expect(page.getByText('이미 썼거나 15분이 지났거나')).toBeVisible();
  await expect(page.getByLabel('비밀번호', { exact: true })).toHaveCount(0);
});
