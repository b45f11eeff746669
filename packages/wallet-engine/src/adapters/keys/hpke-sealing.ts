import { createPrivateKey, createPublicKey, hkdfSync } from 'node:crypto';
import type { SealingKey } from '../../ports/key-vault.ts';
import type { MasterKey } from '../../ports/master-keys.ts';

/** RFC 8410: everything of an X25519 private key in PKCS #8 but its 32 bytes. */
const pkcs8Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
const encapsulatedLength = 32;
const purpose = new TextEncoder().encode('choonsim/sealed-wallet-key');
const senderKeyId = new TextEncoder().encode('choonsim/sealing-process');

/**
 * HPKE (RFC 9180), mode PSK: X25519, HKDF-SHA256, AES-256-GCM, by `@hpke/core` over WebCrypto. Loaded on
 * first use: a process that seals nothing need not install it.
 */
async function suite() {
  const { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } = await import('@hpke/core');
  return new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
}

/** The private half is derived from the master key: no other secret is needed. */
function privateBytesOf({ key }: MasterKey): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), 'choonsim/sealing-key', 32));
}

function senderBytesOf({ key }: MasterKey): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), 'choonsim/sealing-sender', 32));
}

/** What seals keys for this master key. */
export function sealingKeyOf(masterKey: MasterKey): SealingKey {
  const privateKey = createPrivateKey({
    key: Buffer.concat([pkcs8Prefix, privateBytesOf(masterKey)]),
    format: 'der',
    type: 'pkcs8',
  });
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  const senderKey = Buffer.from(senderBytesOf(masterKey)).toString('base64url');
  return { version: masterKey.version, publicKey: String(x), senderKey };
}

/** @returns the encapsulated key and the ciphertext, one behind the other */
export async function sealTo(
  { publicKey, senderKey }: SealingKey,
  { plaintext, additionalData }: { plaintext: Uint8Array; additionalData: Uint8Array },
): Promise<Buffer> {
  const { kem, seal } = await bound();
  const recipientPublicKey = await kem.deserializePublicKey(bytesOf(publicKey));
  const psk = { id: senderKeyId, key: bytesOf(senderKey) };
  const sender = { recipientPublicKey, info: purpose, psk };
  const sealed = await seal(sender, plaintext, additionalData);
  return Buffer.concat([Buffer.from(sealed.enc), Buffer.from(sealed.ct)]);
}

/** @throws when it was sealed for another key, without the sender key, or with other additional data */
export async function openSealed(
  masterKey: MasterKey,
  { sealed, additionalData }: { sealed: Uint8Array; additionalData: Uint8Array },
): Promise<Uint8Array> {
  const { open } = await bound();
  let recipientKey = recipientKeys.get(masterKey);
  if (!recipientKey) {
    recipientKey = importKeys(masterKey);
    recipientKeys.set(masterKey, recipientKey);
  }
  const enc = sealed.slice(0, encapsulatedLength);
  const text = sealed.slice(encapsulatedLength);
  const psk = { id: senderKeyId, key: senderBytesOf(masterKey) };
  const recipient = { recipientKey: await recipientKey, enc, info: purpose, psk };
  return new Uint8Array(await open(recipient, text, additionalData));
}

/** Key pairs cached per master key: deriving and importing one takes as long as opening a ciphertext. */
const recipientKeys = new WeakMap<MasterKey, ReturnType<typeof importKeys>>();

async function importKeys(masterKey: MasterKey) {
  const { kem } = await bound();
  return {
    privateKey: await kem.deserializePrivateKey(privateBytesOf(masterKey)),
    publicKey: await kem.deserializePublicKey(bytesOf(sealingKeyOf(masterKey).publicKey)),
  };
}

async function bound() {
  const hpke = await suite();
  return { kem: hpke.kem, seal: hpke.seal.bind(hpke), open: hpke.open.bind(hpke) };
}

function bytesOf(base64url: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64url, 'base64url'));
}
