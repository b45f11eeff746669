import { expect, test } from './test.ts';

test('the app can be installed: a valid manifest, and icons of the sizes it names', async ({
  page,
  request,
}) => {
  await page.goto('/');
  const client = await page.context().newCDPSession(page);
  const { url, errors, data } = await client.send('Page.getAppManifest');
  expect(new URL(url).pathname).toBe('/site.webmanifest');
  expect(errors).toEqual([]);
  const { icons, start_url, display, theme_color, background_color } = JSON.parse(data ?? '{}');
  expect({ start_url, display }).toEqual({ start_url: '/home', display: 'standalone' });
  // The page's colour; another test compares it with the painted one.
  const light = page.locator('meta[name=theme-color][media*=light]');
  expect([theme_color, background_color]).toEqual(
    Array(2).fill(await light.getAttribute('content')),
  );
  const { installabilityErrors } = await client.send('Page.getInstallabilityErrors');
  expect(installabilityErrors.map(({ errorId }) => errorId)).not.toContain('no-acceptable-icon');
  for (const { src, type, sizes } of [
    ...icons,
    { src: '/apple-touch-icon.png', type: 'image/png', sizes: '180x180' },
  ]) {
    const answer = await request.get(src);
    expect([answer.status(), answer.headers()['content-type']], src).toEqual([200, type]);
    if (type !== 'image/png') continue;
    const bytes = await answer.body();
    // PNG: the first chunk contains width and height.
    expect(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, src).toBe(sizes);
  }
});

for (const [language, locale, words] of [
  ['ko', 'ko-KR', '초춘심'],
  ['en', 'en-US', 'Choonsim'],
] as const) {
  test.describe(`in ${language}`, () => {
    test.use({ locale });

    test('a shared link shows title, sentence and picture', async ({ page, request }) => {
      for (const path of ['/', '/login', '/chat/choonsim']) {
        await page.goto(path);
        const shown = (name: string) =>
          page.locator(`head meta[property="og:${name}"]`).getAttribute('content');
        expect(await shown('title'), path).toContain(words);
        expect(await shown('description'), path).toContain(words);
        const picture = new URL((await shown('image')) ?? '');
        expect(picture.origin, path).toBe(new URL(page.url()).origin);
        const answer = await request.get(picture.pathname);
        expect(answer.headers()['content-type']).toBe('image/png');
        expect((await answer.body()).length).toBeLessThan(300_000);
        await expect(page.locator('head meta[name=description]')).toHaveCount(1);
      }
    });
  });
}

test('the browser’s UI gets the page’s colour', async ({ page }) => {
  await page.goto('/');
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const painted = await page.evaluate(() => {
      const canvas = document.createElement('canvas').getContext('2d');
      if (!canvas) return '';
      canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
    });
    const named = page.locator(`meta[name=theme-color][media*=${colorScheme}]`);
    await expect(named).toHaveAttribute('content', painted);
  }
});
