import { expect, test } from 'vitest';
import { readForm, readJson } from './read-fields.server.ts';

const withNul = 'hi\0there';

test('a text with U+0000 is rejected by its field: PostgreSQL cannot store it', async () => {
  const json = await readJson(
    new Request('http://localhost/api/auth/sign-in/email', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: withNul, password: 'spring-heart-9' }),
    }),
  );
  expect(json).toMatchObject({ error: { code: 'FIELD_INVALID', field: 'email' } });
  const form = new Request('http://localhost/login', {
    method: 'POST',
    body: new URLSearchParams({ email: withNul, password: 'spring-heart-9' }),
  });
  await expect(readForm(form)).rejects.toMatchObject({
    data: { error: 'FIELD_INVALID', field: 'email' },
    init: { status: 400 },
  });
});
