import type { Hash } from '../bytes/hash.ts';
import type { PromiseResult } from '../rules/contract.ts';
import { receiptGas, totalDepositYocto } from '../rules/fees.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';
import type { Rules } from '../rules/rules.ts';
import type { SignedTransaction } from '../rules/transaction.ts';
import {
  type ActionReceipt,
  type ErrorJson,
  isRefund,
  type Outcome,
  type OutcomeStatus,
  type Receipt,
} from '../state/receipt.ts';
import { type State, storageShortfallYocto } from '../state/state.ts';
import type { BlockContext } from '../vm/call-environment.ts';
import { findReceiptError } from './action-check.ts';
import { applyAction } from './actions.ts';
import { takeAwaiting, takeOrPostpone, takePromiseResults } from './awaited-results.ts';
import { gasShares } from './gas-profile.ts';
import { dataOf, dataReceiptsOf, derivedId, finishDraft } from './new-receipts.ts';
import { newProgress, type Progress } from './receipt-progress.ts';
import { burnPrice, refundsOf } from './receipt-refunds.ts';
import { checkCharge } from './transaction-check.ts';

export interface ReceiptResult {
  /** The transaction of the executed receipt; data may come from another one. */
  readonly txHash: Hash;
  /** Null for a receipt that waits for data, and for a data receipt. */
  readonly outcome: Outcome | null;
  readonly receipts: readonly Receipt[];
  /** Refunds to deleted accounts; not part of any outcome. */
  readonly lostYocto: bigint;
}

/**
 * Charges a transaction and converts it to a receipt. A transaction that has become invalid changes nothing and gets a
 * failed outcome (protocol version 83): its bytes may still execute later.
 */
export function chargeTransaction(
  { config }: Rules,
  state: State,
  tx: SignedTransaction,
  height: number,
): { outcome: Outcome; receipt: ActionReceipt | null } {
  const check = checkCharge(config, state, tx, height);
  if (!check.ok) {
    return {
      outcome: failedTransaction(tx, height, { InvalidTxError: check.error }),
      receipt: null,
    };
  }
  const { cost, account, accessKey } = check.charge;
  state.setAccount(tx.signerId, account);
  state.setAccessKey(tx.signerId, tx.publicKey, accessKey);
  if ('depositError' in check) {
    const failed = failedTransaction(tx, height, { InvalidTxError: check.depositError });
    const burnt = { gasBurnt: cost.gasBurnt, tokensBurntYocto: cost.burntYocto };
    return { outcome: { ...failed, ...burnt }, receipt: null };
  }
  const receipt: ActionReceipt = {
    kind: 'action',
    id: derivedId(tx.hash, height, 0),
    txHash: tx.hash,
    predecessorId: tx.signerId,
    receiverId: tx.receiverId,
    signerId: tx.signerId,
    signerPublicKey: tx.publicKey,
    gasPriceYocto: cost.receiptGasPriceYocto,
    actions: tx.actions,
    inputDataIds: [],
    outputDataReceivers: [],
  };
  const outcome: Outcome = {
    id: tx.hash,
    height,
    executorId: tx.signerId,
    receiptIds: [receipt.id],
    gasBurnt: cost.gasBurnt,
    tokensBurntYocto: cost.burntYocto,
    logs: [],
    status: { type: 'receipt', receiptId: receipt.id },
  };
  return { outcome, receipt };
}

/** The outcome of a transaction that was included but not charged. */
export function failedTransaction(
  tx: SignedTransaction,
  height: number,
  error: ErrorJson,
): Outcome {
  return {
    id: tx.hash,
    height,
    executorId: tx.signerId,
    receiptIds: [],
    gasBurnt: 0n,
    tokensBurntYocto: 0n,
    logs: [],
    status: { type: 'failure', error },
  };
}

/** Executes a receipt, or stores it until its input data have arrived. */
export function executeReceipt(
  rules: Rules,
  state: State,
  receipt: Receipt,
  block: BlockContext,
): ReceiptResult {
  const ready =
    receipt.kind === 'data'
      ? takeAwaiting(state, receipt)
      : takeOrPostpone(rules, state, receipt, block);
  if (ready === null) return { txHash: receipt.txHash, outcome: null, receipts: [], lostYocto: 0n };
  return executeActions(rules, state, ready, block);
}

/** Yocto that a receipt in flight carries: its deposits and its prepaid gas. */
export function heldYocto(config: ProtocolConfig, receipt: Receipt): bigint {
  if (receipt.kind === 'data') return 0n;
  const gas = receiptGas(config, receipt.actions, receipt.receiverId);
  return totalDepositYocto(receipt.actions) + gas * receipt.gasPriceYocto;
}

function executeActions(
  rules: Rules,
  state: State,
  receipt: ActionReceipt,
  block: BlockContext,
): ReceiptResult {
  const { height } = block;
  const promiseResults = takePromiseResults(state, receipt);
  state.begin();
  const existedBefore = state.account(receipt.receiverId) !== undefined;
  const progress = newProgress(rules.config, receipt);
  const error = runActions(rules, state, receipt, { block, progress, promiseResults });
  const isCreated =
    error === null && !existedBefore && state.account(receipt.receiverId) !== undefined;
  if (error === null) state.commit();
  else state.rollback();

  const { drafts: refunds, accountChargeYocto } = isRefund(receipt)
    ? { drafts: [], accountChargeYocto: 0n }
    : refundsOf(rules.config, receipt, { progress, isCreated, hasFailed: error !== null });
  const drafts = error === null ? [...progress.drafts, ...refunds] : refunds;
  const receipts = drafts.map((draft, index) => finishDraft(receipt, draft, height, index));
  const resumed = error === null ? dataOf(receipt, progress, height, receipts.length) : [];
  const burnPriceYocto = burnPrice(rules.config, receipt);
  const rewardYocto = payReward(rules.config, state, receipt, progress, burnPriceYocto);
  const status = statusOf(error, progress, receipts);
  const outcome: Outcome = {
    id: receipt.id,
    height,
    executorId: receipt.receiverId,
    receiptIds: receipts.map(({ id }) => id),
    gasBurnt: progress.gasBurnt,
    tokensBurntYocto:
      burnPriceYocto * progress.gasBurnt +
      accountChargeYocto +
      (error === null ? progress.burntYocto : 0n) -
      rewardYocto,
    logs: progress.logs,
    gasProfile: gasShares(progress.gasProfile),
    status,
  };
  const data = dataReceiptsOf(receipt, status, height, receipts.length + resumed.length);
  const lostYocto = error !== null && isRefund(receipt) ? totalDepositYocto(receipt.actions) : 0n;
  const { txHash } = receipt;
  return { txHash, outcome, receipts: [...receipts, ...resumed, ...data], lostYocto };
}

function runActions(
  rules: Rules,
  state: State,
  receipt: ActionReceipt,
  run: { block: BlockContext; progress: Progress; promiseResults: readonly PromiseResult[] },
): ErrorJson | null {
  for (const [index, action] of receipt.actions.entries()) {
    const isLast = index === receipt.actions.length - 1;
    const kind = applyAction(rules, state, receipt, action, { ...run, index, isLast });
    if (kind !== null) return { ActionError: { index, kind } };
  }
  for (const draft of run.progress.drafts) {
    const error = findReceiptError(rules.config, draft);
    if (error !== null) {
      return { ActionError: { index: receipt.actions.length - 1, kind: error } };
    }
  }
  const account = state.account(receipt.receiverId);
  const shortfallYocto = account === undefined ? 0n : storageShortfallYocto(rules.config, account);
  if (shortfallYocto === 0n) return null;
  const kind = {
    LackBalanceForState: { account_id: receipt.receiverId, amount: shortfallYocto.toString() },
  };
  return { ActionError: { index: null, kind } };
}

/** Pays the contract its share of the gas that its code burnt. */
function payReward(
  config: ProtocolConfig,
  state: State,
  receipt: ActionReceipt,
  progress: Progress,
  burnPriceYocto: bigint,
): bigint {
  const gas = (progress.contractGasBurnt * config.contractRewardPercent) / 100n;
  const rewardYocto = gas * burnPriceYocto;
  const account = state.account(receipt.receiverId);
  if (rewardYocto === 0n || account === undefined) return 0n;
  state.setAccount(receipt.receiverId, {
    ...account,
    amountYocto: account.amountYocto + rewardYocto,
  });
  return rewardYocto;
}

function statusOf(
  error: ErrorJson | null,
  progress: Progress,
  receipts: readonly ActionReceipt[],
): OutcomeStatus {
  if (error !== null) return { type: 'failure', error };
  const returned = receipts[progress.drafts.findIndex(({ isReturned }) => isReturned)];
  if (returned !== undefined) return { type: 'receipt', receiptId: returned.id };
  return { type: 'value', value: progress.value };
}
