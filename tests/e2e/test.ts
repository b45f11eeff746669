import { randomUUID } from 'node:crypto';
import { test as base, expect, type Page } from '@playwright/test';
import { type AppServer, startAppServer } from './app-server.ts';

interface Fixtures {
  /** The browser's complaints that are expected; by default none. */
  allowedComplaint: RegExp;
}

interface WorkerFixtures {
  /** Environment variables of the worker's server. */
  serverEnv: Record<string, string>;
  server: AppServer;
}

/** Playwright's own message when it blocks service workers. */
const NO_WORKER = 'Service Worker registration blocked by Playwright';

/** A page that fails the test on any browser error or warning, and one server per worker. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  allowedComplaint: [/^$/, { option: true }],
  serverEnv: [{}, { option: true, scope: 'worker' }],
  server: [
    async ({ serverEnv }, use) => {
      const server = await startAppServer({ env: serverEnv });
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  page: async ({ page, allowedComplaint }, use) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    await use(page);
    const found = complaints.filter(
      (complaint) => !allowedComplaint.test(complaint) && complaint !== NO_WORKER,
    );
    expect(found).toEqual([]);
  },
});

export { expect };

/** Chromium reports every response with status 400 or above, even an expected one. */
export const REFUSED = /Failed to load resource: the server responded with a status of 400/;

export interface Visitor {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export function newVisitor(): Visitor {
  return { name: '유리', email: `${randomUUID()}@example.com`, password: 'spring-heart-9' };
}

export async function fillSignUp(page: Page, visitor: Visitor, url = ''): Promise<void> {
  await page.goto(`${url}/signup`);
  await page.getByLabel('이름', { exact: true }).fill(visitor.name);
  await page.getByLabel('이메일').fill(visitor.email);
  await page.getByLabel('비밀번호', { exact: true }).fill(visitor.password);
}

export async function signUp(page: Page, visitor = newVisitor()): Promise<Visitor> {
  await fillSignUp(page, visitor);
  await page.getByRole('button', { name: '가입하고 시작하기' }).click();
  await page.waitForURL('**/home');
  return visitor;
}

/** Signs up over HTTP, for tests that begin after sign-up. No page is loaded. */
export async function signUpOverHttp(page: Page, visitor = newVisitor()): Promise<Visitor> {
  const { request } = page;
  const { origin } = new URL((await request.get('/healthz')).url());
  const options = { data: visitor, headers: { origin, 'accept-language': 'ko-KR' } };
  expect((await request.post('/api/auth/sign-up/email', options)).status()).toBe(200);
  return visitor;
}

/** Waits for the wallet. @returns what the API says about it */
export async function untilReady(page: Page): Promise<unknown> {
  const ask = async () => (await page.request.get('/api/wallet/status')).json();
  await expect.poll(async () => (await ask()).status, { intervals: [100] }).toBe('READY');
  return ask();
}

/** Signs up over HTTP and waits for the wallet. No page is loaded. */
export async function signUpWithWallet(page: Page): Promise<Visitor> {
  const visitor = await signUpOverHttp(page);
  await untilReady(page);
  return visitor;
}

/** Signs up over HTTP and opens the home page. */
export async function enter(page: Page, visitor = newVisitor()): Promise<Visitor> {
  await signUpOverHttp(page, visitor);
  await page.goto('/home');
  return visitor;
}

/** Signs up over HTTP and opens the home page, which shows the wallet becoming ready. */
export async function enterWithWallet(page: Page): Promise<Visitor> {
  const visitor = await enter(page);
  await expect(walletLine(page)).toHaveAttribute('data-wallet-status', 'READY');
  return visitor;
}

export async function logIn(page: Page, visitor: Visitor, url = ''): Promise<void> {
  const { email, password } = visitor;
  await page.goto(`${url}/login`);
  await page.getByLabel('이메일').fill(email);
  await page.getByLabel('비밀번호', { exact: true }).fill(password);
  await page.getByRole('button', { name: '로그인' }).click();
}

/** Logs out through the menu of the signed-in pages. */
export async function logOut(page: Page): Promise<void> {
  const menu = page.getByRole('button', { name: '설정과 로그아웃' });
  await untilHydrated(page);
  // A chat room on a phone does not show the menu.
  if (!(await menu.isVisible())) await page.getByRole('link', { name: '홈으로' }).click();
  await menu.click();
  await page.getByRole('menuitem', { name: '로그아웃' }).click();
  await page.waitForURL('**/login');
}

/** Waits for hydration; keys pressed before it have no handler. */
export async function untilHydrated(page: Page): Promise<void> {
  // Attached but hidden in a chat room on a phone.
  await expect(page.locator('header [aria-haspopup=menu]')).toBeAttached();
}

/** The wallet's status line under the navigation. For 6 s after READY it says more than the amount. */
export function walletLine(page: Page) {
  return page.getByRole('region', { name: '지갑' }).getByRole('status');
}
