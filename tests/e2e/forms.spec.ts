import {
  enter,
  expect,
  fillSignUp,
  logIn,
  logOut,
  newVisitor,
  REFUSED,
  signUpOverHttp,
  signUpWithWallet,
  test,
  untilHydrated,
  walletLine,
} from './test.ts';

test.use({ allowedComplaint: REFUSED });

test('errors show beside their fields, and typed values stay', async ({ page }) => {
  await fillSignUp(page, { name: '유리', email: 'yuri@', password: 'short' });
  await page.getByRole('button', { name: '가입하고 시작하기' }).click();
  const email = page.getByLabel('이메일');
  const password = page.getByLabel('비밀번호', { exact: true });
  await expect(email).toHaveAccessibleDescription(/이메일 주소를 다시 확인해 주세요/);
  await expect(password).toHaveAccessibleDescription(/비밀번호가 너무 짧아요. 8자 이상/);
  await expect(email).toBeFocused();
  await expect(email).toHaveValue('yuri@');
  await expect(page.getByLabel('이름', { exact: true })).toHaveValue('유리');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription(/check the e-mail address/);
  await expect(page.getByLabel('E-mail')).toHaveValue('yuri@');
});

test('a taken e-mail is explained in a sentence', async ({ page, context }) => {
  const visitor = await signUpOverHttp(page);
  await context.clearCookies();
  await fillSignUp(page, visitor);
  await page.getByRole('button', { name: '가입하고 시작하기' }).click();
  await expect(page.getByLabel('이메일')).toHaveAccessibleDescription(/이미 가입된 이메일이에요/);
  await expect(page.getByLabel('이메일')).toHaveValue(visitor.email);
});

test('a failed log-in does not reveal whether e-mail or password was wrong', async ({ page }) => {
  await logIn(page, newVisitor());
  await expect(page.getByRole('alert').first()).toHaveText('이메일 또는 비밀번호가 맞지 않아요.');
});

test('an empty and an over-long message stay in the composer with a sentence', async ({ page }) => {
  await signUpWithWallet(page);
  await page.goto('/chat/mir');
  await untilHydrated(page);
  const composer = page.getByRole('textbox', { name: '메시지' });
  await page.getByRole('button', { name: '보내기' }).click();
  await expect(page.getByRole('alert')).toHaveText('메시지를 적어 주세요.');
  const tooLong = '가'.repeat(2_001);
  await composer.fill(tooLong);
  await composer.press('Control+Enter');
  await expect(page.getByRole('alert')).toHaveText(
    '메시지가 너무 길어요. 2,000자까지 보낼 수 있어요.',
  );
  await expect(composer).toHaveValue(tooLong);
  await expect(page.locator('[data-role=user]')).toHaveCount(0);
});

test('the language follows the browser, can be switched, and is remembered', async ({ page }) => {
  await page.goto('/signup');
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  await page.getByLabel('이름', { exact: true }).fill('유리');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign up');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('유리');
  await page.goto('/login');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Log in');
});

test('logging out ends the session', async ({ page }) => {
  await enter(page);
  await logOut(page);
  await page.goto('/home');
  await page.waitForURL('**/login');
});

test('text typed before hydration survives a reload and is sent', async ({ page }) => {
  await signUpWithWallet(page);
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/assets/*.js', async (route) => {
    await released;
    await route.continue();
  });
  await page.goto('/chat/byeol', { waitUntil: 'commit' });
  const composer = page.getByRole('textbox', { name: '메시지' });
  await composer.fill('별이야, 안녕');
  release();
  await untilHydrated(page);
  await page.reload();
  await untilHydrated(page);
  await expect(composer).toHaveValue('별이야, 안녕');
  await composer.press('Control+Enter');
  await expect(page.locator('[data-role=user]')).toContainText('별이야, 안녕');
});

test.describe('when sending fails', () => {
  test.use({ allowedComplaint: /status of 500/ });

  test('the message returns to the composer and can be sent again', async ({ page }) => {
    await signUpWithWallet(page);
    await page.goto('/chat/haru');
    await page.route('**/api/chat/haru', (route) => route.fulfill({ status: 500 }), { times: 1 });
    const composer = page.getByRole('textbox', { name: '메시지' });
    await composer.fill('들리나요?');
    await composer.press('Control+Enter');
    await expect(page.getByRole('alert')).toContainText('메시지를 보내지 못했어요.');
    await expect(composer).toHaveValue('들리나요?');
    await composer.press('Control+Enter');
    await expect(page.locator('[data-role=assistant] [aria-busy=false]')).toHaveText(/[가-힣]/);
    await expect(page.locator('[data-role=user]')).toHaveCount(1);
  });
});

test('log-in and sign-up lead back to the requested page', async ({ page, context }) => {
  const visitor = newVisitor();
  await page.goto('/chat/mir?before=7');
  await expect(page).toHaveURL(/\/login\?to=/);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('button', { name: '한국어' }).click();
  await page.getByRole('link', { name: '회원가입' }).click();
  await page.getByLabel('이름', { exact: true }).fill(visitor.name);
  await page.getByLabel('이메일').fill(visitor.email);
  await page.getByLabel('비밀번호', { exact: true }).fill(visitor.password);
  await page.getByRole('button', { name: '가입하고 시작하기' }).click();
  await page.waitForURL('**/chat/mir?before=7');
  await expect(walletLine(page)).toContainText('100 CHOCO');
  // The session ends while a page is open.
  await page.goto('/home');
  await context.clearCookies({ name: /session/ });
  await page.getByRole('link', { name: '지갑', exact: true }).locator('visible=true').click();
  await page.waitForURL('**/login?to=%2Fwallet');
  await page.getByLabel('이메일').fill(visitor.email);
  await page.getByLabel('비밀번호', { exact: true }).fill(visitor.password);
  await page.getByRole('button', { name: '로그인' }).click();
  await page.waitForURL('**/wallet');
  // Never to another site.
  await context.clearCookies({ name: /session/ });
  await page.goto('/login?to=https%3A%2F%2Fevil.example');
  await page.getByLabel('이메일').fill(visitor.email);
  await page.getByLabel('비밀번호', { exact: true }).fill(visitor.password);
  await page.getByRole('button', { name: '로그인' }).click();
  await page.waitForURL('**/home');
});

test('the button that reveals a password stays on one line beside any label', async ({
  browser,
  server,
}) => {
  const narrow = await browser.newContext({
    locale: 'en-US',
    viewport: { width: 280, height: 640 },
  });
  const page = await narrow.newPage();
  await page.goto(`${server.url}/signup`);
  const button = page.getByRole('button', { name: 'Show password' });
  await button.evaluate((element) => {
    const label = element.closest('div')?.parentElement?.querySelector('label');
    if (label) label.textContent = 'Enter your password to confirm';
  });
  expect((await button.boundingBox())?.height).toBeLessThan(32);
  await narrow.close();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('sign-up leads to the home page, and errors show', async ({ page }) => {
    const visitor = newVisitor();
    await fillSignUp(page, { ...visitor, password: 'short' });
    await expect(page.getByRole('button', { name: '비밀번호 보기' })).toHaveCount(0);
    await page.getByRole('button', { name: '가입하고 시작하기' }).click();
    await expect(page.getByText('비밀번호가 너무 짧아요. 8자 이상으로 정해 주세요.')).toBeVisible();
    await expect(page.getByLabel('이메일')).toHaveValue(visitor.email);
    await page.getByLabel('비밀번호', { exact: true }).fill(visitor.password);
    await page.getByRole('button', { name: '가입하고 시작하기' }).click();
    await expect(page).toHaveURL(/\/home$/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('유리님, 반가워요');
    await page.context().clearCookies();
    await page.goto('/account');
    await page.getByLabel('이메일').fill(visitor.email);
    await page.getByLabel('비밀번호', { exact: true }).fill('not-the-password');
    await page.getByRole('button', { name: '로그인' }).click();
    await page.getByLabel('비밀번호', { exact: true }).fill(visitor.password);
    await page.getByRole('button', { name: '로그인' }).click();
    await expect(page).toHaveURL(/\/account$/);
  });
});
