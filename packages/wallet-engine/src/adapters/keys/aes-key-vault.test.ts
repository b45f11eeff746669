import { createCipheriv, createHash } from 'node:crypto';
import { baseEncode, decodeSignedTransaction, encodeTransaction, KeyPair } from 'near-api-js';
import { describe, expect, it } from 'vitest';
import { keyOfAccountAlone, openWalletKey } from '../../testing/opened-wallet-key.ts';
import { describeKeyVault, suiteTerms } from '../../testing/suites/key-vault-suite.ts';
import { createAesKeyVault } from './aes-key-vault.ts';

const serviceKey = KeyPair.fromRandom('ed25519').toString();
const oldKey = { version: 1, key: new Uint8Array(32).fill(1) };
const newKey = { version: 2, key: new Uint8Array(32).fill(2) };
const unversioned = { version: 0, key: new Uint8Array(32).fill(3) };
const account = { deploymentId: 'one', walletId: 'ann', accountId: 'ann.service.near' };

const vaultOf = (...masterKeys: (typeof oldKey)[]) =>
  createAesKeyVault({ masterKeys, servicePrivateKey: serviceKey, terms: suiteTerms });

describeKeyVault({ name: 'AES-256-GCM', create: () => vaultOf(oldKey) });

describe('an AES key vault', () => {
  it('encrypts under the first master key and opens under all of them (rotation)', async () => {
    const before = await vaultOf(oldKey).createWalletKey(account);
    const after = await vaultOf(newKey, oldKey).createWalletKey(account);
    expect(before.encryptedPrivateKey).toMatch(/^v1\.2\./);
    expect(after.encryptedPrivateKey).toMatch(/^v2\.2\./);
    for (const key of [before, after]) {
      await vaultOf(newKey, oldKey).verifyWalletKey({ ...account, ...key });
    }
    const forgotten = vaultOf(oldKey).verifyWalletKey({ ...account, ...after });
    await expect(forgotten).rejects.toThrow(
      /master key version 2, which this process does not have/,
    );
  });

  it('binds a key to wallet, account, deployment and purpose', async () => {
    const key = { ...account, ...(await vaultOf(oldKey).createWalletKey(account)) };
    expect(openWalletKey({ ...key, masterKey: oldKey.key })).toMatch(/^ed25519:/);
  });

  it('opens keys bound to the account alone, and converts them to the newest form', async () => {
    const pair = KeyPair.fromRandom('ed25519');
    const stored = {
      ...account,
      publicKey: pair.getPublicKey().toString(),
      encryptedPrivateKey: keyOfAccountAlone({
        ...{ privateKey: pair.toString(), accountId: account.accountId, masterKey: oldKey },
      }),
    };
    const vault = vaultOf(oldKey);
    await vault.verifyWalletKey(stored);
    const elsewhere = { ...stored, accountId: 'bob.service.near' };
    await expect(vault.verifyWalletKey(elsewhere)).rejects.toThrow(/cannot be decrypted/);
    const encryptedPrivateKey = await vault.reencryptWalletKey(stored);
    expect(encryptedPrivateKey).toMatch(/^v1\.2\./);
    await vault.verifyWalletKey({ ...stored, encryptedPrivateKey });
    const another = { ...stored, encryptedPrivateKey, walletId: 'bob' };
    await expect(vault.verifyWalletKey(another)).rejects.toThrow(/cannot be decrypted/);
  });

  it('opens nothing under another master key of the same version', async () => {
    const key = await vaultOf(oldKey).createWalletKey(account);
    const other = vaultOf({ version: 1, key: newKey.key });
    await expect(other.verifyWalletKey({ ...account, ...key })).rejects.toThrow(
      /cannot be decrypted/,
    );
  });

  it('opens keys stored before ciphertexts carried a version', async () => {
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
    await vaultOf(oldKey, unversioned).verifyWalletKey(stored);
    const without = vaultOf(oldKey).verifyWalletKey(stored);
    await expect(without).rejects.toThrow(/master key version 0, which this process does not have/);
  });

  it('never uses a nonce twice, and stores no key in the clear', async () => {
    const vault = vaultOf(oldKey);
    const nonces = new Set<string>();
    for (let times = 0; times < 50; times += 1) {
      const { encryptedPrivateKey } = await vault.createWalletKey(account);
      expect(encryptedPrivateKey).not.toContain('ed25519');
      nonces.add(
        Buffer.from(encryptedPrivateKey.slice('v1.2.'.length), 'base64url')
          .subarray(0, 12)
          .toString('hex'),
      );
    }
    expect(nonces.size).toBe(50);
  });

  it('throws without a master key', () => {
    expect(() => vaultOf()).toThrow(/master key/);
  });

  it('uses the service key itself as lane 0', () => {
    const laneZero = vaultOf(oldKey).lanePublicKey({ deploymentId: 'any', laneNumber: 0 });
    expect(laneZero).toBe(KeyPair.fromString(serviceKey).getPublicKey().toString());
  });

  it('signs bytes that any node can verify: hash of the unsigned bytes, signature of the lane key', async () => {
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
