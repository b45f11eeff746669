import { isDeterministic, isEthImplicit, isNearImplicit } from '../bytes/account-id.ts';
import type { FeeName } from './protocol-config.ts';
import type { Action, KeyPermission } from './transaction.ts';

/** A fee, and how often it applies. */
export type FeePart = readonly [fee: FeeName, count: number];

const CREATE_ACCOUNT: readonly FeePart[] = [['createAccount', 1]];
const FULL_ACCESS_KEY: readonly FeePart[] = [['addFullAccessKey', 1]];
const TRANSFER: readonly FeePart[] = [['transfer', 1]];
const STAKE: readonly FeePart[] = [['stake', 1]];
const GAS_KEY_TRANSFER: readonly FeePart[] = [['gasKeyTransfer', 1]];
const DELETE_KEY: readonly FeePart[] = [['deleteKey', 1]];
const DELETE_ACCOUNT: readonly FeePart[] = [['deleteAccount', 1]];
const DELEGATE: readonly FeePart[] = [['delegate', 1]];

/** The fees of sending or executing an action. */
export function actionParts(action: Action, receiverId: string): readonly FeePart[] {
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

/** A transfer to an implicit id may create the account, so it always pays for that. */
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
