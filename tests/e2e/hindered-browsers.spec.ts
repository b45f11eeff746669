import { changeUser } from './database.ts';
import {
  enterWithWallet,
  expect,
  fillSignUp,
  newVisitor,
  REFUSED,
  signUpOverHttp,
  test,
  walletLine,
} from './test.ts';

const BLOCKED = '브라우저가 쿠키를 막고 있어 로그인이 유지되지 않아요.';

test.describe('if cookies are blocked', () => {
  test.use({ allowedComplaint: REFUSED });

  test('sign-up reports it before an account is made', async ({
    page,
    context,
    server,
    request,
  }) => {
    // Simulates blocked cookies: those set by a page are gone when its form is sent.
    const press = async (name: string) => {
      await context.clearCookies();
      await page.getByRole('button', { name }).click();
    };
    const visitor = newVisitor();
    await fillSignUp(page, visitor, server.url);
    await press('가입하고 시작하기');
    await expect(page.getByRole('alert').first()).toContainText(BLOCKED);
    await expect(page.getByLabel('이메일')).toHaveValue(visitor.email);
    await page.goto(`${server.url}/login`);
    await page.getByLabel('이메일').fill(visitor.email);
    await page.getByLabel('비밀번호', { exact: true }).fill(visitor.password);
    await press('로그인');
    await expect(page.getByRole('alert').first()).toContainText(BLOCKED);
    const signUp = await request.post('/api/auth/sign-up/email', {
      headers: { origin: server.url },
      data: visitor,
    });
    expect(signUp.status(), 'nobody has this address').toBe(200);
  });
});

test('the keyboard alone is enough from the landing page to a message', async ({ page }) => {
  const visitor = newVisitor();
  const { keyboard } = page;
  /** Tabs to the element with the name, checking that every focused element is visible. */
  const tabTo = async (name: RegExp, most: number) => {
    const focused = page.locator(':focus');
    for (let step = 0; step < most; step += 1) {
      await keyboard.press('Tab');
      const said = await focused.evaluate((element) => {
        const label = element instanceof HTMLElement && 'labels' in element ? element.labels : [];
        const labels = [...((label as NodeListOf<HTMLLabelElement>) ?? [])];
        return [element.ariaLabel, ...labels.map((each) => each.textContent), element.textContent]
          .filter(Boolean)
          .join(' ');
      });
      if (!name.test(said)) continue;
      await expect(focused).toBeInViewport();
      const isOutlined = await focused.evaluate((element) =>
        [element, element.parentElement ?? element].some(
          (each) => getComputedStyle(each).outlineStyle !== 'none',
        ),
      );
      expect(isOutlined, `${name} shows its focus`).toBe(true);
      return;
    }
    throw new Error(`${name} is not reached in ${most} steps`);
  };
  await page.goto('/');
  await page.waitForLoadState('networkidle');
  await tabTo(/^본문으로 건너뛰기/, 1);
  await keyboard.press('Enter');
  await tabTo(/^시작하기/, 4);
  await keyboard.press('Enter');
  await page.waitForURL('**/signup');
  // The address changes first; Tab continues from the content.
  await expect(page.locator('#content')).toBeFocused();
  await tabTo(/^이름/, 2);
  await keyboard.type(visitor.name);
  await tabTo(/^이메일/, 1);
  await keyboard.type(visitor.email);
  await tabTo(/^비밀번호/, 1);
  await keyboard.type(visitor.password);
  await keyboard.press('Enter');
  await page.waitForURL('**/home');
  await expect(walletLine(page)).toContainText('100 CHOCO');
  await tabTo(/^미르/, 7);
  await keyboard.press('Enter');
  await page.waitForURL('**/chat/mir');
  await tabTo(/^메시지/, 9);
  await keyboard.type('안녕');
  await keyboard.press('Enter');
  await expect(page.locator('[data-role=assistant] [aria-busy=false]')).toHaveText(/[가-힣]/);
  await expect(page.locator('[data-role=user]')).toContainText('안녕');
});

test.describe('if storage is blocked', () => {
  test.use({ allowedComplaint: /SecurityError/ });

  test('everything works, and drafts stay on their page', async ({ page }) => {
    await page.addInitScript(() => {
      const get = () => {
        throw new DOMException('denied', 'SecurityError');
      };
      for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(window, name, { get });
      }
    });
    await enterWithWallet(page);
    await page.getByRole('link', { name: /미르/ }).click();
    await page.getByRole('textbox', { name: '메시지' }).fill('들리나요?');
    await page.keyboard.press('Control+Enter');
    await expect(page.locator('[data-role=assistant] [aria-busy=false]')).toHaveText(/[가-힣]/);
    await page.getByRole('link', { name: '홈으로' }).click();
    await page.waitForURL('**/home');
  });
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('a link refreshes the wallet’s state, and a chat without a session leads to log-in', async ({
    page,
    context,
    server,
  }) => {
    const visitor = await signUpOverHttp(page);
    const waiting = { walletStatus: 'PENDING', walletAvailableAt: Date.now() + 3_600_000 };
    changeUser(server.databaseFile, visitor.email, waiting);
    await page.goto('/wallet');
    await expect(page.getByText('지갑 생성 대기 중')).toBeVisible();
    changeUser(server.databaseFile, visitor.email, {
      walletStatus: 'READY',
      walletAvailableAt: null,
    });
    await page.getByRole('link', { name: '새로고침' }).click();
    await expect(page.getByRole('status').first()).toContainText('CHOCO');
    await expect(page.getByRole('link', { name: '새로고침' })).toHaveCount(0);
    await page.goto('/chat/mir');
    await context.clearCookies({ name: /session/ });
    await page.locator('textarea').fill('아직 있나요?');
    await page.getByRole('button', { name: '보내기' }).click();
    await page.waitForURL('**/login?to=%2Fchat%2Fmir');
  });
});
