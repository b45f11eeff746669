import type { ProtocolConfig } from '../rules/protocol-config.ts';
import { heldYocto } from '../runtime/runtime.ts';
import type { Receipt } from '../state/receipt.ts';
import type { State } from '../state/state.ts';

/** The sum of all balances, including locked ones and those of gas keys. */
export function balancesYocto({ accounts, accessKeys }: State): bigint {
  let total = 0n;
  for (const [, { amountYocto, lockedYocto }] of accounts.entries()) {
    total += amountYocto + lockedYocto;
  }
  for (const [, { gasKey }] of accessKeys.entries()) {
    if (gasKey !== undefined) total += gasKey.balanceYocto;
  }
  return total;
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
