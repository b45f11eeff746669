import {
  expect,
  fillSignUp,
  logIn,
  newVisitor,
  REFUSED,
  signUp,
  test,
  walletLine,
} from './test.ts';

test.use({ allowedComplaint: REFUSED });

test('a weak password and a wrong e-mail are told beside their fields, nothing typed is lost', async ({
  page,
}) => {
  await fillSignUp(page, { name: '유리', email: 'yuri@', password: 'short' });
  await page.getByRole('button', { name: '가입하고 시작하기' }).click();
  const email = page.getByLabel('이메일');
  const password = page.getByLabel('비밀번호', { exact: true });
  await expect(email).toHaveAccessibleDescription(/이메일 주소를 다시 확인해 주세요/);
  await expect(password).toHaveAccessibleDescription(/비밀번호가 너무 짧아요. 8자 이상/);
  await expect(email).toBeFocused();
  await expect(email).toHaveValue('yuri@');
  await expect(page.getByLabel('이름', { exact: true })).toHaveValue('유리');
});

test('a taken e-mail is told in a sentence', async ({ page, context }) => {
  const visitor = await signUp(page);
  // A page that is still open would ask for its wallet without a session.
  await page.goto('about:blank');
  await context.clearCookies();
  await fillSignUp(page, visitor);
  await page.getByRole('button', { name: '가입하고 시작하기' }).click();
  await expect(page.getByLabel('이메일')).toHaveAccessibleDescription(/이미 가입된 이메일이에요/);
  await expect(page.getByLabel('이메일')).toHaveValue(visitor.email);
});

test('a wrong password is refused without saying which part is wrong', async ({ page }) => {
  await logIn(page, newVisitor());
  await expect(page.getByRole('alert').first()).toHaveText('이메일 또는 비밀번호가 맞지 않아요.');
});

test('an empty and an over-long message stay in the composer with a sentence', async ({ page }) => {
  await signUp(page);
  await expect(walletLine(page)).toHaveText('지갑 · 100 CHOCO');
  await page.goto('/chat/mir');
  const composer = page.getByRole('textbox', { name: '메시지' });
  await page.getByRole('button', { name: '보내기' }).click();
  await expect(page.getByRole('alert')).toHaveText('메시지를 적어 주세요.');
  const tooLong = '가'.repeat(2_001);
  await composer.fill(tooLong);
  await composer.press('Enter');
  await expect(page.getByRole('alert')).toHaveText(
    '메시지가 너무 길어요. 2,000자까지 보낼 수 있어요.',
  );
  await expect(composer).toHaveValue(tooLong);
  await expect(page.locator('[data-role=user]')).toHaveCount(0);
});

test.describe('when sending fails', () => {
  test.use({ allowedComplaint: /status of 500/ });

  test('the message goes back into the composer and can be sent again', async ({ page }) => {
    await signUp(page);
    await expect(walletLine(page)).toHaveText('지갑 · 100 CHOCO');
    await page.goto('/chat/haru');
    await page.route('**/api/chat/haru', (route) => route.fulfill({ status: 500 }), { times: 1 });
    const composer = page.getByRole('textbox', { name: '메시지' });
    await composer.fill('들리나요?');
    await composer.press('Enter');
    await expect(page.getByRole('alert')).toContainText('메시지를 보내지 못했어요.');
    await expect(composer).toHaveValue('들리나요?');
    await composer.press('Enter');
    await expect(page.locator('[data-role=assistant] [aria-busy=false]')).toHaveText(/[가-힣]/);
    await expect(page.locator('[data-role=user]')).toHaveCount(1);
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('sign-up leads to the home page, and faults show', async ({ page }) => {
    const visitor = newVisitor();
    await fillSignUp(page, { ...visitor, password: 'short' });
    await page.getByRole('button', { name: '가입하고 시작하기' }).click();
    await expect(page.getByText('비밀번호가 너무 짧아요. 8자 이상으로 정해 주세요.')).toBeVisible();
    await expect(page.getByLabel('이메일')).toHaveValue(visitor.email);
    await page.getByLabel('비밀번호', { exact: true }).fill(visitor.password);
    await page.getByRole('button', { name: '가입하고 시작하기' }).click();
    await expect(page).toHaveURL(/\/home$/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('유리님, 반가워요');
  });
});
