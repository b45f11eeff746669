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

test('a body that breaks off is the client’s mistake', async () => {
  const broken = (path: string, type: string) =>
    new Request(`http://localhost${path}`, {
      ...{ method: 'POST', headers: { 'Content-Type': type }, duplex: 'half' },
      body: new ReadableStream({ pull: (body) => body.error(new Error('aborted')) }),
    });
  expect(await readJson(broken('/api/auth/sign-in/email', 'application/json'))).toMatchObject({
    error: { code: 'BODY_INCOMPLETE' },
  });
  const form = broken('/login', 'application/x-www-form-urlencoded');
  await expect(readForm(form)).rejects.toMatchObject({ init: { status: 400 } });
});
