import { hashToBase58, sha256, sha256Bytes } from '../bytes/hash.ts';
import { signatureText } from '../bytes/public-key.ts';
import { u64Json } from '../bytes/u64-json.ts';
import type {
  Action,
  GasKeyTerms,
  KeyPermission,
  SignedTransaction,
} from '../rules/transaction.ts';
import type { ContractReference } from '../state/contract-reference.ts';
import {
  type ErrorJson,
  isRefund,
  type Outcome,
  type OutcomeStatus,
  type Receipt,
} from '../state/receipt.ts';
import type { AccessKey, Account } from '../state/state.ts';
import { receiptOutcomes, resultOf, type TransactionRecord } from '../state/transaction-record.ts';

/** The code hash of an account without a contract. */
export const NO_CODE_HASH = '11111111111111111111111111111111';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** The code of an account as `AccountView` shows it. */
function codeFields(contract: ContractReference | null) {
  switch (contract?.kind) {
    case undefined:
      return { code_hash: NO_CODE_HASH };
    case 'built-in':
      return { code_hash: hashToBase58(sha256(builtInCode(contract.name))) };
    case 'local':
      return { code_hash: hashToBase58(contract.hash) };
    case 'global':
      return { code_hash: NO_CODE_HASH, global_contract_hash: hashToBase58(contract.hash) };
    case 'global-account':
      return { code_hash: NO_CODE_HASH, global_contract_account_id: contract.accountId };
  }
}

/** A placeholder for the code of a built-in contract, which has no WASM. */
export function builtInCode(contract: string): Uint8Array {
  return Buffer.from(`built-in contract of the devnet: ${contract}`);
}

/** `AccountView` */
export function accountView(account: Account) {
  return {
    amount: account.amountYocto.toString(),
    locked: account.lockedYocto.toString(),
    ...codeFields(account.contract),
    storage_usage: account.storageUsage,
    storage_paid_at: 0,
  };
}

/** `AccessKeyView` */
export function accessKeyView({ nonce, permission, gasKey }: AccessKey) {
  const terms =
    gasKey === undefined
      ? undefined
      : { balanceYocto: gasKey.balanceYocto, noncesCount: gasKey.nonces.length };
  return { nonce: u64Json(nonce), permission: permissionView(permission, terms) };
}

function permissionView(permission: KeyPermission, gasKey: GasKeyTerms | undefined) {
  const terms =
    gasKey === undefined
      ? {}
      : { balance: gasKey.balanceYocto.toString(), num_nonces: gasKey.noncesCount };
  if (permission.type === 'FullAccess') {
    return gasKey === undefined ? 'FullAccess' : { GasKeyFullAccess: terms };
  }
  const call = {
    ...terms,
    allowance: permission.allowanceYocto?.toString() ?? null,
    receiver_id: permission.receiverId,
    method_names: permission.methodNames,
  };
  return gasKey === undefined ? { FunctionCall: call } : { GasKeyFunctionCall: call };
}

function actionView(action: Action): unknown {
  switch (action.type) {
    case 'CreateAccount':
      return 'CreateAccount';
    case 'DeployContract':
      return { DeployContract: { code: shownCode(action.code) } };
    case 'FunctionCall':
      return {
        FunctionCall: {
          method_name: action.methodName,
          args: base64(action.args),
          gas: Number(action.gas),
          deposit: action.depositYocto.toString(),
        },
      };
    case 'Transfer':
      return { Transfer: { deposit: action.depositYocto.toString() } };
    case 'Stake':
      return { Stake: { stake: action.stakeYocto.toString(), public_key: action.publicKey } };
    case 'DeleteAccount':
      return { DeleteAccount: { beneficiary_id: action.beneficiaryId } };
    case 'Delegate':
      return delegateView(action);
    case 'DeployGlobalContract': {
      const shown = { code: shownCode(action.code) };
      return action.byAccountId
        ? { DeployGlobalContractByAccountId: shown }
        : { DeployGlobalContract: shown };
    }
    case 'UseGlobalContract': {
      const { identifier } = action;
      return typeof identifier === 'string'
        ? { UseGlobalContractByAccountId: { account_id: identifier } }
        : { UseGlobalContract: { code_hash: shownHash(identifier) } };
    }
    case 'DeterministicStateInit':
      return stateInitView(action);
    default:
      return keyActionView(action);
  }
}

type ActionOf<Type extends Action['type']> = Extract<Action, { type: Type }>;

function keyActionView(
  action: ActionOf<'AddKey' | 'DeleteKey' | 'TransferToGasKey' | 'WithdrawFromGasKey'>,
) {
  const key = { public_key: action.publicKey };
  switch (action.type) {
    case 'AddKey': {
      const permission = permissionView(action.permission, action.gasKey);
      return { AddKey: { ...key, access_key: { nonce: u64Json(action.nonce), permission } } };
    }
    case 'DeleteKey':
      return { DeleteKey: key };
    case 'TransferToGasKey':
      return { TransferToGasKey: { ...key, deposit: action.depositYocto.toString() } };
    case 'WithdrawFromGasKey':
      return { WithdrawFromGasKey: { ...key, amount: action.amountYocto.toString() } };
  }
}

function stateInitView({ identifier, data, depositYocto }: ActionOf<'DeterministicStateInit'>) {
  return {
    DeterministicStateInit: {
      code:
        typeof identifier === 'string'
          ? { account_id: identifier }
          : { hash: shownHash(identifier) },
      data: Object.fromEntries(data.map(([key, value]) => [base64(key), base64(value)])),
      deposit: depositYocto.toString(),
    },
  };
}

/** nearcore shows the hash, not the code. */
const shownCode = (code: Uint8Array) => base64(sha256Bytes(code));

const shownHash = (hash: Uint8Array) => hashToBase58(Buffer.from(hash).toString('hex'));

function delegateView({ delegateAction, signature }: ActionOf<'Delegate'>) {
  const { nonce, nonceIndex, version } = delegateAction;
  const fields = {
    sender_id: delegateAction.senderId,
    receiver_id: delegateAction.receiverId,
    actions: delegateAction.actions.map(actionView),
    nonce: version === 1 ? u64Json(nonce) : nonceView(nonce, nonceIndex),
    max_block_height: u64Json(delegateAction.maxBlockHeight),
    public_key: delegateAction.publicKey,
  };
  const signed = { signature: signatureText(signature) };
  if (version === 1) return { Delegate: { delegate_action: fields, ...signed } };
  return { DelegateV2: { delegate_action: { V2: fields }, ...signed } };
}

function nonceView(nonce: bigint, nonceIndex: number | null) {
  if (nonceIndex === null) return { Nonce: { nonce: u64Json(nonce) } };
  return { GasKeyNonce: { nonce: u64Json(nonce), nonce_index: nonceIndex } };
}

/** `SignedTransactionView` */
export function transactionView(tx: SignedTransaction) {
  return {
    signer_id: tx.signerId,
    public_key: tx.publicKey,
    nonce: u64Json(tx.nonce),
    receiver_id: tx.receiverId,
    actions: tx.actions.map(actionView),
    priority_fee: 0,
    ...(tx.nonceIndex === null ? {} : { nonce_index: tx.nonceIndex }),
    ...(tx.nonceMode === null ? {} : { nonce_mode: tx.nonceMode }),
    signature: signatureText(tx.signature),
    hash: hashToBase58(tx.hash),
  };
}

/** `ReceiptView` */
export function receiptView(receipt: Receipt) {
  return {
    predecessor_id: receipt.predecessorId,
    receiver_id: receipt.receiverId,
    receipt_id: hashToBase58(receipt.id),
    receipt: receipt.kind === 'data' ? dataView(receipt) : actionReceiptView(receipt),
    priority: 0,
  };
}

function dataView({ dataId, data, isResume }: Extract<Receipt, { kind: 'data' }>) {
  const text = data === null ? null : base64(data);
  return {
    Data: { data_id: hashToBase58(dataId), data: text, is_promise_resume: isResume === true },
  };
}

function actionReceiptView(receipt: Extract<Receipt, { kind: 'action' }>) {
  return {
    Action: {
      signer_id: receipt.signerId,
      signer_public_key: receipt.signerPublicKey,
      gas_price: receipt.gasPriceYocto.toString(),
      output_data_receivers: receipt.outputDataReceivers.map(({ dataId, receiverId }) => ({
        data_id: hashToBase58(dataId),
        receiver_id: receiverId,
      })),
      input_data_ids: receipt.inputDataIds.map(hashToBase58),
      actions: receipt.actions.map(actionView),
      is_promise_yield: receipt.isYield === true,
      refund_to: receipt.refundToId ?? null,
    },
  };
}

/** An outcome with its block; the devnet has no Merkle proofs, so `proof` is empty. */
function outcomeView(outcome: Outcome, blockHash: string) {
  return {
    proof: [],
    block_hash: blockHash,
    id: hashToBase58(outcome.id),
    outcome: {
      logs: outcome.logs,
      receipt_ids: outcome.receiptIds.map(hashToBase58),
      gas_burnt: Number(outcome.gasBurnt),
      tokens_burnt: outcome.tokensBurntYocto.toString(),
      executor_id: outcome.executorId,
      status: statusView(outcome.status),
      metadata: metadataView(outcome),
    },
  };
}

/** What the gas was burnt for; nearcore reports no profile for a transaction. */
function metadataView({ gasProfile }: Outcome) {
  if (gasProfile === undefined) return { version: 1, gas_profile: null };
  const shares = gasProfile.map(({ category, cost, gas }) => ({
    cost_category: category,
    cost,
    gas_used: gas.toString(),
  }));
  return { version: 3, gas_profile: shares };
}

function statusView(status: OutcomeStatus) {
  if (status.type === 'receipt') return { SuccessReceiptId: hashToBase58(status.receiptId) };
  return finalStatusView(status);
}

function finalStatusView(status: Exclude<OutcomeStatus, { type: 'receipt' }>) {
  if (status.type === 'value') return { SuccessValue: base64(status.value) };
  return { Failure: status.error satisfies ErrorJson };
}

/** `FinalExecutionOutcomeView`: a transaction and its outcomes so far. */
export function finalOutcomeView(
  record: TransactionRecord,
  blockHashAt: (height: number) => string,
  withReceipts: boolean,
) {
  const result = resultOf(record);
  const outcomes = receiptOutcomes(record);
  return {
    status: result === null ? 'Started' : finalStatusView(result),
    transaction: transactionView(record.transaction),
    transaction_outcome: outcomeView(record.outcome, blockHashAt(record.outcome.height)),
    receipts_outcome: outcomes.map((outcome) => outcomeView(outcome, blockHashAt(outcome.height))),
    ...(withReceipts ? { receipts: receiptsView(record) } : {}),
  };
}

function receiptsView(record: TransactionRecord) {
  // nearcore leaves refunds out here.
  return [...record.receipts.values()]
    .filter(({ receipt }) => !isRefund(receipt))
    .map(({ receipt }) => receiptView(receipt));
}

/** A placeholder for signatures that the devnet does not make. */
export const ZERO_SIGNATURE = signatureText({ curve: 0, bytes: new Uint8Array(64) });
