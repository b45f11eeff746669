import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes as systemRandomBytes,
} from 'node:crypto';
import { ServiceError, WalletError } from '../../core/errors.ts';
import type { KeyBinding, KeyVault, StoredKey } from '../../ports/key-vault.ts';
import type { MasterKey } from '../../ports/master-keys.ts';
import { refusalOfPlan, type SigningTerms } from '../../service/signing-policy.ts';
import { transactionOf } from '../../service/transaction-plan.ts';
import { Ed25519Key, secretKeyText } from './ed25519-key.ts';
import { openSealed, sealingKeyOf } from './hpke-sealing.ts';
import { signedTransactionOf } from './signed-transaction.ts';
import {
  additionalDataOf,
  encryptedForm,
  readStoredForm,
  type StoredForm,
  sealedForm,
} from './stored-key-forms.ts';

const cipherName = 'aes-256-gcm';
const nonceLength = 12;

/** Wallet keys under AES-256-GCM (NIST SP 800-38D); the service key and its lanes in memory. */
export function createAesKeyVault({
  masterKeys,
  servicePrivateKey,
  terms,
  randomBytes = systemRandomBytes,
}: {
  /** The first encrypts, all decrypt. */
  masterKeys: MasterKey[];
  servicePrivateKey: string;
  /** Nothing else is signed. */
  terms: SigningTerms;
  randomBytes?: (size: number) => Uint8Array;
}): KeyVault {
  const [encryptionKey] = masterKeys;
  if (!encryptionKey) throw new Error('a key vault needs at least one master key');
  const laneKey = createLaneKeys(servicePrivateKey);
  const open = (wallet: StoredKey) => openWalletKey(wallet, masterKeys);
  const seal = (text: string, binding: KeyBinding) =>
    sealProven({ text, binding, masterKey: encryptionKey, nonce: randomBytes(nonceLength) });

  return {
    encryptionVersion: encryptionKey.version,

    currentForms: [encryptedForm(encryptionKey.version), sealedForm(encryptionKey.version)],

    opensKeys: true,

    sealingKey: () => sealingKeyOf(encryptionKey),

    reencryptWalletKey: async (wallet) => seal((await open(wallet)).privateKey, wallet),

    async createWalletKey(binding) {
      const text = secretKeyText(randomBytes(32));
      const { publicKeyText: publicKey } = Ed25519Key.fromText(text);
      return { publicKey, encryptedPrivateKey: await seal(text, binding) };
    },

    verifyWalletKey: async (wallet) => ({ version: (await open(wallet)).version }),

    exportPrivateKey: async (wallet) =>
      Ed25519Key.fromText((await open(wallet)).privateKey).exportText(),

    versions: masterKeys.map(({ version }) => version),

    masterKeyProof({ version, salt }) {
      const masterKey = masterKeys.find((each) => each.version === version);
      if (!masterKey) throw new Error(`there is no master key of version ${version}`);
      const text = `choonsim/master-key/${version}/${salt}`;
      return createHmac('sha256', masterKey.key).update(text).digest('base64url');
    },

    lanePublicKey: (lane) => laneKey(lane).publicKeyText,

    async signTransaction({ deploymentId, laneNumber, nonce, plan, reference }) {
      const refusal = refusalOfPlan(plan, terms);
      if (refusal !== null) {
        throw new ServiceError('PLAN_REFUSED', `the key vault refused to sign: ${refusal}`);
      }
      // Without the key we would pay for an account that belongs to a stranger.
      if (plan.kind === 'account') await open(plan.wallet);
      const { serviceAccountId } = terms;
      const keyOf = (number: number) => laneKey({ deploymentId, laneNumber: number });
      const { receiverId, actions } = transactionOf(plan, {
        serviceAccountId,
        laneKey: (number) => keyOf(number).publicKeyText,
      });
      const signed = signedTransactionOf({
        key: keyOf(laneNumber),
        signerId: serviceAccountId,
        ...{ receiverId, nonce, actions, reference },
      });
      return { ...signed, receiverId };
    },
  };
}

type LaneKeys = (lane: { deploymentId: string; laneNumber: number }) => Ed25519Key;

/** Lane 0 is the service account's own key; the others are derived from it, each once. */
function createLaneKeys(servicePrivateKey: string): LaneKeys {
  const ownKey = Ed25519Key.fromText(servicePrivateKey);
  const derived = new Map<string, Ed25519Key>();
  return ({ deploymentId, laneNumber }) => {
    if (laneNumber === 0) return ownKey;
    const info = `choonsim/lane/${laneNumber}`;
    const known = derived.get(`${deploymentId}/${info}`);
    if (known) return known;
    const seed = hkdfSync('sha256', servicePrivateKey, deploymentId, info, 32);
    const key = new Ed25519Key(new Uint8Array(seed));
    derived.set(`${deploymentId}/${info}`, key);
    return key;
  };
}

/**
 * Tries the master key of its version, then every other, since two keys may have been used under one version.
 * @throws WalletError when none opens it, or the plaintext is another key; ServiceError when the master key of
 * its version is not configured
 */
async function openWalletKey(
  wallet: StoredKey,
  masterKeys: MasterKey[],
): Promise<{ privateKey: string; version: number }> {
  const { accountId, publicKey, encryptedPrivateKey } = wallet;
  const stored = readStoredForm(encryptedPrivateKey);
  if (!stored) {
    const message = `the stored private key of ${accountId} has an unknown form`;
    throw new WalletError('WALLET_KEY_UNREADABLE', message);
  }
  const isOfVersion = ({ version }: MasterKey) => version === stored.version;
  if (!masterKeys.some(isOfVersion)) {
    const message = `the private key of ${accountId} is encrypted under master key version ${stored.version}, which this process does not have`;
    throw new ServiceError('MASTER_KEY_MISSING', message);
  }
  const inOrder = [...masterKeys].sort((a, b) => Number(isOfVersion(b)) - Number(isOfVersion(a)));
  for (const masterKey of inOrder) {
    const opened = await openedKey({ stored, binding: wallet, masterKey });
    if (!opened) continue;
    if (opened.publicKey === publicKey) {
      return { privateKey: opened.privateKey, version: masterKey.version };
    }
    const message = `the stored private key of ${accountId} does not fit its public key`;
    throw new WalletError('WALLET_KEY_UNREADABLE', message);
  }
  const message = `the stored private key of ${accountId} cannot be decrypted with the master keys of this process`;
  throw new WalletError('WALLET_KEY_UNREADABLE', message);
}

/**
 * Encrypts, and proves that the stored form opens with this master key alone.
 * @throws WalletError `WALLET_KEY_UNREADABLE` when it gives another text
 */
async function sealProven(parts: Parameters<typeof encrypt>[0]): Promise<string> {
  const { text, binding, masterKey } = parts;
  const encrypted = encrypt(parts);
  const stored = readStoredForm(encrypted);
  const opened = stored && (await privateKeyIn({ stored, binding, masterKey }).catch(() => null));
  if (opened === text) return encrypted;
  const message = `the private key of ${binding.accountId} could not be decrypted again right after its encryption`;
  throw new WalletError('WALLET_KEY_UNREADABLE', message);
}

/** `v<version>.2.<base64url of nonce, ciphertext, tag>`. */
function encrypt({
  text,
  binding,
  masterKey,
  nonce,
}: {
  text: string;
  binding: KeyBinding;
  masterKey: MasterKey;
  nonce: Uint8Array;
}): string {
  const cipher = createCipheriv(cipherName, masterKey.key, nonce);
  cipher.setAAD(additionalDataOf('wallet', binding));
  const sealed = Buffer.concat([
    nonce,
    cipher.update(text, 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return `${encryptedForm(masterKey.version)}${sealed.toString('base64url')}`;
}

async function privateKeyIn({
  stored,
  binding,
  masterKey,
}: {
  stored: StoredForm;
  binding: KeyBinding;
  masterKey: MasterKey;
}): Promise<string> {
  const { boundTo } = stored;
  const additionalData = boundTo === 'nothing' ? null : additionalDataOf(boundTo, binding);
  if (stored.kind === 'sealed') {
    const { sealed } = stored;
    const seed = await openSealed(masterKey, {
      sealed,
      additionalData: additionalData ?? new Uint8Array(),
    });
    return secretKeyText(seed);
  }
  const decipher = createDecipheriv(cipherName, masterKey.key, stored.nonce);
  if (additionalData) decipher.setAAD(additionalData);
  decipher.setAuthTag(stored.tag);
  return Buffer.concat([decipher.update(stored.text), decipher.final()]).toString('utf8');
}

/** @returns null when it cannot be decrypted. The cause may quote key material: it is dropped on purpose. */
async function openedKey(
  parts: Parameters<typeof privateKeyIn>[0],
): Promise<{ privateKey: string; publicKey: string } | null> {
  try {
    const privateKey = await privateKeyIn(parts);
    return { privateKey, publicKey: Ed25519Key.fromText(privateKey).publicKeyText };
  } catch {
    return null;
  }
}
