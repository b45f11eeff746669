import { HtmlValidate } from 'html-validate';
import { addMessages, changeUser } from './database.ts';
import { expect, signUpWithWallet, test } from './test.ts';

const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    // React's own style of markup, without effect on readers.
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    'attr-case': 'off',
    'doctype-style': 'off',
    'no-inline-style': 'off',
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
    'valid-id': ['error', { relaxed: true }],
    // Of two landmarks with one name, the stylesheet shows only one.
    'unique-landmark': 'off',
  },
});

async function findErrors(html: string): Promise<string[]> {
  const { results } = await validator.validateString(html);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, selector }) => `${ruleId}: ${message} (${selector})`),
  );
}

test('the validator finds errors', async () => {
  const faults = await findErrors(
    '<!DOCTYPE html><html lang="ko"><head><title>a</title></head><body><p><div>x</div></p><img src="/x.png"></body></html>',
  );
  expect(faults.join('\n')).toMatch(/close-order|element-permitted-content/);
});

test('every page is valid HTML', async ({ page, request, server }) => {
  const expectValid = async (path: string, asked = request) => {
    const response = await asked.get(path, {
      // Search engines get the whole page instead of a stream.
      headers: { accept: 'text/html', 'user-agent': 'Googlebot' },
    });
    expect.soft(await findErrors(await response.text()), path).toEqual([]);
  };
  for (const path of [
    '/',
    '/?talk=02',
    '/signup',
    '/login',
    '/forgotten',
    '/new-password?token=x',
    '/confirm-email?token=x',
    '/goodbye',
    '/offline',
    '/nowhere',
    `/${'x'.repeat(200)}`,
  ]) {
    await expectValid(path);
  }
  const { email } = await signUpWithWallet(page);
  addMessages(server.databaseFile, email, { characterId: 'mir', count: 45 });
  const behind = [
    '/home',
    '/chat/choonsim',
    '/chat/mir',
    '/chat/mir?before=message-0010',
    '/chat/mir/delete',
    '/search',
    '/search?q=message',
    '/wallet',
    '/wallet/key',
    '/confirm-email?token=x',
    '/account',
  ];
  for (const path of behind) await expectValid(path, page.request);
  changeUser(server.databaseFile, email, {
    walletStatus: 'FAILED',
    walletError: 'REWARD_REFUSED',
    walletAvailableAt: null,
  });
  for (const path of ['/home', '/chat/choonsim', '/wallet']) await expectValid(path, page.request);
});
