import { isDeterministic, isEthImplicit, isNearImplicit } from '../bytes/account-id.ts';
import type { Fee, ProtocolConfig } from './protocol-config.ts';
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
  if (action.type !== 'TransferToGasKey' && action.type !== 'WithdrawFromGasKey') return gas;
  return gas + sendGas(config.fees.gasKeyByte, isSelf) * BigInt(storedKeyBytes(action.publicKey));
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
  config: ProtocolConfig,
  action: Action,
  receiverId: string,
  of: (fee: Fee) => bigint,
): bigint {
  const { fees } = config;
  switch (action.type) {
    case 'CreateAccount':
      return of(fees.createAccount);
    case 'DeployContract':
      return of(fees.deployContract) + of(fees.deployContractPerByte) * BigInt(action.code.length);
    case 'DeployGlobalContract':
      return (
        of(fees.deployGlobalContract) +
        of(fees.deployGlobalContractPerByte) * BigInt(action.code.length)
      );
    case 'UseGlobalContract':
      return (
        of(fees.useGlobalContract) +
        of(fees.useGlobalContractPerByte) * BigInt(action.identifier.length)
      );
    case 'DeterministicStateInit': {
      const bytes = action.data.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
      return (
        of(fees.stateInit) +
        of(fees.stateInitPerEntry) * BigInt(action.data.length) +
        of(fees.stateInitPerByte) * BigInt(bytes)
      );
    }
    case 'FunctionCall':
      return (
        of(fees.functionCall) +
        of(fees.functionCallPerByte) *
          BigInt(Buffer.byteLength(action.methodName) + action.args.length)
      );
    case 'Transfer':
      return of(fees.transfer) + implicitCreationGas(config, receiverId, of);
    case 'Stake':
      return of(fees.stake);
    case 'AddKey':
      return addKeyGas(config, action.permission, of);
    case 'TransferToGasKey':
    case 'WithdrawFromGasKey':
      return of(fees.gasKeyTransfer);
    case 'DeleteKey':
      return of(fees.deleteKey);
    case 'DeleteAccount':
      return of(fees.deleteAccount);
    case 'Delegate':
      return of(fees.delegate);
  }
}

function addKeyGas(
  { fees }: ProtocolConfig,
  permission: KeyPermission,
  of: (fee: Fee) => bigint,
): bigint {
  if (permission.type === 'FullAccess') return of(fees.addFullAccessKey);
  const bytes = methodNamesBytes(permission.methodNames);
  return of(fees.addFunctionCallKey) + of(fees.addFunctionCallKeyPerByte) * BigInt(bytes);
}

/** A transfer to an implicit id may have to create the account, so it always pays for that. */
function implicitCreationGas(
  { fees }: ProtocolConfig,
  receiverId: string,
  of: (fee: Fee) => bigint,
): bigint {
  if (isNearImplicit(receiverId)) return of(fees.createAccount) + of(fees.addFullAccessKey);
  if (isEthImplicit(receiverId) || isDeterministic(receiverId)) return of(fees.createAccount);
  return 0n;
}

/** How the protocol counts a key's method names: each with a terminating zero. */
export function methodNamesBytes(methodNames: readonly string[]): number {
  return methodNames.reduce((total, name) => total + Buffer.byteLength(name) + 1, 0);
}

function maximum(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
