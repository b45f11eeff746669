import { createPrivateKey } from 'node:crypto';
import { inspect } from 'node:util';
import { baseEncode } from 'near-api-js';
import { expect, test } from 'vitest';
import { secretKeyText } from '../adapters/keys/ed25519-key.ts';
import { findForms, formsOfBytes, formsOfKey } from './forms-of-secret.ts';

/** The first test vector of RFC 8032, 7.1. */
const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
const publicKey = Buffer.from(
  'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  'hex',
);
const secret = Buffer.concat([seed, publicKey]);
const pem = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
  format: 'der',
  type: 'pkcs8',
}).export({ format: 'pem', type: 'pkcs8' });

test.each([
  ['the text of the seed', secretKeyText(seed)],
  ['the text of 64 bytes', `ed25519:${baseEncode(secret)}`],
  ['base58 alone', baseEncode(secret)],
  ['hex', secret.toString('hex')],
  ['hex in capitals', seed.toString('hex').toUpperCase()],
  ['base64', seed.toString('base64')],
  ['base64 of 64 bytes', secret.toString('base64')],
  ['base64url', seed.toString('base64url')],
  ['base64 within others', Buffer.concat([publicKey.subarray(0, 7), seed]).toString('base64')],
  ['PEM', String(pem)],
  ['a buffer in JSON', JSON.stringify(seed)],
  ['an array in JSON', JSON.stringify([...secret], null, 2)],
  ['a buffer as inspected', inspect(secret)],
  ['an array as inspected', inspect(new Uint8Array(secret))],
  ['raw bytes of a file', Buffer.concat([publicKey, seed]).toString('latin1')],
])('finds a private key written as %s', (_name, text) => {
  expect(findForms(`before${text}after`, formsOfKey(secretKeyText(seed)))).not.toEqual([]);
  expect(findForms(`before${text}after`, formsOfKey(`ed25519:${baseEncode(secret)}`))).not.toEqual(
    [],
  );
});

test('does not report what is no secret', () => {
  const text = `${publicKey.toString('hex')} ${baseEncode(publicKey)} ${JSON.stringify(publicKey)}`;
  expect(findForms(text, formsOfKey(secretKeyText(seed)))).toEqual([]);
  expect(findForms('', formsOfBytes(seed))).toEqual([]);
});
