import { expect, signUp, test, walletLine } from './test.ts';

// A real chain's block time.
test.use({ serverEnv: { DEVNET_BLOCK_MS: '600' } });

test('sign-up, home at once, locked chat, unlock without a reload, a message and its reply', async ({
  page,
  server,
}) => {
  await server.chain({ kind: 'halt' });
  await signUp(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('유리님, 반가워요');
  await expect(walletLine(page)).toHaveText(/지갑 생성 (대기 )?중\.\.\./);
  const entries = page.getByRole('list', { name: '대화 상대' }).getByRole('link');
  await expect(entries).toHaveCount(6);
  await expect(entries.first()).toContainText('초춘심');
  await expect(page.getByText('선물을 포장하고 있어요')).toBeVisible();

  await entries.first().click();
  const composer = page.getByRole('textbox', { name: '메시지' });
  const send = page.getByRole('button', { name: '보내기' });
  await composer.fill('오늘 정말 좋았어!');
  await expect(send).toBeDisabled();
  await expect(composer).toHaveAccessibleDescription(/지갑을 만들고 있어요. 준비되면 바로 열려요./);
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));

  await server.chain({ kind: 'resume' });
  await expect(page.getByText('지갑이 준비되었습니다!')).toBeVisible();
  await expect(walletLine(page)).toContainText('100 CHOCO');
  await expect(send).toBeEnabled();
  await expect(composer).toHaveValue('오늘 정말 좋았어!');
  expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);

  await composer.press('Control+Enter');
  await expect(page.locator('[data-role=user]')).toContainText('오늘 정말 좋았어!');
  await expect(composer).toHaveValue('');
  const reply = page.locator('[data-role=assistant] [aria-busy=false]');
  await expect(reply).toHaveText(/[가-힣]{2,}.*[.?!]$/);
  const said = await reply.textContent();
  await page.reload();
  await expect(page.locator('[data-role=user]')).toContainText('오늘 정말 좋았어!');
  expect(await reply.textContent()).toBe(said);
  await page.getByRole('link', { name: '홈으로' }).click();
  await expect(entries.first()).toContainText(said?.replace('초춘심: ', '').slice(0, 20) ?? '');
});
