import { keccak_256 } from '@noble/hashes/sha3.js';

const PATTERN = /^(([a-z\d]+[-_])*[a-z\d]+\.)*([a-z\d]+[-_])*[a-z\d]+$/;

/** Whether the text is an account id by the rules of the protocol: 2 to 64 characters, lower case, no empty part. */
export function isAccountId(text: string): boolean {
  return text.length >= 2 && text.length <= 64 && PATTERN.test(text);
}

/** Whether `accountId` is a direct sub-account of `parentId`, the only one who can create it. */
export function isDirectSubAccount(accountId: string, parentId: string): boolean {
  if (!accountId.endsWith(`.${parentId}`)) return false;
  return !accountId.slice(0, -parentId.length - 1).includes('.');
}

/** Whether the id has no parent. */
export function isTopLevel(accountId: string): boolean {
  return !accountId.includes('.') && accountId !== 'system';
}

/** An id that is itself an ed25519 public key in hex; a transfer to it creates it with that key. */
export function isNearImplicit(accountId: string): boolean {
  return /^[0-9a-f]{64}$/.test(accountId);
}

/** An Ethereum address; a transfer to it creates a wallet contract on a real network. */
export function isEthImplicit(accountId: string): boolean {
  return /^0x[0-9a-f]{40}$/.test(accountId);
}

/** An id derived from a contract state (`0s…`). */
export function isDeterministic(accountId: string): boolean {
  return /^0s[0-9a-f]{40}$/.test(accountId);
}

/** Whether a transfer creates the account, instead of a CreateAccount action. */
export function isImplicit(accountId: string): boolean {
  return isNearImplicit(accountId) || isEthImplicit(accountId) || isDeterministic(accountId);
}

/** The id of the account whose initial code and data are these borsh bytes (NEP-616). */
export function deterministicId(stateInit: Uint8Array): string {
  return `0s${Buffer.from(keccak_256(stateInit).subarray(12)).toString('hex')}`;
}
