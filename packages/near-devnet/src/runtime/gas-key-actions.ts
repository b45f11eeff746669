import type { Action } from '../rules/transaction.ts';
import type { ErrorJson } from '../state/receipt.ts';
import type { GasKey, State } from '../state/state.ts';

/** Adds a deposit to the balance of a gas key; any account may send it. */
export function transferToGasKey(
  state: State,
  accountId: string,
  { publicKey, depositYocto }: Extract<Action, { type: 'TransferToGasKey' }>,
): ErrorJson | null {
  const gasKey = state.accessKey(accountId, publicKey)?.gasKey;
  if (gasKey === undefined) return gasKeyDoesNotExist(accountId, publicKey);
  setBalance(state, { accountId, publicKey }, gasKey, gasKey.balanceYocto + depositYocto);
  return null;
}

/** Moves part of a gas key's balance to its account. */
export function withdrawFromGasKey(
  state: State,
  accountId: string,
  { publicKey, amountYocto }: Extract<Action, { type: 'WithdrawFromGasKey' }>,
): ErrorJson | null {
  const account = state.account(accountId);
  const gasKey = state.accessKey(accountId, publicKey)?.gasKey;
  if (account === undefined || gasKey === undefined)
    return gasKeyDoesNotExist(accountId, publicKey);
  if (gasKey.balanceYocto < amountYocto) {
    return {
      InsufficientGasKeyBalance: {
        account_id: accountId,
        public_key: publicKey,
        balance: gasKey.balanceYocto.toString(),
        required: amountYocto.toString(),
      },
    };
  }
  setBalance(state, { accountId, publicKey }, gasKey, gasKey.balanceYocto - amountYocto);
  state.setAccount(accountId, { ...account, amountYocto: account.amountYocto + amountYocto });
  return null;
}

/** The error of deleting gas keys of such a balance, which would be burnt. */
export function gasKeyBalanceTooHigh(
  accountId: string,
  publicKey: string | null,
  balanceYocto: bigint,
): ErrorJson {
  const balance = balanceYocto.toString();
  return { GasKeyBalanceTooHigh: { account_id: accountId, public_key: publicKey, balance } };
}

function gasKeyDoesNotExist(accountId: string, publicKey: string): ErrorJson {
  return { GasKeyDoesNotExist: { account_id: accountId, public_key: publicKey } };
}

function setBalance(
  state: State,
  { accountId, publicKey }: { accountId: string; publicKey: string },
  gasKey: GasKey,
  balanceYocto: bigint,
): void {
  const key = state.accessKey(accountId, publicKey);
  if (key === undefined) return;
  state.setAccessKey(accountId, publicKey, { ...key, gasKey: { ...gasKey, balanceYocto } });
}
