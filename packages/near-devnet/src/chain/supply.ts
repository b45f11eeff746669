import type { ProtocolConfig } from '../rules/protocol-config.ts';
import { heldYocto } from '../runtime/runtime.ts';
import type { Receipt } from '../state/receipt.ts';
import type { AccessKey, Account, State } from '../state/state.ts';

/** The sum of all balances, including locked ones and those of gas keys. */
export function balancesYocto({ accounts, accessKeys }: State): bigint {
  let total = 0n;
  for (const [, account] of accounts.entries()) total += accountYocto(account);
  for (const [, key] of accessKeys.entries()) total += keyYocto(key);
  return total;
}

/** By how much the current block has changed that sum. */
export function changedYocto({ accounts, accessKeys }: State): bigint {
  let total = 0n;
  for (const { before, after } of accounts.changes()) {
    total += accountYocto(after) - accountYocto(before);
  }
  for (const { before, after } of accessKeys.changes()) total += keyYocto(after) - keyYocto(before);
  return total;
}

function accountYocto(account: Account | undefined): bigint {
  return account === undefined ? 0n : account.amountYocto + account.lockedYocto;
}

function keyYocto(key: AccessKey | undefined): bigint {
  return key?.gasKey?.balanceYocto ?? 0n;
}

/** NEAR in receipts: in those given, and in those that the state holds until their input has come. */
export function inFlightYocto(
  config: ProtocolConfig,
  { postponed, yielded }: State,
  receipts: readonly Receipt[],
): bigint {
  let total = 0n;
  for (const receipt of receipts) total += heldYocto(config, receipt);
  for (const [, receipt] of postponed.entries()) total += heldYocto(config, receipt);
  for (const [, { receipt }] of yielded.entries()) total += heldYocto(config, receipt);
  return total;
}
