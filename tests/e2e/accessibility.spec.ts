import type { Page } from '@playwright/test';
import { SLOW_AFTER_MS, STUCK_AFTER_MS } from '#app/lib/wallet/wallet-situation.ts';
import { expectNoViolation } from './axe.ts';
import { addMessages, changeDatabase, changeUser } from './database.ts';
import { enter, expect, test } from './test.ts';

const REPLY =
  '**봄**에는 [산책](https://example.org)이 좋아요.\n\n- 하나\n\n> 그리고\n\n```\nlet spring\n```\n\n| 꽃 | 달 |\n| --- | --- |\n| 벚꽃 | ~~3~~ 4월 |';

/** Each theme with each language once, over both screens. */
const LOOKS: Record<string, [theme: string, language: string][]> = {
  phone: [
    ['light', 'ko'],
    ['dark', 'en'],
  ],
  desktop: [
    ['light', 'en'],
    ['dark', 'ko'],
  ],
};

// 400 for a rejected form, 404 for the unknown page, 500 for the broken one, all on purpose.
test.use({ allowedComplaint: /status of (400|404|500)/ });

/** Encoded as the server's own cookies: base64 of JSON. */
async function choose(page: Page, choices: { theme: string; language: string }, url: string) {
  const cookies = Object.entries(choices).map(([name, value]) => ({
    name,
    value: encodeURIComponent(btoa(JSON.stringify(value))),
    url,
  }));
  await page.context().addCookies(cookies);
}

test('nothing scrolls sideways at 200 % text, and at 400 % zoom nothing covers the page', async ({
  page,
}) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const expectToFit = async (path: string) => {
    await page.goto(path);
    await page.evaluate(() => {
      document.documentElement.style.setProperty('font-size', '200%', 'important');
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(320);
  };
  for (const path of ['/', '/login', '/forgotten', '/nowhere', '/signup']) await expectToFit(path);
  await enter(page);
  for (const path of ['/home', '/wallet', '/wallet/key', '/account', '/chat/choonsim'])
    await expectToFit(path);
  for (const width of [320, 412]) {
    await page.setViewportSize({ width, height: 640 });
    const hint = await page.getByRole('textbox', { name: '메시지' }).evaluate((field) => ({
      isWhole: field.scrollWidth <= field.clientWidth && field.scrollHeight <= field.clientHeight,
      // Two rows of text: more would push the conversation out of a small screen.
      isLow: field.clientHeight <= 120,
    }));
    expect(hint, `composer, ${width} wide`).toEqual({ isWhole: true, isLow: true });
    const isNameWhole = (heading: Element) => heading.scrollWidth <= heading.clientWidth;
    const isWhole = await page.getByRole('heading', { level: 1 }).evaluate(isNameWhole);
    expect(isWhole, `name of the room, ${width} wide`).toBe(true);
  }
  await page.setViewportSize({ width: 320, height: 256 });
  for (const path of ['/home', '/wallet', '/account']) {
    await page.goto(path);
    await page.evaluate(() => window.scrollTo({ top: 200 }));
    const covered = await page.evaluate(() =>
      [5, 128, 250].map((y) => document.elementFromPoint(160, y)?.closest('header, nav')?.tagName),
    );
    expect(covered.filter(Boolean), path).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(320);
    await page.evaluate(() => window.scrollTo({ top: document.body.scrollHeight }));
    await expect(page.getByRole('navigation', { name: '주요 메뉴' })).toBeInViewport();
  }
});

for (const index of [0, 1]) {
  test.describe(`theme and language ${index + 1}`, () => {
    let theme = '';
    let language = '';
    test.beforeEach(async ({ page, server }, { project }) => {
      [theme, language] = LOOKS[project.name]?.[index] ?? ['light', 'ko'];
      test.setTimeout(240_000);
      // Axe must see the final colours, not those in the middle of a fade.
      await page.emulateMedia({ reducedMotion: 'reduce' });
      await choose(page, { theme, language }, server.url);
    });

    test('public pages', async ({ page }) => {
      for (const path of [
        '/',
        '/login',
        '/signup',
        '/forgotten',
        '/new-password?token=x',
        '/nowhere',
        '/goodbye',
      ]) {
        await page.goto(path);
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
        await expect(page.locator('html')).toHaveAttribute('lang', language);
        await expectNoViolation(page, path);
      }
      for (const path of ['/login', '/signup']) {
        await page.goto(path);
        await page.locator('main form button[type=submit]').click();
        await expect(page.locator('[aria-invalid=true]').first()).toBeVisible();
        await expectNoViolation(page, `${path}, refused`);
      }
    });

    test('signed-in pages, in every state of the wallet', async ({ page, server }) => {
      await choose(page, { theme, language: 'ko' }, server.url);
      const { email } = await enter(page);
      await choose(page, { theme, language }, server.url);
      await expect(page.locator('[data-wallet-status=READY]')).toBeVisible();
      await expectNoViolation(page, 'home, just ready');
      addMessages(server.databaseFile, email, { characterId: 'mir', count: 45 });
      addMessages(server.databaseFile, email, { characterId: 'haru', count: 2, reply: REPLY });
      await page.goto('/chat/haru');
      await expect(page.locator('[data-role=assistant] strong')).toBeVisible();
      await expectNoViolation(page, 'a chat with markdown');
      await page.goto('/chat/mir');
      await page.locator('[role=log]').evaluate((log) => log.scrollTo({ top: -600 }));
      await expectNoViolation(page, 'a chat read above');

      const inAnHour = Date.now() + 3_600_000;
      const failed = { walletStatus: 'FAILED', walletAvailableAt: null };
      const states: { paths: string[]; columns: Record<string, string | number | null> }[] = [
        {
          paths: ['/home', '/wallet', '/wallet/key', '/account'],
          columns: { walletStatus: 'READY' },
        },
        {
          paths: ['/home', '/chat/choonsim'],
          columns: { walletStatus: 'PENDING', walletAvailableAt: inAnHour },
        },
        {
          paths: ['/chat/choonsim'],
          columns: { walletRequestedAt: Date.now() - SLOW_AFTER_MS },
        },
        { paths: ['/wallet'], columns: { walletRequestedAt: Date.now() - STUCK_AFTER_MS } },
        {
          paths: ['/wallet'],
          columns: { walletStatus: 'CREATING', walletAvailableAt: inAnHour },
        },
        {
          paths: ['/wallet'],
          columns: { ...failed, walletError: 'REWARD_REFUSED', walletAvailableAt: inAnHour },
        },
        {
          paths: ['/home', '/chat/choonsim', '/wallet'],
          columns: { ...failed, walletError: 'REWARD_REFUSED' },
        },
        { paths: ['/wallet'], columns: { ...failed, walletError: 'ACCOUNT_KEY_MISMATCH' } },
      ];
      const pause = (reason: string) =>
        changeDatabase(
          server.databaseFile,
          email,
          `UPDATE "Deployment" SET "pauseReason" = ${reason} WHERE :email <> ''`,
        );
      for (const { paths, columns } of states) {
        changeUser(server.databaseFile, email, columns);
        for (const path of paths) {
          await page.goto(path);
          await expectNoViolation(page, `${path} ${JSON.stringify(columns)}`);
        }
      }
      changeUser(server.databaseFile, email, { walletStatus: 'PENDING', walletError: null });
      pause("'OPERATOR'");
      await page.goto('/home');
      await expectNoViolation(page, 'paused');
      pause('NULL');
    });

    test('the account page, open menus, and an error page', async ({ page, server }) => {
      await choose(page, { theme, language: 'ko' }, server.url);
      await enter(page);
      await choose(page, { theme, language }, server.url);
      await page.goto('/account');
      for (const details of await page.locator('details').all()) {
        await details.evaluate((element) => element.setAttribute('open', ''));
      }
      await expectNoViolation(page, 'account');
      await page.locator('header button[aria-haspopup=menu]').click();
      await expect(page.getByRole('menu')).toBeVisible();
      await expectNoViolation(page, 'the menu');
      await page.keyboard.press('Escape');
      await expect(page.locator('header button[aria-haspopup=menu]')).toBeFocused();
      await page.route('**/home.data*', (route) => route.fulfill({ status: 500 }));
      await page.locator('nav a[href="/home"]:visible').click();
      await expect(page.locator('[data-error=lost]')).toBeVisible();
      await expectNoViolation(page, 'a broken page');
    });
  });
}
