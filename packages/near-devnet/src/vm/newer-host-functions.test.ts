import { createHash } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { parsePublicKey } from '../bytes/public-key.ts';
import { developmentKey } from '../rules/genesis.ts';
import { compileContract } from '../testing/compile-contract.ts';
import { ContractAccount } from '../testing/contract-account.ts';
import { TestNode } from '../testing/test-node.ts';

let code: Uint8Array;
let node: TestNode;
let contract: ContractAccount;
beforeAll(async () => {
  code = await compileContract('newer');
}, 60_000);
beforeEach(async () => {
  node = new TestNode();
  contract = await ContractAccount.create(node, 'newer', code);
});

const digest = (text: string) => createHash('sha256').update(text).digest();

test('a contract reads the chain id', async () => {
  expect(await contract.call('chain')).toBe('devnet');
  expect(await contract.view('chain')).toBe('devnet');
});

test('a contract verifies P-256 signatures, with high and low s', async () => {
  const secret = p256.utils.randomSecretKey();
  const key = p256.getPublicKey(secret, true);
  const message = digest('a message');
  const low = p256.sign(message, secret, { prehash: false, lowS: true });
  const { r, s } = p256.Signature.fromBytes(low, 'compact');
  const high = new p256.Signature(r, p256.Point.Fn.ORDER - s).toBytes('compact');
  for (const signature of [low, high]) {
    expect(await contract.call('verify', Buffer.concat([signature, key, message]))).toBe('1');
    expect(await contract.call('verify', Buffer.concat([signature, key, digest('b')]))).toBe('0');
  }
  const tooShort = Buffer.concat([low, key, message.subarray(0, 15)]);
  expect(await contract.call('verify', tooShort)).toBe('0');
});

test('a contract adds gas keys to its account and funds one', async () => {
  const [full, calls] = ['full', 'calls'].map((name) => developmentKey(name).publicKey);
  const bytes = (key = '') =>
    Buffer.concat([Buffer.of(0), parsePublicKey(key)?.bytes ?? Buffer.alloc(0)]);
  await contract.call('add_keys', Buffer.concat([bytes(full), bytes(calls)]));
  const keyOf = (key = '') => node.devnet.inspect().accessKey(contract.id, key);
  expect(keyOf(full)?.gasKey).toMatchObject({ balanceYocto: 10n ** 18n });
  expect(keyOf(full)?.gasKey?.nonces).toHaveLength(3);
  expect(keyOf(calls)?.permission).toMatchObject({
    receiverId: contract.id,
    methodNames: ['chain'],
  });
  expect(keyOf(calls)?.gasKey?.nonces).toHaveLength(2);
});

test('a promise yields under a name, one at a time', async () => {
  const name = digest('a name');
  const wake = (id: Buffer, what: string) =>
    contract.call('wake', Buffer.concat([id, Buffer.from(what)]));
  const sleeping = contract.answer('sleep', name, { blocks: 4 });
  expect(await wake(name, 'morning')).toBe('1');
  const { result } = await sleeping;
  expect(Buffer.from(result.status.SuccessValue ?? '', 'base64').toString()).toBe('morning');
  expect(await wake(name, 'again')).toBe('0');
  void contract.answer('sleep', name, { blocks: 4 });
  expect(await contract.call('sleep', name)).toBe('taken');
  expect(await wake(digest('another'), 'no')).toBe('0');
  expect(await wake(name, 'at last')).toBe('1');
});
