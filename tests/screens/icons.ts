import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';

const publicFolder = join(import.meta.dirname, '../../public');
const CANVAS = '#fdf9f6';

/** The mark's share of an icon: a maskable icon's corners may be cut off. */
const icons = [
  { name: 'icon-192', pixels: 192, share: 0.8 },
  { name: 'icon-512', pixels: 512, share: 0.8 },
  { name: 'icon-maskable-512', pixels: 512, share: 0.56 },
  { name: 'apple-touch-icon', pixels: 180, share: 0.7 },
] as const;

/** Renders the installed app's icons from `favicon.svg`, and the link preview images. */
export async function drawIcons(browser: Browser, url: string): Promise<void> {
  const mark = readFileSync(join(publicFolder, 'favicon.svg'), 'utf8');
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const { name, pixels, share } of icons) {
    await page.setViewportSize({ width: pixels, height: pixels });
    await page.setContent(
      `<body style="margin:0;height:100vh;display:grid;place-items:center;background:${CANVAS}">
        <div style="width:${share * 100}vw">${mark}</div></body>`,
    );
    await page.screenshot({ path: join(publicFolder, `${name}.png`) });
  }
  await context.close();
  for (const [language, locale] of [
    ['ko', 'ko-KR'],
    ['en', 'en-US'],
  ] as const) {
    const visit = await browser.newContext({ locale, viewport: { width: 1200, height: 630 } });
    const landing = await visit.newPage();
    await landing.goto(url, { waitUntil: 'networkidle' });
    // Hide controls: nothing in a preview should look clickable.
    await landing.locator('footer, main ul, main a, header form').evaluateAll((parts) => {
      for (const part of parts) part.setAttribute('style', 'display: none');
    });
    await landing.screenshot({ path: join(publicFolder, `preview-${language}.png`) });
    await visit.close();
  }
}
