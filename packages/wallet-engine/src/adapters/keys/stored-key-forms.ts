import type { KeyBinding } from '../../ports/key-vault.ts';

const purpose = "a wallet's private key";
const nonceLength = 12;
const tagLength = 16;

/** How a stored key is protected, and what it is bound to. */
export type StoredForm = {
  /** Version of the master key; 0 for keys older than versions. */
  version: number;
  boundTo: 'wallet' | 'account' | 'nothing';
} & (
  | { kind: 'encrypted'; nonce: Uint8Array; text: Uint8Array; tag: Uint8Array }
  | { kind: 'sealed'; sealed: Uint8Array }
);

/** Prefix of a key encrypted under this version: `v1.2.`. The older form, bound to the account alone, is `v1.`. */
export function encryptedForm(version: number): string {
  return `v${version}.2.`;
}

/** Prefix of a key sealed to this version. */
export function sealedForm(version: number): string {
  return `v${version}.s.`;
}

/** Additional authenticated data; a JSON list, so that no two bindings encode to the same text. */
export function additionalDataOf(boundTo: 'wallet' | 'account', binding: KeyBinding): Uint8Array {
  const { deploymentId, walletId, accountId } = binding;
  if (boundTo === 'account') return new TextEncoder().encode(accountId);
  const list = JSON.stringify([purpose, deploymentId, walletId, accountId]);
  return new TextEncoder().encode(list);
}

/** @returns null when the text is not a stored key of ours */
export function readStoredForm(stored: string): StoredForm | null {
  const [, digits, form, base64url = ''] = /^v([1-9]\d*)\.([2s]\.)?([\w-]+)$/.exec(stored) ?? [];
  if (digits !== undefined) {
    const version = Number(digits);
    const bytes = Buffer.from(base64url, 'base64url');
    if (form === 's.') return { kind: 'sealed', version, boundTo: 'wallet', sealed: bytes };
    return {
      kind: 'encrypted',
      version,
      boundTo: form ? 'wallet' : 'account',
      nonce: bytes.subarray(0, nonceLength),
      text: bytes.subarray(nonceLength, -tagLength),
      tag: bytes.subarray(-tagLength),
    };
  }
  // The form without a version: `nonce:tag:ciphertext` in hex, bound to nothing.
  const [, nonce = '', tag = '', text = ''] =
    /^([\da-f]{24}):([\da-f]{32}):([\da-f]+)$/i.exec(stored) ?? [];
  if (nonce === '') return null;
  return {
    kind: 'encrypted',
    version: 0,
    boundTo: 'nothing',
    nonce: Buffer.from(nonce, 'hex'),
    tag: Buffer.from(tag, 'hex'),
    text: Buffer.from(text, 'hex'),
  };
}
