import { actionParts, type FeePart } from './action-fees.ts';
import type { Fee, FeeName, ProtocolConfig } from './protocol-config.ts';
import type { Action } from './transaction.ts';

/** What a transaction costs its signer when it is charged. */
export interface TransactionCost {
  /** Burnt at once, for converting the transaction to a receipt. */
  readonly gasBurnt: bigint;
  readonly burntYocto: bigint;
  /** The price at which the receipt's gas is bought. */
  readonly receiptGasPriceYocto: bigint;
  readonly gasCostYocto: bigint;
  readonly depositYocto: bigint;
  readonly totalYocto: bigint;
}

/** The cost of charging a transaction: sending burns at the block's price, the rest is bought for the receipt. */
export function transactionCost(
  config: ProtocolConfig,
  {
    signerId,
    receiverId,
    actions,
  }: { signerId: string; receiverId: string; actions: readonly Action[] },
): TransactionCost {
  const gasBurnt = sendingGas(config, { senderId: signerId, receiverId, actions });
  const receiptGasPriceYocto = maximum(config.gasPriceYocto, config.minGasPurchasePriceYocto);
  const burntYocto = gasBurnt * config.gasPriceYocto;
  const gasCostYocto = burntYocto + receiptGas(config, actions, receiverId) * receiptGasPriceYocto;
  const depositYocto = totalDepositYocto(actions);
  return {
    gasBurnt,
    burntYocto,
    receiptGasPriceYocto,
    gasCostYocto,
    depositYocto,
    totalYocto: gasCostYocto + depositYocto,
  };
}

/** All gas a receipt carries: attached to calls, for executing its actions, for what a meta-transaction sends. */
export function receiptGas(
  config: ProtocolConfig,
  actions: readonly Action[],
  receiverId: string,
): bigint {
  return (
    totalPrepaidGas(actions) +
    prepaidSendGas(config, actions) +
    config.fees.actionReceipt.execution +
    prepaidExecutionGas(config, actions, receiverId)
  );
}

/** Gas attached to function calls, those inside meta-transactions included. */
export function totalPrepaidGas(actions: readonly Action[]): bigint {
  let total = 0n;
  for (const action of actions) {
    if (action.type === 'FunctionCall') total += action.gas;
    else if (action.type === 'Delegate') total += totalPrepaidGas(action.delegateAction.actions);
  }
  return total;
}

/** Yocto that travels with the actions. */
export function totalDepositYocto(actions: readonly Action[]): bigint {
  let total = 0n;
  for (const action of actions) {
    if (
      action.type === 'FunctionCall' ||
      action.type === 'Transfer' ||
      action.type === 'TransferToGasKey' ||
      action.type === 'DeterministicStateInit'
    ) {
      total += action.depositYocto;
    } else if (action.type === 'Delegate')
      total += totalDepositYocto(action.delegateAction.actions);
  }
  return total;
}

/** Gas for sending the receipts of meta-transactions. */
export function prepaidSendGas(config: ProtocolConfig, actions: readonly Action[]): bigint {
  let total = 0n;
  for (const action of actions) {
    if (action.type !== 'Delegate') continue;
    total += sendingGas(config, action.delegateAction);
  }
  return total;
}

/** Gas for executing the actions, without the receipt's own. */
export function prepaidExecutionGas(
  config: ProtocolConfig,
  actions: readonly Action[],
  receiverId: string,
): bigint {
  let total = 0n;
  for (const action of actions) {
    total += executionGas(config, action, receiverId);
    if (action.type === 'Delegate') {
      const { receiverId: innerReceiverId, actions: inner } = action.delegateAction;
      total +=
        prepaidExecutionGas(config, inner, innerReceiverId) + config.fees.actionReceipt.execution;
    }
  }
  return total;
}

/** Gas burnt for sending a receipt with these actions. */
export function sendingGas(
  config: ProtocolConfig,
  {
    senderId,
    receiverId,
    actions,
  }: { senderId: string; receiverId: string; actions: readonly Action[] },
): bigint {
  const isSelf = senderId === receiverId;
  return (
    sendGas(config.fees.actionReceipt, isSelf) +
    totalSendGas(config, actions, { isSelf, receiverId })
  );
}

/** Gas of executing one action, before what a contract burns. */
export function executionGas(config: ProtocolConfig, action: Action, receiverId: string): bigint {
  const gas = actionGas(config, action, receiverId, (fee) => fee.execution);
  return gas + gasKeyWriteGas(config, action, receiverId);
}

/** Borsh sizes of a nonce, of its index in a gas key, and of a gas key's terms. */
export const NONCE_BYTES = 8;
export const NONCE_INDEX_BYTES = 2;
export const GAS_KEY_TERMS_BYTES = 18;
// Nonce, the tag of the permission, and the terms: the smallest gas key.
const SMALLEST_GAS_KEY_BYTES = NONCE_BYTES + 1 + GAS_KEY_TERMS_BYTES;

/** Bytes of a public key in the state; ML-DSA keys, which are long, are stored as a hash. */
export function storedKeyBytes(publicKey: string): number {
  return publicKey.startsWith('secp256k1:') ? 65 : 33;
}

/** Gas for the bytes of gas keys that an action writes. */
function gasKeyWriteGas({ fees }: ProtocolConfig, action: Action, receiverId: string): bigint {
  switch (action.type) {
    case 'TransferToGasKey':
    case 'WithdrawFromGasKey': {
      const bytes = stateKeyBytes(receiverId, action.publicKey) + SMALLEST_GAS_KEY_BYTES;
      return fees.gasKeyByte.execution * BigInt(bytes);
    }
    case 'AddKey': {
      const { gasKey, publicKey } = action;
      if (gasKey === undefined) return 0n;
      const bytes = stateKeyBytes(receiverId, publicKey) + NONCE_INDEX_BYTES + NONCE_BYTES;
      const nonceGas = fees.gasKeyNonce.execution + fees.gasKeyByte.execution * BigInt(bytes);
      return nonceGas * BigInt(gasKey.noncesCount);
    }
    default:
      return 0n;
  }
}

/** Bytes of an access key's key in the state: kind, account, separator, public key. */
function stateKeyBytes(accountId: string, publicKey: string): number {
  return 1 + accountId.length + 1 + storedKeyBytes(publicKey);
}

/** Gas burnt for sending one action, without the receipt's own. */
export function actionSendGas(
  config: ProtocolConfig,
  action: Action,
  { isSelf, receiverId }: { isSelf: boolean; receiverId: string },
): bigint {
  const gas = actionGas(config, action, receiverId, (fee) => sendGas(fee, isSelf));
  return gas + sentKeyBytes(action) * sendGas(config.fees.gasKeyByte, isSelf);
}

/** The same, by fee. */
export function actionSendParts(
  { fees }: ProtocolConfig,
  action: Action,
  { isSelf, receiverId }: { isSelf: boolean; receiverId: string },
): { fee: FeeName; gas: number }[] {
  const parts: FeePart[] = [
    ...actionParts(action, receiverId),
    ['gasKeyByte', Number(sentKeyBytes(action))],
  ];
  return parts.map(([fee, count]) => ({ fee, gas: Number(sendGas(fees[fee], isSelf)) * count }));
}

/** Bytes of the gas key in a transfer to or from it. */
function sentKeyBytes(action: Action): bigint {
  const isMoved = action.type === 'TransferToGasKey' || action.type === 'WithdrawFromGasKey';
  return isMoved ? BigInt(storedKeyBytes(action.publicKey)) : 0n;
}

function totalSendGas(
  config: ProtocolConfig,
  actions: readonly Action[],
  { isSelf, receiverId }: { isSelf: boolean; receiverId: string },
): bigint {
  let total = 0n;
  for (const action of actions) {
    total += actionSendGas(config, action, { isSelf, receiverId });
    if (action.type === 'Delegate') {
      // Whether the outer receipt goes to its sender counts here, as in nearcore.
      const inner = action.delegateAction;
      total += totalSendGas(config, inner.actions, { isSelf, receiverId: inner.receiverId });
    }
  }
  return total;
}

function sendGas(fee: Fee, isSelf: boolean): bigint {
  return isSelf ? fee.sendSir : fee.sendNotSir;
}

function actionGas(
  { fees }: ProtocolConfig,
  action: Action,
  receiverId: string,
  of: (fee: Fee) => bigint,
): bigint {
  let total = 0n;
  for (const [fee, count] of actionParts(action, receiverId))
    total += of(fees[fee]) * BigInt(count);
  return total;
}

function maximum(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
