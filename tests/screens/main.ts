import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from '@playwright/test';
import { ensureBuild } from '../../scripts/ensure-build.ts';
import { chromiumPath } from '../../scripts/find-chromium.ts';
import { type AppServer, startAppServer } from '../e2e/app-server.ts';
import { drawIcons } from './icons.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'docs/screens');
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5, hasTouch: true };
const desktop = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 };
const SETTLE_MS = 400;
const TYPING_MS = 1_300;
const PASSWORD = 'spring-heart-9';

/** One visitor's way from the landing page to a chat, in one theme and language. */
interface Walk {
  readonly name: string;
  readonly context: BrowserContextOptions;
  readonly visitor: string;
  readonly says: string;
  /** The pages to draw; all by default. */
  readonly only?: readonly string[];
}

const walks: readonly Walk[] = [
  {
    name: 'phone',
    context: { ...phone, locale: 'ko-KR' },
    visitor: '유리',
    says: '안녕, 춘심아! 반가워.',
  },
  {
    name: 'phone-dark',
    context: { ...phone, locale: 'ko-KR', colorScheme: 'dark' },
    visitor: '유리',
    says: '오늘은 조금 힘들었어.',
    only: ['gift', 'home-ready', 'chat', 'wallet'],
  },
  {
    name: 'desktop',
    context: { ...desktop, locale: 'ko-KR' },
    visitor: '유리',
    says: '안녕! 반가워.',
    only: ['landing', 'landing-talk', 'gift', 'home-ready', 'chat', 'wallet'],
  },
  {
    name: 'desktop-dark-english',
    context: { ...desktop, locale: 'en-GB', colorScheme: 'dark' },
    visitor: 'Yuri',
    says: 'I passed my exam today!',
    only: ['signup', 'home-waiting', 'chat', 'search', 'account', 'menu'],
  },
];

/** Draws every main page of the running app into `docs/screens/`. */
async function main(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  ensureBuild(root, { mayBuild: true });
  // A real chain's block time, so that a wallet in progress is visible.
  const server = await startAppServer({ env: { DEVNET_BLOCK_MS: '600' } });
  const browser = await chromium.launch({
    executablePath: chromiumPath() ?? 'chromium',
    args: ['--no-sandbox'],
  });
  try {
    await drawIcons(browser, server.url);
    for (const walk of walks) await draw(browser, server, walk);
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function draw(browser: Browser, server: AppServer, walk: Walk): Promise<void> {
  const context = await browser.newContext({
    ...walk.context,
    baseURL: server.url,
    // No screenshot in the middle of an animation.
    reducedMotion: 'reduce',
    timezoneId: 'Asia/Seoul',
  });
  const page = await context.newPage();
  const shoot = async (what: string) => {
    if (walk.only && !walk.only.includes(what)) return;
    // Take the screenshot after hydration.
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: join(folder, `${what}-${walk.name}.png`) });
    console.log(`docs/screens/${what}-${walk.name}.png`);
  };
  await page.goto('/');
  await shoot('landing');
  for (const choice of [0, 1]) {
    await page.locator('main nav a').nth(choice).click();
    await page.waitForTimeout(TYPING_MS);
  }
  await shoot('landing-talk');
  await page.goto('/signup');
  await page.locator('[name=name]').fill(walk.visitor);
  await page.locator('[name=email]').fill(`${randomUUID().slice(0, 8)}@example.com`);
  await page.locator('[name=password]').fill(PASSWORD);
  await shoot('signup');
  await page.locator('main form button[type=submit]').click();
  await page.waitForURL('**/home');
  // A wallet in progress stops here; on a new chain the first may not have started.
  await page.locator('[data-wallet-status=CREATING]').waitFor();
  await server.chain({ kind: 'halt' });
  await shoot('home-waiting');
  await page.goto('/chat/choonsim');
  await shoot('chat-waiting');
  await server.chain({ kind: 'resume' });
  await page.locator('[data-gift=given]').waitFor();
  await shoot('gift');
  await page.goto('/home');
  await shoot('home-new');
  await shootChat(page, walk, shoot);
  await page.goto('/home');
  await shoot('home-ready');
  await page.goto('/chat/sunja');
  await shoot('chat-empty');
  await page.goto(`/search?q=${encodeURIComponent(walk.says.slice(0, 2))}`);
  await shoot('search');
  await page.goto('/wallet');
  await shoot('wallet');
  await page.goto('/account');
  await shoot('account');
  await page.locator('header button[aria-haspopup=menu]').click();
  await page.getByRole('menu').waitFor();
  await shoot('menu');
  await page.goto('/nowhere');
  await shoot('not-found');
  await context.close();
}

async function shootChat(page: Page, { says }: Walk, shoot: (what: string) => Promise<void>) {
  await page.goto('/chat/choonsim');
  const composer = page.locator('textarea');
  await composer.fill(says);
  // On a phone Enter breaks the line.
  await page.locator('form:has(textarea) button[type=submit]').click();
  const writing = page.locator('[data-role=assistant] [aria-busy=true]');
  await writing.waitFor();
  await writing.waitFor({ state: 'hidden' });
  await shoot('chat');
}

await main();
