import { expect, test } from 'vitest';
import { findGuessableError, loadCommonPasswords } from './guessable-passwords.server.ts';

const own = { email: 'yuri@example.com', name: '유리' };

test('more than the three thousand most common passwords of sufficient length are rejected', async () => {
  const common = await loadCommonPasswords();
  expect(common.size).toBeGreaterThan(3_000 * 5);
  const tried = ['baseball', 'trustno1', 'Football1', '19871987', 'dkssudgktpdy', 'Iloveyou2'];
  for (const password of tried) {
    expect([password, await findGuessableError(password, own)]).toEqual([
      password,
      'PASSWORD_GUESSABLE',
    ]);
  }
});

test('passwords that are not guessed first are accepted', async () => {
  for (const password of ['spring-heart-9', '봄날의고양이한마리', 'correct horse battery']) {
    expect(await findGuessableError(password, own)).toBeNull();
  }
});
