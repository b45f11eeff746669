import { isAccountId } from '../bytes/account-id.ts';
import { isSignatureValid } from '../bytes/public-key.ts';
import {
  methodNamesBytes,
  type TransactionCost,
  totalPrepaidGas,
  transactionCost,
} from '../rules/fees.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';
import type {
  Action,
  FunctionCallAction,
  KeyPermission,
  SignedTransaction,
} from '../rules/transaction.ts';
import type { ErrorJson } from '../state/receipt.ts';
import {
  type AccessKey,
  type Account,
  type StateView,
  storageShortfallYocto,
} from '../state/state.ts';

/** A nonce must be below the height times this, so that nobody can use a key up by accident. */
export const NONCE_RANGE_PER_BLOCK = 1_000_000n;

interface Charge {
  readonly cost: TransactionCost;
  readonly account: Account;
  readonly accessKey: AccessKey;
}

export type ChargeCheck =
  | { readonly ok: true; readonly charge: Charge }
  /** A gas key pays for the attempt, and the account cannot pay the deposit: the transaction ends there. */
  | { readonly ok: true; readonly charge: Charge; readonly depositError: ErrorJson }
  | { readonly ok: false; readonly error: ErrorJson };

/** What can be said about a transaction without any state: limits and signature. Null means fine. */
export function findStaticFault(config: ProtocolConfig, tx: SignedTransaction): ErrorJson | null {
  const actionsFault = findActionsFault(config, tx.actions, tx.receiverId);
  if (actionsFault !== null) return { ActionsValidation: actionsFault };
  if (tx.bytes.length > config.maxTransactionBytes) {
    return {
      TransactionSizeExceeded: { size: tx.bytes.length, limit: config.maxTransactionBytes },
    };
  }
  const isSigned = isSignatureValid(tx.publicKey, tx.signature, Buffer.from(tx.hash, 'hex'));
  return isSigned ? null : 'InvalidSignature';
}

/** The fault of a list of actions as an `ActionsValidationError`, or null. */
function findActionsFault(
  config: ProtocolConfig,
  actions: readonly Action[],
  receiverId: string,
): ErrorJson | null {
  if (actions.length > config.maxActions) {
    return {
      TotalNumberOfActionsExceeded: {
        total_number_of_actions: actions.length,
        limit: config.maxActions,
      },
    };
  }
  let delegates = 0;
  for (const [index, action] of actions.entries()) {
    if (action.type === 'DeleteAccount' && index < actions.length - 1) {
      return 'DeleteActionMustBeFinal';
    }
    if (action.type === 'Delegate' && ++delegates > 1) return 'DelegateActionMustBeOnlyOne';
    const fault = findActionFault(config, action, receiverId);
    if (fault !== null) return fault;
  }
  const prepaidGas = totalPrepaidGas(actions);
  if (prepaidGas <= config.maxTotalPrepaidGas) return null;
  return {
    TotalPrepaidGasExceeded: {
      total_prepaid_gas: Number(prepaidGas),
      limit: Number(config.maxTotalPrepaidGas),
    },
  };
}

/** Why a receipt that a contract asks for may not be, as an `ActionErrorKind`, or null. */
export function findReceiptFault(
  config: ProtocolConfig,
  {
    actions,
    inputDataIds,
    receiverId,
  }: { actions: readonly Action[]; inputDataIds: readonly string[]; receiverId: string },
): ErrorJson | null {
  const limit = config.vm.maxInputDataDependencies;
  if (inputDataIds.length > limit) {
    const number = inputDataIds.length;
    return {
      NewReceiptValidationError: {
        NumberInputDataDependenciesExceeded: { number_of_input_data_dependencies: number, limit },
      },
    };
  }
  const fault = findActionsFault(config, actions, receiverId);
  return fault === null ? null : { NewReceiptValidationError: { ActionsValidation: fault } };
}

function findActionFault(
  config: ProtocolConfig,
  action: Action,
  receiverId: string,
): ErrorJson | null {
  switch (action.type) {
    case 'FunctionCall':
      return findCallFault(config, action);
    case 'AddKey':
      return findGasKeyFault(config, action) ?? findPermissionFault(config, action.permission);
    case 'Delegate':
      return findActionsFault(
        config,
        action.delegateAction.actions,
        action.delegateAction.receiverId,
      );
    case 'DeployContract':
    case 'DeployGlobalContract': {
      const size = action.code.length;
      const limit = config.maxContractSize;
      return size > limit ? { ContractSizeExceeded: { size, limit } } : null;
    }
    case 'DeterministicStateInit':
      return findStateInitFault(config, action, receiverId);
    case 'Stake':
      return {
        UnsupportedProtocolFeature: {
          protocol_feature: 'Stake (this devnet has one fixed validator)',
          version: config.protocolVersion,
        },
      };
    default:
      return null;
  }
}

function findStateInitFault(
  { vm }: ProtocolConfig,
  { derivedId, data }: Extract<Action, { type: 'DeterministicStateInit' }>,
  receiverId: string,
): ErrorJson | null {
  if (derivedId !== receiverId) {
    const ids = { derived_id: derivedId, receiver_id: receiverId };
    return { InvalidDeterministicStateInitReceiver: ids };
  }
  for (const [key, value] of data) {
    if (key.length > vm.maxStorageKeyLength) {
      const limits = { length: key.length, limit: vm.maxStorageKeyLength };
      return { DeterministicStateInitKeyLengthExceeded: limits };
    }
    if (value.length > vm.maxStorageValueLength) {
      const limits = { length: value.length, limit: vm.maxStorageValueLength };
      return { DeterministicStateInitValueLengthExceeded: limits };
    }
  }
  return null;
}

function findGasKeyFault(
  { maxGasKeyNonces: limit }: ProtocolConfig,
  { gasKey, permission }: Extract<Action, { type: 'AddKey' }>,
): ErrorJson | null {
  if (gasKey === undefined) return null;
  const { noncesCount, balanceYocto } = gasKey;
  if (permission.type === 'FunctionCall' && permission.allowanceYocto !== null) {
    return 'GasKeyFunctionCallAllowanceNotAllowed';
  }
  if (noncesCount === 0 || noncesCount > limit) {
    return { GasKeyInvalidNumNonces: { requested_nonces: noncesCount, limit } };
  }
  if (balanceYocto === 0n) return null;
  return { AddGasKeyWithNonZeroBalance: { balance: balanceYocto.toString() } };
}

function findCallFault(config: ProtocolConfig, action: FunctionCallAction): ErrorJson | null {
  if (action.gas === 0n) return 'FunctionCallZeroAttachedGas';
  const nameLength = Buffer.byteLength(action.methodName);
  if (nameLength > config.maxMethodNameLength) {
    const limit = config.maxMethodNameLength;
    return { FunctionCallMethodNameLengthExceeded: { length: nameLength, limit } };
  }
  if (action.args.length > config.maxArgumentsLength) {
    const limit = config.maxArgumentsLength;
    return { FunctionCallArgumentsLengthExceeded: { length: action.args.length, limit } };
  }
  return null;
}

function findPermissionFault(config: ProtocolConfig, permission: KeyPermission): ErrorJson | null {
  if (permission.type === 'FullAccess') return null;
  if (!isAccountId(permission.receiverId)) {
    return { InvalidAccountId: { account_id: permission.receiverId } };
  }
  for (const name of permission.methodNames) {
    const length = Buffer.byteLength(name);
    if (length > config.maxMethodNameLength) {
      return { AddKeyMethodNameLengthExceeded: { length, limit: config.maxMethodNameLength } };
    }
  }
  const bytes = methodNamesBytes(permission.methodNames);
  if (bytes <= config.maxMethodNamesBytes) return null;
  const limit = config.maxMethodNamesBytes;
  return { AddKeyMethodNamesNumberOfBytesExceeded: { total_number_of_bytes: bytes, limit } };
}

/**
 * What a transaction would do to its signer if it were included at `height`: the account and key after being charged,
 * or the `InvalidTxError`.
 */
export function checkCharge(
  config: ProtocolConfig,
  state: StateView,
  tx: SignedTransaction,
  height: number,
): ChargeCheck {
  const cost = transactionCost(config, tx);
  if (cost.totalYocto >= 2n ** 128n) return refuse('CostOverflow');
  const account = state.account(tx.signerId);
  if (account === undefined) return refuse({ SignerDoesNotExist: { signer_id: tx.signerId } });
  const key = state.accessKey(tx.signerId, tx.publicKey);
  if (key === undefined) {
    return refuseKey({
      AccessKeyNotFound: { account_id: tx.signerId, public_key: tx.publicKey },
    });
  }
  if (tx.nonceIndex !== null) return checkGasKeyCharge(config, tx, { account, key, cost, height });
  if (key.gasKey !== undefined) {
    const { length } = key.gasKey.nonces;
    return refuse({ InvalidNonceIndex: { tx_nonce_index: null, num_nonces: length } });
  }
  const nonceFault = findNonceFault(tx, key.nonce, height);
  if (nonceFault !== null) return refuse(nonceFault);
  const amountYocto = account.amountYocto - cost.totalYocto;
  if (amountYocto < 0n) {
    return refuse({
      NotEnoughBalance: {
        signer_id: tx.signerId,
        balance: account.amountYocto.toString(),
        cost: cost.totalYocto.toString(),
      },
    });
  }
  const allowance = chargeAllowance(tx, key.permission, cost.totalYocto);
  if (!allowance.ok) return refuseKey(allowance.error);
  const charged = { ...account, amountYocto };
  const shortfallYocto = storageShortfallYocto(config, charged);
  if (shortfallYocto > 0n) {
    return refuse({
      LackBalanceForState: { signer_id: tx.signerId, amount: shortfallYocto.toString() },
    });
  }
  const permissionFault = findPermissionMismatch(key.permission, tx.receiverId, tx.actions);
  if (permissionFault !== null) return refuseKey(permissionFault);
  const accessKey = { nonce: tx.nonce, permission: allowance.permission };
  return { ok: true, charge: { cost, account: charged, accessKey } };
}

/** Gas comes from the key's own balance, deposits from the account. */
function checkGasKeyCharge(
  config: ProtocolConfig,
  tx: SignedTransaction,
  parts: { account: Account; key: AccessKey; cost: TransactionCost; height: number },
): ChargeCheck {
  const { account, key, cost, height } = parts;
  const { gasKey } = key;
  const index = tx.nonceIndex ?? 0;
  if (gasKey === undefined) {
    const missing = { account_id: tx.signerId, public_key: tx.publicKey };
    return refuseKey({ AccessKeyNotFound: missing });
  }
  const keyNonce = gasKey.nonces[index];
  if (keyNonce === undefined) {
    const count = gasKey.nonces.length;
    return refuse({ InvalidNonceIndex: { tx_nonce_index: index, num_nonces: count } });
  }
  const nonceFault = findNonceFault(tx, keyNonce, height);
  if (nonceFault !== null) return refuse(nonceFault);
  if (gasKey.balanceYocto < cost.gasCostYocto) {
    return refuse({
      NotEnoughGasKeyBalance: {
        signer_id: tx.signerId,
        balance: gasKey.balanceYocto.toString(),
        cost: cost.gasCostYocto.toString(),
      },
    });
  }
  const permissionFault = findPermissionMismatch(key.permission, tx.receiverId, tx.actions);
  if (permissionFault !== null) return refuseKey(permissionFault);
  const nonces = gasKey.nonces.with(index, tx.nonce);
  const paidWith = (yocto: bigint) => ({
    ...key,
    gasKey: { nonces, balanceYocto: gasKey.balanceYocto - yocto },
  });
  const charged = { ...account, amountYocto: account.amountYocto - cost.depositYocto };
  const depositError = findDepositFault(config, tx, account, charged);
  if (depositError !== null) {
    const charge = { cost, account, accessKey: paidWith(cost.burntYocto) };
    return { ok: true, charge, depositError };
  }
  return { ok: true, charge: { cost, account: charged, accessKey: paidWith(cost.gasCostYocto) } };
}

function findDepositFault(
  config: ProtocolConfig,
  { signerId }: SignedTransaction,
  before: Account,
  charged: Account,
): ErrorJson | null {
  if (charged.amountYocto < 0n) {
    return {
      NotEnoughBalance: {
        signer_id: signerId,
        balance: before.amountYocto.toString(),
        cost: (before.amountYocto - charged.amountYocto).toString(),
      },
    };
  }
  const shortfallYocto = storageShortfallYocto(config, charged);
  if (shortfallYocto === 0n) return null;
  return { LackBalanceForState: { signer_id: signerId, amount: shortfallYocto.toString() } };
}

function findNonceFault(
  { nonce, nonceMode }: SignedTransaction,
  keyNonce: bigint,
  height: number,
): ErrorJson | null {
  if (nonce <= keyNonce || (nonceMode === 'strict' && nonce !== keyNonce + 1n)) {
    return { InvalidNonce: { tx_nonce: Number(nonce), ak_nonce: Number(keyNonce) } };
  }
  const upperBound = BigInt(height) * NONCE_RANGE_PER_BLOCK;
  if (nonce < upperBound) return null;
  return { NonceTooLarge: { tx_nonce: Number(nonce), upper_bound: Number(upperBound) } };
}

function chargeAllowance(
  tx: SignedTransaction,
  permission: KeyPermission,
  costYocto: bigint,
): { ok: true; permission: KeyPermission } | { ok: false; error: ErrorJson } {
  if (permission.type === 'FullAccess' || permission.allowanceYocto === null) {
    return { ok: true, permission };
  }
  const { allowanceYocto } = permission;
  if (allowanceYocto >= costYocto) {
    return { ok: true, permission: { ...permission, allowanceYocto: allowanceYocto - costYocto } };
  }
  const error = {
    NotEnoughAllowance: {
      account_id: tx.signerId,
      public_key: tx.publicKey,
      allowance: allowanceYocto.toString(),
      cost: costYocto.toString(),
    },
  };
  return { ok: false, error };
}

/** Why a key's permission does not cover these actions, as an `InvalidAccessKeyError`, or null. */
export function findPermissionMismatch(
  permission: KeyPermission,
  receiverId: string,
  actions: readonly Action[],
): ErrorJson | null {
  if (permission.type === 'FullAccess') return null;
  const [action] = actions;
  if (actions.length !== 1 || action?.type !== 'FunctionCall') return 'RequiresFullAccess';
  if (action.depositYocto > 0n) return 'DepositWithFunctionCall';
  if (receiverId !== permission.receiverId) {
    return { ReceiverMismatch: { tx_receiver: receiverId, ak_receiver: permission.receiverId } };
  }
  const { methodNames } = permission;
  if (methodNames.length > 0 && !methodNames.includes(action.methodName)) {
    return { MethodNameMismatch: { method_name: action.methodName } };
  }
  return null;
}

function refuse(error: ErrorJson): ChargeCheck {
  return { ok: false, error };
}

function refuseKey(error: ErrorJson): ChargeCheck {
  return { ok: false, error: { InvalidAccessKeyError: error } };
}
