import { randomUUID } from 'node:crypto';
import { test as base, expect, type Page } from '@playwright/test';
import { type AppServer, startAppServer } from './app-server.ts';

interface Fixtures {
  /** What the browser may complain about; by default nothing. */
  allowedComplaint: RegExp;
}

interface WorkerFixtures {
  /** Variables the worker's server is started with. */
  serverEnv: Record<string, string>;
  server: AppServer;
}

/** Of the test runner's own, where service workers are kept out. */
const NO_WORKER = 'Service Worker registration blocked by Playwright';

/** A page that fails its test on any complaint of the browser, and a server for each worker. */
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

/** Chromium tells of every answer from 400 on, also of those the page expects. */
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

/** Over HTTP, for what begins after sign-up: a page less to draw. */
export async function enter(page: Page, visitor = newVisitor()): Promise<Visitor> {
  const { request } = page;
  const { origin } = new URL((await request.get('/healthz')).url());
  const options = { data: visitor, headers: { origin, 'accept-language': 'ko-KR' } };
  expect((await request.post('/api/auth/sign-up/email', options)).status()).toBe(200);
  await page.goto('/home');
  return visitor;
}

/** With the wallet made. */
export async function enterWithWallet(page: Page, visitor = newVisitor()): Promise<Visitor> {
  await enter(page, visitor);
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

/** Through the menu of the signed-in pages. */
export async function logOut(page: Page): Promise<void> {
  const menu = page.getByRole('button', { name: '설정과 로그아웃' });
  await untilAlive(page);
  // A room on a phone has no place for the menu.
  if (!(await menu.isVisible())) await page.getByRole('link', { name: '홈으로' }).click();
  await menu.click();
  await page.getByRole('menuitem', { name: '로그아웃' }).click();
  await page.waitForURL('**/login');
}

/** A key pressed before the page's scripts run is nobody's. */
export async function untilAlive(page: Page): Promise<void> {
  // In a room on a phone its bar has no place for it.
  await expect(page.locator('header [aria-haspopup=menu]')).toBeAttached();
}

/** The line under the navigation. */
export function walletLine(page: Page) {
  return page.getByRole('region', { name: '지갑' }).getByRole('status');
}
