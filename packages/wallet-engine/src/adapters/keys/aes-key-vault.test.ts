import { createCipheriv, createHash } from 'node:crypto';
import { baseEncode, decodeSignedTransaction, encodeTransaction, KeyPair } from 'near-api-js';
import { describe, expect, it } from 'vitest';
import { describeKeyVault, suiteTerms } from '../../testing/suites/key-vault-suite.ts';
import { createAesKeyVault } from './aes-key-vault.ts';

const serviceKey = KeyPair.fromRandom('ed25519').toString();
const oldKey = { version: 1, key: new Uint8Array(32).fill(1) };
const newKey = { version: 2, key: new Uint8Array(32).fill(2) };
const unversioned = { version: 0, key: new Uint8Array(32).fill(3) };
const account = { accountId: 'ann.service.near' };

const vaultOf = (...masterKeys: (typeof oldKey)[]) =>
  createAesKeyVault({ masterKeys, servicePrivateKey: serviceKey, terms: suiteTerms });

describeKeyVault({ name: 'AES-256-GCM', create: () => vaultOf(oldKey) });

describe('an AES key vault', () => {
  it('encrypts under the first master key and opens under all of them (rotation)', () => {
    const before = vaultOf(oldKey).createWalletKey(account);
    const after = vaultOf(newKey, oldKey).createWalletKey(account);
    expect(before.encryptedPrivateKey).toMatch(/^v1\./);
    expect(after.encryptedPrivateKey).toMatch(/^v2\./);
    for (const key of [before, after]) {
      vaultOf(newKey, oldKey).verifyWalletKey({ ...account, ...key });
    }
    const forgotten = () => vaultOf(oldKey).verifyWalletKey({ ...account, ...after });
    expect(forgotten).toThrow(/no master key of version 2/);
  });

  it('opens nothing under another master key of the same version', () => {
    const key = vaultOf(oldKey).createWalletKey(account);
    const other = vaultOf({ version: 1, key: newKey.key });
    expect(() => other.verifyWalletKey({ ...account, ...key })).toThrow(/does not open/);
  });

  it('opens what was stored before ciphertexts carried a version', () => {
    const key = KeyPair.fromRandom('ed25519');
    const nonce = new Uint8Array(12).fill(9);
    const cipher = createCipheriv('aes-256-gcm', unversioned.key, nonce);
    const text = Buffer.concat([cipher.update(key.toString(), 'utf8'), cipher.final()]);
    const encryptedPrivateKey = [Buffer.from(nonce), cipher.getAuthTag(), text]
      .map((part) => part.toString('hex'))
      .join(':');
    const stored = {
      ...account,
      publicKey: key.getPublicKey().toString(),
      encryptedPrivateKey,
    };
    vaultOf(oldKey, unversioned).verifyWalletKey(stored);
    expect(() => vaultOf(oldKey).verifyWalletKey(stored)).toThrow(/no master key of version 0/);
  });

  it('never uses a nonce twice, and stores no key in the clear', () => {
    const vault = vaultOf(oldKey);
    const nonces = new Set<string>();
    for (let times = 0; times < 50; times += 1) {
      const { encryptedPrivateKey } = vault.createWalletKey(account);
      expect(encryptedPrivateKey).not.toContain('ed25519');
      nonces.add(
        Buffer.from(encryptedPrivateKey.slice(3), 'base64url').subarray(0, 12).toString('hex'),
      );
    }
    expect(nonces.size).toBe(50);
  });

  it('refuses to exist without a master key', () => {
    expect(() => vaultOf()).toThrow(/master key/);
  });

  it('has the service key itself as lane 0', () => {
    const laneZero = vaultOf(oldKey).lanePublicKey({ deploymentId: 'any', laneNumber: 0 });
    expect(laneZero).toBe(KeyPair.fromString(serviceKey).getPublicKey().toString());
  });

  it('signs bytes any node can check: hash of the unsigned bytes, signature of the lane key', async () => {
    const vault = vaultOf(oldKey);
    const lane = { deploymentId: 'one', laneNumber: 3 };
    const { hash, publicKey, signedBytes } = await vault.signTransaction({
      ...lane,
      nonce: 42,
      plan: { kind: 'noop' },
      reference: { height: 5, hash: baseEncode(new Uint8Array(32).fill(6)) },
    });
    const { transaction, signature } = decodeSignedTransaction(Buffer.from(signedBytes, 'base64'));
    const digest = createHash('sha256').update(encodeTransaction(transaction)).digest();
    expect(hash).toBe(baseEncode(digest));
    expect(transaction.nonce).toBe(42n);
    expect(transaction.publicKey.toString()).toBe(publicKey);
    const bytes = signature.ed25519Signature?.data;
    expect(bytes && transaction.publicKey.verify(digest, Uint8Array.from(bytes))).toBe(true);
  });
});
