import { isAccountId } from '../bytes/account-id.ts';
import { u64Json } from '../bytes/u64-json.ts';
import { methodNamesBytes } from '../rules/action-fees.ts';
import { totalPrepaidGas } from '../rules/fees.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';
import {
  type Action,
  type FunctionCallAction,
  type KeyPermission,
  stateInitId,
} from '../rules/transaction.ts';
import type { ErrorJson } from '../state/receipt.ts';

/** The error of a list of actions as an `ActionsValidationError`, or null. */
export function findActionsError(
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
    const error = findActionError(config, action, receiverId);
    if (error !== null) return error;
  }
  const prepaidGas = totalPrepaidGas(actions);
  if (prepaidGas <= config.maxTotalPrepaidGas) return null;
  if (prepaidGas >= 2n ** 64n) return 'IntegerOverflow';
  return {
    TotalPrepaidGasExceeded: {
      total_prepaid_gas: u64Json(prepaidGas),
      limit: Number(config.maxTotalPrepaidGas),
    },
  };
}

/** Why a receipt that a contract requests is invalid, as an `ActionErrorKind`, or null. */
export function findReceiptError(
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
  const error = findActionsError(config, actions, receiverId);
  return error === null ? null : { NewReceiptValidationError: { ActionsValidation: error } };
}

function findActionError(
  config: ProtocolConfig,
  action: Action,
  receiverId: string,
): ErrorJson | null {
  switch (action.type) {
    case 'FunctionCall':
      return findCallError(config, action);
    case 'AddKey':
      return findGasKeyError(config, action) ?? findPermissionError(config, action.permission);
    case 'Delegate':
      return findActionsError(
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
      return findStateInitError(config, action, receiverId);
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

function findStateInitError(
  { vm }: ProtocolConfig,
  { identifier, data }: Extract<Action, { type: 'DeterministicStateInit' }>,
  receiverId: string,
): ErrorJson | null {
  const derivedId = stateInitId(identifier, data);
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

function findGasKeyError(
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

function findCallError(config: ProtocolConfig, action: FunctionCallAction): ErrorJson | null {
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

function findPermissionError(config: ProtocolConfig, permission: KeyPermission): ErrorJson | null {
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
