import { createHash } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { ripemd160 } from '@noble/hashes/legacy.js';
import { keccak_256, keccak_512 } from '@noble/hashes/sha3.js';
import { isSignatureValid, publicKeyText } from '../bytes/public-key.ts';
import type { HostCost } from '../rules/host-costs.ts';
import { addAltBn128Functions } from './alt-bn128-functions.ts';
import { addBls12381Functions } from './bls12381-functions.ts';
import type { HostCall, HostFunctionTable } from './host-call.ts';
import { HostError } from './host-error.ts';

/** Hashes, signatures and curves. */
export function addMathFunctions(table: HostFunctionTable, call: HostCall): void {
  addHashes(table, call);
  addSignatures(table, call);
  addAltBn128Functions(table, call);
  addBls12381Functions(table, call);
}

function addHashes(table: HostFunctionTable, { gas, memory }: HostCall): void {
  const hash = (
    name: string,
    [base, piece]: readonly [HostCost, HostCost],
    of: (bytes: Uint8Array) => Uint8Array,
    piecesOf = (length: number) => length,
  ) => {
    table.free(name, 'jjj>', (length = 0n, pointer = 0n, register = 0n) => {
      gas.pay(base);
      const bytes = memory.read(pointer, length);
      gas.pay(piece, piecesOf(bytes.length));
      memory.setRegister(register, of(bytes));
    });
  };
  hash('sha256', ['sha256_base', 'sha256_byte'], (bytes) =>
    createHash('sha256').update(bytes).digest(),
  );
  hash('keccak256', ['keccak256_base', 'keccak256_byte'], (bytes) => keccak_256(bytes));
  hash('keccak512', ['keccak512_base', 'keccak512_byte'], (bytes) => keccak_512(bytes));
  hash(
    'ripemd160',
    ['ripemd160_base', 'ripemd160_block'],
    (bytes) => ripemd160(bytes),
    // With its padding and length the message fills whole blocks of 64 bytes.
    (length) => Math.floor((length + 8) / 64) + 1,
  );
}

function addSignatures(table: HostFunctionTable, call: HostCall): void {
  const { gas, memory } = call;
  table.free('ed25519_verify', 'jjjjjj>j', (...parameters) => {
    const [signatureLength = 0n, signaturePointer = 0n, length = 0n, pointer = 0n] = parameters;
    const [, , , , keyLength = 0n, keyPointer = 0n] = parameters;
    gas.pay('ed25519_verify_base');
    const signature = memory.read(signaturePointer, signatureLength);
    if (signature.length !== 64) throw ed25519Error('invalid signature length');
    // A scalar below the order of the group has none of these bits.
    if (((signature[63] ?? 0) & 0b1110_0000) !== 0) return 0;
    const message = memory.read(pointer, length);
    gas.pay('ed25519_verify_byte', message.length);
    const key = memory.read(keyPointer, keyLength);
    if (key.length !== 32) throw ed25519Error('invalid public key length');
    return isSignatureValid(publicKeyText(0, key), { curve: 0, bytes: signature }, message) ? 1 : 0;
  });
  table.free('p256_verify', 'jjjjjj>j', (...parameters) => {
    const [signatureLength = 0n, signaturePointer = 0n, length = 0n, pointer = 0n] = parameters;
    const [, , , , keyLength = 0n, keyPointer = 0n] = parameters;
    gas.pay('p256_verify_base');
    const signature = memory.read(signaturePointer, signatureLength);
    if (signature.length !== 64) throw p256Error('invalid signature length');
    const digest = memory.read(pointer, length);
    gas.pay('p256_verify_byte', digest.length);
    const key = memory.read(keyPointer, keyLength);
    if (key.length !== 33) throw p256Error('invalid public key length');
    return isP256Valid(signature, digest, key) ? 1 : 0;
  });
  table.free('ecrecover', 'jjjjjjj>j', (...parameters) => {
    const [hashLength = 0n, hashPointer = 0n, length = 0n, pointer = 0n] = parameters;
    const [, , , , recovery = 0n, malleability = 0n, register = 0n] = parameters;
    gas.pay('ecrecover_base');
    const signature = memory.read(pointer, length);
    if (signature.length !== 64) {
      throw ecrecoverError(
        `The length of the signature: ${signature.length}, exceeds the limit of 64 bytes`,
      );
    }
    if (recovery >= 4n) {
      throw ecrecoverError(`V recovery byte 0 through 3 are valid but was provided ${recovery}`);
    }
    const hash = memory.read(hashPointer, hashLength);
    if (hash.length !== 32) {
      throw ecrecoverError(`The length of the hash: ${hash.length}, exceeds the limit of 32 bytes`);
    }
    if (malleability > 1n) {
      throw ecrecoverError(`Malleability flag needs to be 0 or 1, but is instead ${malleability}`);
    }
    const key = recoverKey(signature, hash, Number(recovery), malleability === 1n);
    if (key === null) return 0;
    memory.setRegister(register, key);
    return 1;
  });
}

/** The 64 bytes of the key that made a signature, or null. */
function recoverKey(
  signature: Uint8Array,
  hash: Uint8Array,
  recovery: number,
  mustBeLow: boolean,
): Uint8Array | null {
  try {
    const parsed = secp256k1.Signature.fromBytes(signature, 'compact');
    if (mustBeLow && parsed.hasHighS()) return null;
    return parsed.addRecoveryBit(recovery).recoverPublicKey(hash).toBytes(false).subarray(1);
  } catch {
    return null;
  }
}

/** Whether a compressed key of the curve P-256 signed this digest. */
function isP256Valid(signature: Uint8Array, digest: Uint8Array, key: Uint8Array): boolean {
  // A digest must have at least half the bytes of a scalar.
  if (digest.length < 16) return false;
  try {
    return p256.verify(signature, digest, key, { prehash: false, lowS: false });
  } catch {
    return false;
  }
}

function p256Error(message: string): HostError {
  const text = `P256 signature verification error: ${message}`;
  return new HostError('P256VerifyInvalidInput', text, { msg: message });
}

function ed25519Error(message: string): HostError {
  const text = `ED25519 signature verification error: ${message}`;
  return new HostError('Ed25519VerifyInvalidInput', text, { msg: message });
}

function ecrecoverError(message: string): HostError {
  return new HostError('ECRecoverError', `ECDSA recover error: ${message}`, { msg: message });
}
