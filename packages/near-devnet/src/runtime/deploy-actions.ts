import { hashToBase58, sha256 } from '../bytes/hash.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';
import type { Action } from '../rules/transaction.ts';
import { type ContractReference, globalCodeKey } from '../state/contract-reference.ts';
import type { ErrorJson } from '../state/receipt.ts';
import type { State } from '../state/state.ts';
import type { ActionRun } from './receipt-progress.ts';

/** Deploys code to an account. The code is checked when it is called, not before. */
export function deployContract(state: State, accountId: string, code: Uint8Array): null {
  const account = state.account(accountId);
  if (account === undefined) return null;
  const reference = { kind: 'local', hash: sha256(code), codeLength: code.length } as const;
  state.setContract(accountId, account, reference);
  state.codes.set(`local ${accountId}`, code.slice());
  return null;
}

/** Publishes global code permanently; the account pays for its bytes. */
export function deployGlobalContract(
  config: ProtocolConfig,
  state: State,
  accountId: string,
  action: Extract<Action, { type: 'DeployGlobalContract' }>,
  { progress }: ActionRun,
): ErrorJson | null {
  const account = state.account(accountId);
  if (account === undefined) return { AccountDoesNotExist: { account_id: accountId } };
  const costYocto = BigInt(action.code.length) * config.globalCodePricePerByteYocto;
  if (account.amountYocto < costYocto) {
    return { LackBalanceForState: { account_id: accountId, amount: costYocto.toString() } };
  }
  state.setAccount(accountId, { ...account, amountYocto: account.amountYocto - costYocto });
  progress.burntYocto += costYocto;
  const identifier = action.byAccountId ? { accountId } : { hash: sha256(action.code) };
  state.codes.set(globalCodeKey(identifier), action.code.slice());
  return null;
}

/** Makes an account use global code. */
export function applyGlobalContract(
  state: State,
  accountId: string,
  identifier: Uint8Array | string,
): ErrorJson | null {
  const account = state.account(accountId);
  if (account === undefined) return { AccountDoesNotExist: { account_id: accountId } };
  const reference: ContractReference =
    typeof identifier === 'string'
      ? { kind: 'global-account', accountId: identifier }
      : { kind: 'global', hash: Buffer.from(identifier).toString('hex') };
  const key = globalCodeKey(
    reference.kind === 'global' ? { hash: reference.hash } : { accountId: reference.accountId },
  );
  if (state.codes.get(key) === undefined) {
    const shown =
      typeof identifier === 'string' ? { AccountId: identifier } : codeHashOf(identifier);
    return { GlobalContractDoesNotExist: { identifier: shown } };
  }
  state.setContract(accountId, account, reference);
  return null;
}

function codeHashOf(identifier: Uint8Array): ErrorJson {
  return { CodeHash: hashToBase58(Buffer.from(identifier).toString('hex')) };
}
