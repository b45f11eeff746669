import { DrizzleQueryError } from 'drizzle-orm/errors';
import { describe, expect, test } from 'vitest';
import { Ed25519Key } from '../adapters/keys/ed25519-key.ts';
import { safeError, safeErrorText, safeText } from './safe-error.ts';

const secrets = {
  token: 'wCzK06NrNmzcq2uYSil2F93j3d7BGmnr',
  cookie: 'wCzK06NrNmzcq2uYSil2F93j3d7BGmnr.VT3zSxGT0tsppaEnqL4Yyj39CElUgmql%2FLGHaUcRWYM%3D',
  scrypt: `${'0a'.repeat(16)}:${'9f'.repeat(64)}`,
  argon: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$dGFndGFndGFndGFndGFndGFndGFn',
  email: '유리@example.co.kr',
  key: 'ed25519:2X1srLcLw6UHvna89FdMEaGZcVhuP8c7oVZSjPdjnz5EwF1zX2iJAeYXX1WjU7WYXfoFHbmUiN6VbkHiTWFvL6B7',
  master: Buffer.alloc(32, 7).toString('base64'),
  bearer: 'Bearer c4naryKeyOfOneCustomer',
};

/** As a driver, Drizzle and a library above them wrap one another. */
function failedQuery(): Error {
  const busy = Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
  const params = [...Object.values(secrets), 'a\n    at secret (file:1:1)', 7];
  const query = new DrizzleQueryError('insert into "Session" values (?, ?)', params, busy);
  return new Error(`FAILED: ${query.message}`, { cause: query });
}

const texts = (error: unknown) => [JSON.stringify(safeError(error)), safeErrorText(error)];

test('the bound values of a failed statement are never shown', () => {
  for (const text of texts(failedQuery())) {
    for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
    expect(text).not.toContain('at secret');
    expect(text).toContain('insert into');
    expect(text).toContain('database is locked');
    expect(text).toContain('SQLITE_BUSY');
    expect(text).toContain('safe-error.test.ts');
  }
});

describe('a text that contains', () => {
  const { token: _, ...shapes } = secrets;
  test.each(Object.entries(shapes))('%s loses it', (_name, secret) => {
    expect(safeText(`it failed for ${secret}, again`)).not.toContain(secret);
    expect(safeText(`it failed for "${secret}"`)).toMatch(/^it failed for "/);
    for (const text of texts(new Error(`no: ${secret}`))) expect(text).not.toContain(secret);
  });
});

test.each([
  ['https://node.example/v1/c4naryKey?apiKey=c4naryKey', 'https://node.example'],
  ['redis://user:c4nary@10.0.0.7:6379/0', 'redis://10.0.0.7:6379'],
  ['postgres://c4nary:c4nary@db.example/app', 'postgres://db.example'],
])('of the URL %s only the host stays', (address, place) => {
  expect(safeText(`cannot reach ${address}`)).toBe(`cannot reach ${place}`);
});

test('the ids by which an operator follows a wallet stay', () => {
  const { publicKeyText } = Ed25519Key.fromText(secrets.key);
  const text = `transaction BnjgtaRKgcpoL3MqvanWsfu8wYJ3H6DffjJPovnQmNB5 of 1yn02zrqpetj0t67.choonsim.devnet, ${publicKeyText}, user wMZPasU9YmtsR3oUAddCvAg14rgFtNlX`;
  expect(safeText(text)).toBe(text);
});

test('only the listed fields of an error are shown, which hold no data', () => {
  const error = Object.assign(new Error('refused'), {
    code: 'ECONNREFUSED',
    port: 5432,
    headers: { cookie: secrets.cookie },
    body: secrets.email,
    config: secrets,
  });
  expect(safeError(error)).toMatchObject({ code: 'ECONNREFUSED', port: 5432 });
  for (const text of texts(error)) expect(text).not.toMatch(/cookie|유리|c4nary/);
});

test('aggregate errors, circular causes and non-errors are shown too', () => {
  const circle = new Error('round');
  circle.cause = circle;
  expect(safeErrorText(circle)).toContain('caused by: Error: round');
  const several = new AggregateError([new Error('first'), new Error(`to ${secrets.email}`)], '');
  expect(safeError(several)).toMatchObject({
    errors: [{ message: 'first' }, { message: 'to [e-mail]' }],
  });
  expect(safeErrorText('just a text')).toBe('string: just a text');
  expect(safeErrorText(null)).toBe('object: null');
});

test.each([
  'a@'.repeat(40_000),
  `${'.'.repeat(60_000)}@`,
  `params:${'x'.repeat(60_000)}`,
  'A'.repeat(60_000),
  'eyJ'.repeat(20_000),
  `http://${'a'.repeat(60_000)}`,
])('a hostile text takes no time', (text) => {
  const before = process.cpuUsage();
  safeErrorText(new Error(text));
  // A quadratic expression takes seconds.
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(500);
});
