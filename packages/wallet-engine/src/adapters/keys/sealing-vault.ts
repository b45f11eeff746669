import { randomBytes as systemRandomBytes } from 'node:crypto';
import { ServiceError } from '../../core/errors.ts';
import type { KeyVault, SealingKey } from '../../ports/key-vault.ts';
import { Ed25519Key } from './ed25519-key.ts';
import { sealTo } from './hpke-sealing.ts';
import { additionalDataOf, sealedForm } from './stored-key-forms.ts';

/**
 * For a process without secrets: it generates wallet keys and seals them to the workers, which alone can open
 * them. It can do nothing else that a vault does.
 */
export function createSealingVault({
  sealingKey,
  randomBytes = systemRandomBytes,
}: {
  sealingKey: SealingKey;
  randomBytes?: (size: number) => Uint8Array;
}): KeyVault {
  const { version } = sealingKey;
  const refuse = (what: string): ServiceError =>
    new ServiceError(
      'KEYS_ELSEWHERE',
      `this process holds no key that ${what}: a worker does this`,
    );
  return {
    opensKeys: false,
    versions: [],
    encryptionVersion: version,
    currentForms: [sealedForm(version)],
    sealingKey: () => sealingKey,

    async createWalletKey(binding) {
      const seed = randomBytes(32);
      const publicKey = new Ed25519Key(seed).publicKeyText;
      const additionalData = additionalDataOf('wallet', binding);
      const sealed = await sealTo(sealingKey, { plaintext: seed, additionalData });
      // A later read of this memory finds no wallet key.
      seed.fill(0);
      const encryptedPrivateKey = `${sealedForm(version)}${sealed.toString('base64url')}`;
      return { publicKey, encryptedPrivateKey };
    },

    async verifyWalletKey() {
      throw refuse('decrypts those of wallets');
    },
    async reencryptWalletKey() {
      throw refuse('decrypts those of wallets');
    },
    async exportPrivateKey() {
      throw refuse('decrypts those of wallets');
    },
    masterKeyProof() {
      throw refuse('encrypts');
    },
    lanePublicKey() {
      throw refuse('signs');
    },
    async signTransaction() {
      throw refuse('signs');
    },
  };
}
