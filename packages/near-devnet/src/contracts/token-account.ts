import { type CallContext, ContractPanic } from '../rules/contract.ts';

/** Bytes one registered account takes in the standard implementation: 0.00125 NEAR. */
export const REGISTRATION_STORAGE_BYTES = 125;
export const REGISTRATION_DEPOSIT_YOCTO = 1_250_000_000_000_000_000_000n;

/** Where the total supply stands in a token's data. */
export const SUPPLY_KEY = 'supply';
/** Where an account's balance stands in the contract's data; present means registered. */
export const balanceKey = (accountId: string) => `balance:${accountId}`;

/** Registers an account with nothing on it; who pays for its storage is the caller's business. */
export function register(context: CallContext, accountId: string): void {
  context.setData(balanceKey(accountId), 0n);
  context.addStorageBytes(REGISTRATION_STORAGE_BYTES);
}

/** Sends NEAR back to the caller in a receipt of its own. */
export function payBack(context: CallContext, amountYocto: bigint): void {
  if (amountYocto === 0n) return;
  context.schedule({ type: 'transfer', receiverId: context.predecessorId, amountYocto });
}

/** The balance of an account; panics when it is not registered. */
export function requireBalance(context: CallContext, accountId: string): bigint {
  const balance = context.data(balanceKey(accountId));
  if (balance === undefined) throw new ContractPanic(notRegistered(accountId));
  return balance;
}

/** Panics unless the caller signed with a key that may spend: such a key alone can attach a deposit. */
export function requireOneYocto(context: CallContext): void {
  if (context.depositYocto !== 1n) {
    throw new ContractPanic('Requires attached deposit of exactly 1 yoctoNEAR');
  }
}

/** The standard's words for an account without registration. */
export function notRegistered(accountId: string): string {
  return `The account ${accountId} is not registered`;
}
