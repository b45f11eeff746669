import { type CallContext, ContractPanic } from '../rules/contract.ts';

/** Bytes one registered account takes in the standard implementation: 0.00125 NEAR. */
export const REGISTRATION_STORAGE_BYTES = 125;
export const REGISTRATION_DEPOSIT_YOCTO = 1_250_000_000_000_000_000_000n;

/** The key of the total supply in a token's data. */
export const SUPPLY_KEY = 'supply';
/** The key of an account's balance in the contract's data; present means registered. */
export const balanceKey = (accountId: string) => `balance:${accountId}`;

/** Registers an account with a balance of 0. The caller sees to the payment of its storage. */
export function register(context: CallContext, accountId: string): void {
  context.setData(balanceKey(accountId), 0n);
  context.addStorageBytes(REGISTRATION_STORAGE_BYTES);
}

/** Returns NEAR to the caller in a separate receipt. */
export function payBack(context: CallContext, amountYocto: bigint): void {
  if (amountYocto === 0n) return;
  context.schedule({ type: 'transfer', receiverId: context.predecessorId, amountYocto });
}

/** The balance of an account; panics if the account is not registered. */
export function requireBalance(context: CallContext, accountId: string): bigint {
  const balance = context.data(balanceKey(accountId));
  if (balance === undefined) throw new ContractPanic(notRegistered(accountId));
  return balance;
}

/** Panics unless one yocto is attached: only a full access key can attach a deposit. */
export function requireOneYocto(context: CallContext): void {
  if (context.depositYocto !== 1n) {
    throw new ContractPanic('Requires attached deposit of exactly 1 yoctoNEAR');
  }
}

/** The standard's text for an account without registration. */
export function notRegistered(accountId: string): string {
  return `The account ${accountId} is not registered`;
}
