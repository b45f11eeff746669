import { randomUUID } from 'node:crypto';
import { test as base, expect, type Page } from '@playwright/test';
import { type AppServer, startAppServer } from './app-server.ts';

interface Fixtures {
  /** What the browser may complain about; by default nothing. */
  allowedComplaint: RegExp;
}

/** A page that fails its test on any complaint of the browser, and a server for each worker. */
export const test = base.extend<Fixtures, { server: AppServer }>({
  allowedComplaint: [/^$/, { option: true }],
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's pattern
    async ({}, use) => {
      const server = await startAppServer();
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
    expect(complaints.filter((complaint) => !allowedComplaint.test(complaint))).toEqual([]);
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

export async function logIn(page: Page, visitor: Visitor, url = ''): Promise<void> {
  const { email, password } = visitor;
  await page.goto(`${url}/login`);
  await page.getByLabel('이메일').fill(email);
  await page.getByLabel('비밀번호', { exact: true }).fill(password);
  await page.getByRole('button', { name: '로그인' }).click();
}

/** The line under the navigation. */
export function walletLine(page: Page) {
  return page.getByRole('region', { name: '지갑' }).getByRole('status');
}
