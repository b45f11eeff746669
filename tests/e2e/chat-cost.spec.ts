import { addMessages } from './database.ts';
import { countRenders } from './render-count.ts';
import { expect, signUpWithWallet, test, untilHydrated } from './test.ts';

test('a keystroke or a streamed word renders no more with 2,000 messages than with 40', async ({
  page,
  server,
}) => {
  test.slow();
  const { email } = await signUpWithWallet(page);
  const renders = await countRenders(page);
  addMessages(server.databaseFile, email, { characterId: 'byeol', count: 60 });
  const earlier = Array.from({ length: 1_960 }, (_, index) => ({
    id: `earlier-${10_000 + index}`,
    role: index % 2 ? 'assistant' : 'user',
    content: `earlier ${index}`,
    care: null,
  }));
  await page.route('**/api/chat/byeol?before=*', (route) =>
    route.fulfill({ json: { messages: earlier, hasEarlier: false } }),
  );
  await page.addInitScript(() => {
    const ask = window.fetch;
    window.fetch = async (address, options) => {
      if (options?.method !== 'POST') return ask(address, options);
      const words = new TransformStream<Uint8Array, Uint8Array>();
      const writer = words.writable.getWriter();
      Object.assign(window, {
        say: (word: string | null) =>
          word === null ? writer.close() : writer.write(new TextEncoder().encode(word)),
      });
      return new Response(words.readable);
    };
  });
  await page.goto('/chat/byeol');
  await untilHydrated(page);
  const composer = page.getByRole('textbox', { name: '메시지' });
  const speak = (word: string | null) =>
    page.evaluate(
      (text) => (window as unknown as { say(word: string | null): unknown }).say(text),
      word,
    );
  const measure = async () => {
    await composer.fill('안');
    const typed = await renders(() => composer.press('b'));
    await composer.press('Control+Enter');
    await expect(page.locator('[aria-busy=true]')).toBeVisible();
    await speak('봄 ');
    await expect(page.locator('[data-role=assistant]').last()).toContainText('봄');
    const streamed = await renders(async () => {
      await speak('여름 ');
      await expect(page.locator('[data-role=assistant]').last()).toContainText('여름');
    });
    await speak(null);
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
    return { typed, streamed };
  };
  const among40 = await measure();
  await page.getByRole('link', { name: '이전 대화 보기' }).click();
  await expect(page.locator('[data-role]')).toHaveCount(2_002);
  const among2000 = await measure();
  expect(among40.typed).toBeGreaterThan(0);
  expect(among40.typed).toBeLessThan(20);
  expect(among2000.typed).toBe(among40.typed);
  // Commits per word vary; one per message would be thousands.
  expect(among2000.streamed).toBeLessThan(2 * among40.streamed + 20);
});
