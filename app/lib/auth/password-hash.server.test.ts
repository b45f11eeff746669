import { hashPassword as scryptHash } from 'better-auth/crypto';
import { expect, test } from 'vitest';
import { hashPassword, isHashOutdated, verifyPassword } from './password-hash.server.ts';

const password = '봄날의 산책 9';

test('each hash is a different PHC string, and only its password matches', async () => {
  const [hash, other] = [await hashPassword(password), await hashPassword(password)];
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=7168,t=5,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(other).not.toBe(hash);
  expect(await verifyPassword({ hash, password })).toBe(true);
  expect(await verifyPassword({ hash, password: `${password} ` })).toBe(false);
  expect(isHashOutdated(hash)).toBe(false);
});

test('a password typed in another composition of Hangul is the same', async () => {
  const hash = await hashPassword(password.normalize('NFC'));
  expect(await verifyPassword({ hash, password: password.normalize('NFD') })).toBe(true);
});

test('hashes of the reference implementation are verified', async () => {
  // From the reference implementation: echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1
  const hash =
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  expect(await verifyPassword({ hash, password: 'password' })).toBe(true);
  expect(isHashOutdated(hash)).toBe(false);
});

test('older hashes are verified, and due to be replaced', async () => {
  const hash = await scryptHash(password);
  expect(await verifyPassword({ hash, password })).toBe(true);
  expect(await verifyPassword({ hash, password: 'wrong-wrong' })).toBe(false);
  expect(isHashOutdated(hash)).toBe(true);
  const weaker = (await hashPassword(password)).replace('m=7168', 'm=4096');
  expect(isHashOutdated(weaker)).toBe(true);
});

test.each([
  '$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  '',
])('a stored text that asks for all the memory, or is none, opens nothing: %s', async (hash) => {
  const opened = await verifyPassword({ hash, password: 'password' }).catch(() => false);
  expect(opened).toBe(false);
});
