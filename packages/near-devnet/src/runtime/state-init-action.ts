import type { ProtocolConfig } from '../rules/protocol-config.ts';
import type { Action } from '../rules/transaction.ts';
import type { ActionReceipt, ErrorJson } from '../state/receipt.ts';
import { type State, storageShortfallYocto } from '../state/state.ts';
import { applyGlobalContract } from './deploy-actions.ts';
import { type ActionRun, refundDraft } from './receipt-progress.ts';

/**
 * Initialises a deterministic account (NEP-616) with its code and data; an account that has code is left unchanged. The
 * account keeps as much of the deposit as its storage needs; the rest is refunded.
 */
export function initState(
  config: ProtocolConfig,
  state: State,
  receipt: ActionReceipt,
  action: Extract<Action, { type: 'DeterministicStateInit' }>,
  { progress }: ActionRun,
): ErrorJson | null {
  const { receiverId } = receipt;
  if (state.account(receiverId) === undefined) {
    state.setAccount(receiverId, {
      amountYocto: 0n,
      lockedYocto: 0n,
      storageUsage: config.accountStorageBytes,
      contract: null,
      publicKeys: [],
    });
  }
  const error = deploy(config, state, receiverId, action);
  if (error !== null) return error;
  const account = state.account(receiverId);
  if (account === undefined) return null;
  const missingYocto = storageShortfallYocto(config, account);
  const { depositYocto } = action;
  const spareYocto = missingYocto < depositYocto ? depositYocto - missingYocto : 0n;
  const keptYocto = depositYocto - spareYocto;
  state.setAccount(receiverId, { ...account, amountYocto: account.amountYocto + keptYocto });
  if (spareYocto > 0n) {
    const refundToId = receipt.refundToId ?? receipt.predecessorId;
    progress.drafts.push(refundDraft(refundToId, spareYocto));
  }
  return null;
}

function deploy(
  config: ProtocolConfig,
  state: State,
  accountId: string,
  { identifier, data }: Extract<Action, { type: 'DeterministicStateInit' }>,
): ErrorJson | null {
  if (state.account(accountId)?.contract !== null) return null;
  const error = applyGlobalContract(state, accountId, identifier);
  if (error !== null) return error;
  let bytes = 0;
  for (const [key, value] of data) {
    state.setStorageValue(accountId, Buffer.from(key).toString('latin1'), value.slice());
    bytes += key.length + value.length + config.recordStorageBytes;
  }
  const account = state.account(accountId);
  if (account !== undefined) {
    state.setAccount(accountId, { ...account, storageUsage: account.storageUsage + bytes });
  }
  return null;
}
