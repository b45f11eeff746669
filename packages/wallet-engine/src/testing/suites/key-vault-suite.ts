import { inspect } from 'node:util';
import { decodeSignedTransaction, KeyPair, type KeyPairString } from 'near-api-js';
import { describe, expect, it } from 'vitest';
import { WalletError } from '../../core/errors.ts';
import type { KeyVault, SigningPlan } from '../../ports/key-vault.ts';
import type { SigningTerms } from '../../service/signing-policy.ts';
import { transactionOf } from '../../service/transaction-plan.ts';
import { SeededRandom } from '../simulator/world/seeded-random.ts';
import { foreignPlan, ownPlan, type PlanScene } from './random-plans.ts';

const account = { deploymentId: 'one', walletId: 'ann', accountId: 'ann.service.near' };
const lane = { deploymentId: 'one', laneNumber: 1 };
const reference = { height: 5, hash: '11111111111111111111111111111111' };

/** Signing terms of the vaults under test. */
export const suiteTerms: SigningTerms = {
  serviceAccountId: 'service.near',
  tokenContract: 'token.near',
  rewardBaseUnits: 100n * 10n ** 18n,
  initialBalanceYocto: 10n ** 23n,
};
const unreadable = expect.objectContaining({ code: 'WALLET_KEY_UNREADABLE', retryable: false });

/** Replaces one character in the middle by another of the same alphabet. */
function tampered(text: string, at: number): string {
  const other = text[at] === 'a' ? 'b' : 'a';
  return text.slice(0, at) + other + text.slice(at + 1);
}

/**
 * The contract of {@link KeyVault}. `create` returns vaults with one service key and one master key that sign
 * under {@link suiteTerms}.
 */
export function describeKeyVault({ name, create }: { name: string; create: () => KeyVault }): void {
  describe(`a key vault: ${name}`, () => {
    it('creates a new key pair each time and can open it again', async () => {
      const vault = create();
      const keys = await Promise.all(
        Array.from({ length: 20 }, () => vault.createWalletKey(account)),
      );
      expect(new Set(keys.map(({ publicKey }) => publicKey)).size).toBe(20);
      expect(new Set(keys.map((key) => key.encryptedPrivateKey)).size).toBe(20);
      for (const key of keys) {
        expect(key.publicKey).toMatch(/^ed25519:[1-9A-HJ-NP-Za-km-z]{43,44}$/);
        await vault.verifyWalletKey({ ...account, ...key });
        await create().verifyWalletKey({ ...account, ...key });
      }
    });

    const elsewhere = [
      { deploymentId: 'two' },
      { walletId: 'bob' },
      { accountId: 'bob.service.near' },
      // As if the parts were concatenated without separators.
      { deploymentId: 'one","ann', walletId: '' },
    ];
    it.each(elsewhere)('opens a key only for its own binding, not for %j', async (other) => {
      const vault = create();
      const key = { ...account, ...(await vault.createWalletKey(account)), ...other };
      for (const use of ['verifyWalletKey', 'reencryptWalletKey', 'exportPrivateKey'] as const) {
        await expect(vault[use](key)).rejects.toThrow(unreadable);
      }
    });

    it("rejects another key pair's ciphertext and every modification", async () => {
      const vault = create();
      const [ann, other] = [
        await vault.createWalletKey(account),
        await vault.createWalletKey(account),
      ];
      const verify = (encryptedPrivateKey: string) =>
        vault.verifyWalletKey({ ...account, publicKey: ann.publicKey, encryptedPrivateKey });
      const { encryptedPrivateKey: sealed } = ann;
      const changed = [5, 10, 40, sealed.length - 12].map((at) => tampered(sealed, at));
      const broken = ['', 'v1.', 'v1', 'v1.2.', sealed.slice(0, -4), '::'];
      // Relabelled as the older form, which binds less.
      const older = sealed.replace(/^(v\d+\.)2\./, '$1');
      for (const each of [other.encryptedPrivateKey, ...changed, ...broken, older]) {
        await expect(verify(each), each).rejects.toThrow(unreadable);
      }
    });

    it('exports a key in the standard form', async () => {
      const vault = create();
      const key = await vault.createWalletKey(account);
      const text = await vault.exportPrivateKey({ ...account, ...key });
      expect(text).toMatch(/^ed25519:[1-9A-HJ-NP-Za-km-z]{86,88}$/);
      const pair = KeyPair.fromString(text as KeyPairString);
      expect(pair.getPublicKey().toString()).toBe(key.publicKey);
    });

    it('reports a missing master key as an error of the process, not of the wallet', async () => {
      const vault = create();
      const { publicKey, encryptedPrivateKey } = await vault.createWalletKey(account);
      const later = encryptedPrivateKey.replace(/^v\d+/, 'v99');
      const older = `${'0a'.repeat(12)}:${'0b'.repeat(16)}:${'0c'.repeat(52)}`;
      for (const use of ['verifyWalletKey', 'reencryptWalletKey', 'exportPrivateKey'] as const) {
        for (const stored of [later, older]) {
          const opening = vault[use]({ ...account, publicKey, encryptedPrivateKey: stored });
          await expect(opening).rejects.toThrow(
            expect.objectContaining({
              ...{ name: 'ServiceError', code: 'MASTER_KEY_MISSING', pause: null },
            }),
          );
        }
      }
    });

    it('names the form in which it stores keys', async () => {
      const vault = create();
      const { encryptedPrivateKey } = await vault.createWalletKey(account);
      const isCurrent = vault.currentForms.some((form) => encryptedPrivateKey.startsWith(form));
      expect(isCurrent).toBe(true);
    });

    it('reveals nothing of a key in its errors', async () => {
      const vault = create();
      const { publicKey, encryptedPrivateKey } = await vault.createWalletKey(account);
      const stranger = { ...account, accountId: 'bob.service.near' };
      const error: unknown = await vault
        .verifyWalletKey({ ...stranger, publicKey, encryptedPrivateKey })
        .catch((thrown) => thrown);
      if (!(error instanceof WalletError)) throw error;
      expect(error.cause).toBeUndefined();
      expect(error.message).not.toContain(encryptedPrivateKey.slice(5));
    });

    it('derives the same lane keys every time, and others for another number or deployment', () => {
      const key = (deploymentId: string, laneNumber: number) =>
        create().lanePublicKey({ deploymentId, laneNumber });
      expect(key('one', 1)).toBe(key('one', 1));
      const keys = [key('one', 0), key('one', 1), key('one', 2), key('one', 12), key('two', 1)];
      expect(new Set(keys).size).toBe(5);
      expect(key('two', 0)).toBe(key('one', 0));
    });

    it('signs the same plan to the same bytes and hash, without any I/O', async () => {
      const vault = create();
      const wallet = { ...account, ...(await vault.createWalletKey(account)) };
      const plan: SigningPlan = { kind: 'account', wallet, balanceYocto: 10n ** 23n };
      const sign = (nonce: number, signer = create()) =>
        signer.signTransaction({ ...lane, nonce, plan, reference });
      const signed = await sign(7);
      expect(await sign(7)).toEqual(signed);
      expect(signed).toMatchObject({
        publicKey: create().lanePublicKey(lane),
        receiverId: account.accountId,
      });
      expect((await sign(8)).hash).not.toBe(signed.hash);
    });

    const sceneOf = async (vault: KeyVault, seed: number): Promise<PlanScene> => {
      const stored = async (walletId: string) => {
        const binding = { ...account, walletId, accountId: `${walletId}.service.near` };
        return { ...binding, ...(await vault.createWalletKey(binding)) };
      };
      return {
        random: new SeededRandom(seed),
        terms: suiteTerms,
        stored: [await stored('ann'), await stored('bob')],
      };
    };

    it('signs every plan of ours, with exactly its actions', async () => {
      const vault = create();
      const scene = await sceneOf(vault, 1);
      for (let nonce = 1; nonce <= 300; nonce += 1) {
        const plan = ownPlan(scene);
        const { signedBytes, receiverId } = await vault.signTransaction({
          ...{ ...lane, nonce, plan, reference },
        });
        const { transaction } = decodeSignedTransaction(Buffer.from(signedBytes, 'base64'));
        const meant = transactionOf(plan, {
          serviceAccountId: suiteTerms.serviceAccountId,
          laneKey: (laneNumber) => vault.lanePublicKey({ ...lane, laneNumber }),
        });
        expect(transaction.signerId).toBe(suiteTerms.serviceAccountId);
        expect([transaction.receiverId, receiverId]).toEqual([meant.receiverId, meant.receiverId]);
        expect(transaction.actions).toHaveLength(meant.actions.length);
      }
    });

    it('rejects a thousand foreign plans', async () => {
      const vault = create();
      const scene = await sceneOf(vault, 2);
      const codes = new Map<string, number>();
      for (let nonce = 1; nonce <= 1_000; nonce += 1) {
        const plan = foreignPlan(scene);
        const refused = await vault
          .signTransaction({ ...lane, nonce, plan, reference })
          .catch((error: unknown) => error);
        const { code } = Object(refused);
        expect(['PLAN_REFUSED', 'WALLET_KEY_UNREADABLE'], inspect(plan)).toContain(code);
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
      expect(codes.get('PLAN_REFUSED')).toBeGreaterThan(500);
      expect(codes.get('WALLET_KEY_UNREADABLE')).toBeGreaterThan(50);
    });
  });
}
