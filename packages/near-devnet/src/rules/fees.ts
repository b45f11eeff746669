import { isDeterministic, isEthImplicit, isNearImplicit } from '../bytes/account-id.ts';
import type { Fee, FeeName, ProtocolConfig } from './protocol-config.ts';
import type { Action, KeyPermission } from './transaction.ts';

/** What a transaction costs its signer when it is charged. */
export interface TransactionCost {
  /** Burnt at once, for turning the transaction into a receipt. */
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

/** Gas for sending the receipts that meta-transactions produce. */
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

/** A nonce, its number among those of a gas key, and a gas key's terms, in borsh. */
export const NONCE_BYTES = 8;
export const NONCE_INDEX_BYTES = 2;
export const GAS_KEY_TERMS_BYTES = 18;
// Nonce, the tag of the permission, and the terms: the smallest gas key.
const SMALLEST_GAS_KEY_BYTES = NONCE_BYTES + 1 + GAS_KEY_TERMS_BYTES;

/** Bytes of a public key as the state names it: the long ones of ML-DSA by a hash. */
export function storedKeyBytes(publicKey: string): number {
  return publicKey.startsWith('secp256k1:') ? 65 : 33;
}

/** What the bytes of gas keys cost that an action writes. */
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

/** Bytes by which the state finds an access key: its kind, the account, a separator, the key. */
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

/** The same by the fees it consists of. */
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

/** Bytes of the gas key that money is moved to or from. */
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
      // The outer transaction's "to oneself" counts here, as in the protocol.
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

/** A fee, and how often it applies. */
type FeePart = readonly [fee: FeeName, count: number];

const CREATE_ACCOUNT: readonly FeePart[] = [['createAccount', 1]];
const FULL_ACCESS_KEY: readonly FeePart[] = [['addFullAccessKey', 1]];
const TRANSFER: readonly FeePart[] = [['transfer', 1]];
const STAKE: readonly FeePart[] = [['stake', 1]];
const GAS_KEY_TRANSFER: readonly FeePart[] = [['gasKeyTransfer', 1]];
const DELETE_KEY: readonly FeePart[] = [['deleteKey', 1]];
const DELETE_ACCOUNT: readonly FeePart[] = [['deleteAccount', 1]];
const DELEGATE: readonly FeePart[] = [['delegate', 1]];

function actionParts(action: Action, receiverId: string): readonly FeePart[] {
  switch (action.type) {
    case 'CreateAccount':
      return CREATE_ACCOUNT;
    case 'DeployContract':
      return withBytes('deployContract', 'deployContractPerByte', action.code.length);
    case 'DeployGlobalContract':
      return withBytes('deployGlobalContract', 'deployGlobalContractPerByte', action.code.length);
    case 'UseGlobalContract':
      return withBytes('useGlobalContract', 'useGlobalContractPerByte', action.identifier.length);
    case 'DeterministicStateInit': {
      const bytes = action.data.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
      return [
        ...withBytes('stateInit', 'stateInitPerByte', bytes),
        ['stateInitPerEntry', action.data.length],
      ];
    }
    case 'FunctionCall': {
      const bytes = Buffer.byteLength(action.methodName) + action.args.length;
      return withBytes('functionCall', 'functionCallPerByte', bytes);
    }
    case 'Transfer':
      return transferParts(receiverId);
    case 'Stake':
      return STAKE;
    case 'AddKey':
      return addKeyParts(action.permission);
    case 'TransferToGasKey':
    case 'WithdrawFromGasKey':
      return GAS_KEY_TRANSFER;
    case 'DeleteKey':
      return DELETE_KEY;
    case 'DeleteAccount':
      return DELETE_ACCOUNT;
    case 'Delegate':
      return DELEGATE;
  }
}

function withBytes(base: FeeName, perByte: FeeName, bytes: number): readonly FeePart[] {
  return [
    [base, 1],
    [perByte, bytes],
  ];
}

function addKeyParts(permission: KeyPermission): readonly FeePart[] {
  if (permission.type === 'FullAccess') return FULL_ACCESS_KEY;
  const bytes = methodNamesBytes(permission.methodNames);
  return withBytes('addFunctionCallKey', 'addFunctionCallKeyPerByte', bytes);
}

/** A transfer to an implicit id may have to create the account, so it always pays for that. */
function transferParts(receiverId: string): readonly FeePart[] {
  if (isNearImplicit(receiverId)) return [...TRANSFER, ...CREATE_ACCOUNT, ...FULL_ACCESS_KEY];
  if (isEthImplicit(receiverId) || isDeterministic(receiverId)) {
    return [...TRANSFER, ...CREATE_ACCOUNT];
  }
  return TRANSFER;
}

/** How the protocol counts a key's method names: each with a terminating zero. */
export function methodNamesBytes(methodNames: readonly string[]): number {
  return methodNames.reduce((total, name) => total + Buffer.byteLength(name) + 1, 0);
}

function maximum(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
