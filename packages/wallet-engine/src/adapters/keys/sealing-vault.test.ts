import { KeyPair } from 'near-api-js';
import { describe, expect, it } from 'vitest';
import { suiteTerms } from '../../testing/suites/key-vault-suite.ts';
import { createAesKeyVault } from './aes-key-vault.ts';
import { createSealingVault } from './sealing-vault.ts';

const servicePrivateKey = KeyPair.fromRandom('ed25519').toString();
const masterKey = { version: 3, key: new Uint8Array(32).fill(1) };
const newerKey = { version: 4, key: new Uint8Array(32).fill(2) };
const binding = { deploymentId: 'one', walletId: 'ann', accountId: 'ann.service.near' };
const unreadable = expect.objectContaining({ code: 'WALLET_KEY_UNREADABLE' });

const vaultOf = (...masterKeys: (typeof masterKey)[]) =>
  createAesKeyVault({ masterKeys, servicePrivateKey, terms: suiteTerms });
const sealing = () => createSealingVault({ sealingKey: vaultOf(masterKey).sealingKey() });

describe('a vault that only seals', () => {
  it('generates keys that the holder of the master key opens and re-encrypts', async () => {
    const key = { ...binding, ...(await sealing().createWalletKey(binding)) };
    expect(key.encryptedPrivateKey).toMatch(/^v3\.s\.[\w-]+$/);
    const vault = vaultOf(newerKey, masterKey);
    expect(await vault.verifyWalletKey(key)).toEqual({ version: 3 });
    expect(await vault.exportPrivateKey(key)).toMatch(/^ed25519:/);
    const encryptedPrivateKey = await vault.reencryptWalletKey(key);
    expect(encryptedPrivateKey).toMatch(/^v4\.2\./);
    await vaultOf(newerKey).verifyWalletKey({ ...key, encryptedPrivateKey });
  });

  it('generates a different one each time, in a form that its workers keep', async () => {
    const keys = await Promise.all(
      Array.from({ length: 5 }, () => sealing().createWalletKey(binding)),
    );
    expect(new Set(keys.map(({ publicKey }) => publicKey)).size).toBe(5);
    expect(new Set(keys.map((key) => key.encryptedPrivateKey)).size).toBe(5);
    const [first] = keys;
    const { currentForms } = vaultOf(masterKey);
    expect(currentForms.some((form) => first?.encryptedPrivateKey.startsWith(form))).toBe(true);
  });

  it.each([{ deploymentId: 'two' }, { walletId: 'bob' }, { accountId: 'bob.service.near' }])(
    'seals for one wallet of one deployment: %j',
    async (other) => {
      const key = { ...binding, ...(await sealing().createWalletKey(binding)) };
      await expect(vaultOf(masterKey).verifyWalletKey({ ...key, ...other })).rejects.toThrow(
        unreadable,
      );
    },
  );

  it('seals to one master key, of one version', async () => {
    const key = { ...binding, ...(await sealing().createWalletKey(binding)) };
    const another = vaultOf({ version: 3, key: newerKey.key });
    await expect(another.verifyWalletKey(key)).rejects.toThrow(unreadable);
    await expect(vaultOf(newerKey).verifyWalletKey(key)).rejects.toThrow(
      expect.objectContaining({ code: 'MASTER_KEY_MISSING' }),
    );
  });

  it('rejects a sealed key whose bytes were changed, and another key pair', async () => {
    const vault = vaultOf(masterKey);
    const key = { ...binding, ...(await sealing().createWalletKey(binding)) };
    const { encryptedPrivateKey: sealed, publicKey } = key;
    const changed = [8, 60, sealed.length - 3].map((at) =>
      sealed.slice(0, at).concat(sealed[at] === 'a' ? 'b' : 'a', sealed.slice(at + 1)),
    );
    for (const each of [...changed, 'v3.s.', 'v3.s.AAAA', sealed.slice(0, -4)]) {
      const opening = vault.verifyWalletKey({ ...key, encryptedPrivateKey: each });
      await expect(opening, each).rejects.toThrow(unreadable);
    }
    const other = await sealing().createWalletKey(binding);
    await expect(vault.verifyWalletKey({ ...binding, ...other, publicKey })).rejects.toThrow(
      unreadable,
    );
  });

  it('rejects keys sealed with the public key alone', async () => {
    const { version, publicKey } = vaultOf(masterKey).sealingKey();
    const { senderKey } = vaultOf(newerKey).sealingKey();
    const stranger = createSealingVault({ sealingKey: { version, publicKey, senderKey } });
    const key = { ...binding, ...(await stranger.createWalletKey(binding)) };
    await expect(vaultOf(masterKey).verifyWalletKey(key)).rejects.toThrow(unreadable);
  });

  it('opens, proves and signs nothing', async () => {
    const vault = sealing();
    const key = { ...binding, ...(await vault.createWalletKey(binding)) };
    const elsewhere = expect.objectContaining({ code: 'KEYS_ELSEWHERE', pause: null });
    for (const use of ['verifyWalletKey', 'reencryptWalletKey', 'exportPrivateKey'] as const) {
      await expect(vault[use](key)).rejects.toThrow(elsewhere);
    }
    const lane = { deploymentId: 'one', laneNumber: 0 };
    expect(() => vault.lanePublicKey(lane)).toThrow(elsewhere);
    expect(() => vault.masterKeyProof({ version: 3, salt: '' })).toThrow(elsewhere);
    const signing = vault.signTransaction({
      ...{ ...lane, nonce: 1, plan: { kind: 'noop' } },
      reference: { height: 1, hash: '11111111111111111111111111111111' },
    });
    await expect(signing).rejects.toThrow(elsewhere);
  });
});
