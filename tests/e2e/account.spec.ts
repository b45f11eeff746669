import { join } from 'node:path';
import { startAppServer, temporaryDataDir } from './app-server.ts';
import { changeUser, createOldDatabase, readUser } from './database.ts';
import {
  expect,
  fillSignUp,
  logIn,
  logOut,
  newVisitor,
  signUpOverHttp,
  signUpWithWallet,
  test,
  untilHydrated,
  untilReady,
  walletLine,
} from './test.ts';

test.use({ allowedComplaint: /status of 400/ });

const IN_AN_HOUR_MS = 3_600_000;
const NEW_PASSWORD = 'winter-heart-10';

test('changes the name, and reports an empty one beside its field', async ({ page }) => {
  await signUpOverHttp(page);
  await page.goto('/account');
  const name = page.getByLabel('이름', { exact: true });
  await name.fill('  ');
  await page.getByRole('button', { name: '저장' }).click();
  await expect(name).toHaveAccessibleDescription(/이름을 적어 주세요/);
  await name.fill('봄이');
  await page.getByRole('button', { name: '저장' }).click();
  await expect(page.getByText('이름을 바꿨어요.')).toBeVisible();
  await page.goto('/home');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('봄이님, 반가워요');
});

test('an error shows even if the wallet becomes ready before it renders', async ({
  page,
  server,
}) => {
  await page.addInitScript(() => {
    let tell: ((news: { data: string }) => void) | null = null;
    class HeldStream {
      close() {}
      set onmessage(listener: typeof tell) {
        tell = listener;
      }
    }
    // React schedules renders by MessageChannel; delaying them simulates a busy phone.
    const post = MessagePort.prototype.postMessage;
    let drawDelayMs = 0;
    MessagePort.prototype.postMessage = function (message: unknown) {
      setTimeout(() => post.call(this, message), drawDelayMs);
    };
    const fetchNow = window.fetch;
    window.fetch = async (...request) => {
      const answer = await fetchNow(...request);
      if (request[1]?.method === 'POST') {
        drawDelayMs = 1_000;
        setTimeout(() => tell?.({ data: Reflect.get(window, 'news') }), 200);
      }
      return answer;
    };
    Object.assign(window, { EventSource: HeldStream });
  });
  await page.route('**/api/wallet/status', () => {});
  await server.chain({ kind: 'halt' });
  await signUpOverHttp(page);
  await page.goto('/account');
  await untilHydrated(page);
  await server.chain({ kind: 'resume' });
  const status = await untilReady(page);
  await page.evaluate((news) => Object.assign(window, { news }), JSON.stringify(status));
  const name = page.getByLabel('이름', { exact: true });
  await name.fill('  ');
  await page.getByRole('button', { name: '저장' }).click();
  await expect(walletLine(page)).toHaveAttribute('data-wallet-status', 'READY');
  await expect(name).toHaveAccessibleDescription(/이름을 적어 주세요/);
});

test('changes the password only with the current one', async ({ page }) => {
  const visitor = await signUpOverHttp(page);
  await page.goto('/account');
  const current = page.getByLabel('지금 비밀번호');
  const next = page.getByLabel('새 비밀번호');
  const submit = page.getByRole('button', { name: '비밀번호 바꾸기' });
  await next.fill('short');
  await submit.click();
  await expect(current).toHaveAccessibleDescription(/비밀번호를 적어 주세요/);
  await expect(next).toHaveAccessibleDescription(/비밀번호가 너무 짧아요/);
  await current.fill('not-the-password');
  await next.fill(NEW_PASSWORD);
  await submit.click();
  await expect(current).toHaveAccessibleDescription(/비밀번호가 맞지 않아요/);
  await current.fill(visitor.password);
  await submit.click();
  await expect(page.getByText('비밀번호를 바꿨어요.')).toBeVisible();
  await expect(current).toHaveValue('');
  await expect(page).toHaveURL(/\/account$/);
  // The confirmation shows once: not after a reload, and not again in another language.
  await page.getByRole('main').getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByText('Your password was changed.')).toHaveCount(0);
  await page.getByRole('main').getByRole('button', { name: '한국어' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  await page.reload();
  await expect(page.getByText('비밀번호를 바꿨어요.')).toHaveCount(0);
  await logOut(page);
  await logIn(page, visitor);
  await expect(page.getByRole('alert').first()).toHaveText('이메일 또는 비밀번호가 맞지 않아요.');
  await logIn(page, { ...visitor, password: NEW_PASSWORD });
  await page.waitForURL('**/home');
});

test('an error stays beside its field when the wallet becomes ready', async ({ page, server }) => {
  const { email } = await signUpWithWallet(page);
  changeUser(server.databaseFile, email, {
    walletStatus: 'CREATING',
    walletClaimToken: 'of-no-worker',
    walletAvailableAt: Date.now() + IN_AN_HOUR_MS,
  });
  await page.goto('/account');
  await page.getByRole('button', { name: '비밀번호 바꾸기' }).click();
  const current = page.getByLabel('지금 비밀번호');
  await expect(current).toHaveAccessibleDescription(/비밀번호를 적어 주세요/);
  const loadedAgain = page.waitForResponse('**/account.data**');
  changeUser(server.databaseFile, email, { walletStatus: 'READY', walletAvailableAt: null });
  await loadedAgain;
  await expect(walletLine(page)).toContainText('100 CHOCO');
  await expect(current).toHaveAccessibleDescription(/비밀번호를 적어 주세요/);
  await page.goto('/account');
  await expect(current).not.toHaveAttribute('aria-invalid');
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(`if the session ended before the name was saved, scripts ${javaScriptEnabled}`, () => {
    test.use({ javaScriptEnabled });

    test('log-in leads back to the typed name', async ({ page, context }) => {
      const visitor = newVisitor();
      await signUpOverHttp(page, visitor);
      // So that nothing polls that would notice the end of the session.
      await untilReady(page);
      await page.goto('/account');
      await context.clearCookies({ name: /session/ });
      const name = page.getByLabel('이름', { exact: true });
      await name.fill('새 이름 & 봄');
      await page.getByRole('button', { name: '저장', exact: true }).click();
      await page.waitForURL('**/login?to=**');
      await page.getByLabel('이메일').fill(visitor.email);
      await page.getByLabel('비밀번호', { exact: true }).fill(visitor.password);
      await page.getByRole('button', { name: '로그인' }).click();
      await page.waitForURL('**/account?name=**');
      await expect(name).toHaveValue('새 이름 & 봄');
      await expect(name).toHaveAccessibleDescription(/아직 바꾸지 못했어요/);
      await page.getByRole('button', { name: '저장', exact: true }).click();
      await expect(page.getByText('이름을 바꿨어요.')).toBeVisible();
      await expect(name).toHaveValue('새 이름 & 봄');
      await expect(name).not.toHaveAttribute('aria-invalid');
    });
  });
}

test('the chosen language applies wherever the user logs in next', async ({
  page,
  browser,
  server,
}) => {
  const visitor = await signUpOverHttp(page);
  await page.goto('/account');
  await page.getByRole('main').getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  const elsewhere = await browser.newContext({ locale: 'ko-KR' });
  const other = await elsewhere.newPage();
  await logIn(other, visitor, server.url);
  await other.waitForURL('**/home');
  await expect(other.locator('html')).toHaveAttribute('lang', 'en');
  await elsewhere.close();
});

test('logging out everywhere ends other devices’ sessions, and no page keeps polling', async ({
  page,
  browser,
  server,
}) => {
  const visitor = await signUpOverHttp(page);
  await server.chain({ kind: 'halt' });
  const elsewhere = await browser.newContext({ locale: 'ko-KR' });
  const other = await elsewhere.newPage();
  await logIn(other, visitor, server.url);
  await other.waitForURL('**/home');
  await page.goto('/account');
  await page.getByRole('button', { name: '모든 기기에서 로그아웃' }).click();
  await page.waitForURL('**/login');
  await server.chain({ kind: 'resume' });
  await other.goto(`${server.url}/home`);
  await other.waitForURL('**/login');
  await elsewhere.close();
});

test.describe('deleting the account', () => {
  test.use({ allowedComplaint: /status of (400|401)/ });

  test('erases personal data, keeps the wallet, and blocks the address for a while', async ({
    page,
    server,
  }) => {
    const visitor = await signUpWithWallet(page);
    await page.goto('/chat/mir');
    await page.getByRole('textbox', { name: '메시지' }).fill('비밀 이야기');
    await page.getByRole('button', { name: '보내기' }).click();
    await expect(page.locator('[data-role=assistant] [aria-busy=false]')).toHaveText(/[가-힣]/);
    const { id } = readUser(server.databaseFile, { email: visitor.email }).row;

    await page.goto('/account');
    await page.getByRole('heading', { name: '계정 삭제' }).click();
    await expect(page.getByText('지갑과 그 안의 CHOCO는 블록체인에 그대로 남아요.')).toBeVisible();
    const password = page.getByLabel('확인을 위해 비밀번호를 적어 주세요');
    await password.fill('not-the-password');
    await page.getByRole('button', { name: '계정을 영구히 삭제하기' }).click();
    await expect(password).toHaveAccessibleDescription(/비밀번호가 맞지 않아요/);
    await password.fill(visitor.password);
    let goOn = () => {};
    const isSeen = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await page.route('**/account.data*', async (route) => {
      await isSeen;
      await route.continue();
    });
    await page.getByRole('button', { name: '계정을 영구히 삭제하기' }).click();
    await expect(page.getByRole('button', { name: '삭제하는 중...' })).toBeVisible();
    await expect(password).not.toHaveAccessibleDescription(/비밀번호가 맞지 않아요/);
    goOn();
    await page.waitForURL('**/goodbye');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('계정을 삭제했어요');

    const { row, counts } = readUser(server.databaseFile, { id: String(id) });
    expect(row).toMatchObject({
      name: '',
      walletStatus: 'READY',
      chocoBalance: '100',
      deletedAt: expect.any(Number),
      nearAccountId: expect.stringMatching(/\.choonsim\.devnet$/),
      nearPrivateKey: expect.any(String),
    });
    expect(JSON.stringify(row)).not.toContain(visitor.email);
    expect(counts).toEqual({ Session: 0, Account: 0, Conversation: 0, TokenTransfer: 1 });

    await page.goto('/home');
    await page.waitForURL('**/login');
    await logIn(page, visitor);
    await expect(page.getByRole('alert').first()).toHaveText('이메일 또는 비밀번호가 맞지 않아요.');
    await fillSignUp(page, visitor);
    await page.getByRole('button', { name: '가입하고 시작하기' }).click();
    // The same error as for an existing account: the deletion is not revealed.
    await expect(page.getByLabel('이메일')).toHaveAccessibleDescription(/이미 가입된 이메일/);
  });

  test('a wallet that is being made is still completed', async ({ page, server }) => {
    await server.chain({ kind: 'halt' });
    const visitor = await signUpOverHttp(page);
    const { id } = readUser(server.databaseFile, { email: visitor.email }).row;
    await page.goto('/account');
    await page.getByRole('heading', { name: '계정 삭제' }).click();
    await page.getByLabel('확인을 위해 비밀번호를 적어 주세요').fill(visitor.password);
    await page.getByRole('button', { name: '계정을 영구히 삭제하기' }).click();
    await page.waitForURL('**/goodbye');
    await server.chain({ kind: 'resume' });
    await expect
      .poll(() => readUser(server.databaseFile, { id: String(id) }).row)
      .toMatchObject({ name: '', walletStatus: 'READY', chocoBalance: '100' });
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the account’s forms and the wallet page work', async ({ page, server }) => {
    const visitor = await signUpOverHttp(page);
    await page.goto('/account');
    await page.getByLabel('이름', { exact: true }).fill('');
    await page.getByRole('button', { name: '저장' }).click();
    await expect(page.getByText('이름을 적어 주세요.')).toBeVisible();
    await page.getByLabel('이름', { exact: true }).fill('봄이');
    await page.getByRole('button', { name: '저장' }).click();
    await expect(page.getByText('이름을 바꿨어요.')).toBeVisible();
    await page.getByRole('heading', { name: '계정 삭제' }).click();
    await page.getByRole('button', { name: '계정을 영구히 삭제하기' }).click();
    await expect(page.getByText('비밀번호를 적어 주세요.')).toBeVisible();

    // While the wallet is being made, its history is open.
    await untilReady(page);
    await page.goto('/wallet');
    await expect(page.getByRole('img', { name: '계정 ID QR 코드' })).toBeVisible();
    await page.getByRole('heading', { name: '지갑이 걸어온 길' }).click();
    await expect(page.getByText('지갑을 요청했어요.')).toBeVisible();
    await expect(page.getByRole('main').locator('time').first()).toContainText('UTC');
    await page.goto('/account');
    await page.getByRole('button', { name: '이 기기에서 로그아웃' }).click();
    await expect(page).toHaveURL(`${server.url}/login`);
    await logIn(page, visitor);
    await expect(page).toHaveURL(`${server.url}/home`);
    await page.goto('/account');
    await page.getByRole('button', { name: '모든 기기에서 로그아웃' }).click();
    await expect(page).toHaveURL(`${server.url}/login`);
    await logIn(page, visitor);
    await expect(page).toHaveURL(`${server.url}/home`);
  });
});

test('an incomplete legacy wallet record shows help instead of a retry', async ({ page }) => {
  const dataDir = temporaryDataDir();
  const torn = { ...newVisitor(), nearAccountId: null, nearPublicKey: 'ed25519:left-alone' };
  await createOldDatabase(join(dataDir, 'choonsim.db'), [torn]);
  const server = await startAppServer({ dataDir, env: { SUPPORT_EMAIL: 'help@example.org' } });
  try {
    await logIn(page, torn, server.url);
    await page.waitForURL('**/wallet-setup');
    await expect(page.getByText('WALLET_RECORD_INCOMPLETE')).toBeVisible();
    await expect(page.getByRole('link', { name: 'help@example.org' })).toHaveAttribute(
      'href',
      'mailto:help@example.org?subject=WALLET_RECORD_INCOMPLETE',
    );
    await expect(page.getByRole('button', { name: '다시 시도' })).toHaveCount(0);
    await expect(page.getByRole('button', { name: '지갑 준비하기' })).toHaveCount(0);
    await page.getByRole('button', { name: '로그아웃' }).click();
    await page.waitForURL('**/login');
  } finally {
    await server.stop();
  }
});
