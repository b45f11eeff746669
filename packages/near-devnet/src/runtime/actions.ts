import {
  isDirectSubAccount,
  isEthImplicit,
  isImplicit,
  isNearImplicit,
  isTopLevel,
} from '../bytes/account-id.ts';
import { publicKeyText } from '../bytes/public-key.ts';
import { executionGas } from '../rules/fees.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';
import type { Rules } from '../rules/rules.ts';
import type { Action } from '../rules/transaction.ts';
import { referenceBytes } from '../state/contract-reference.ts';
import { type ActionReceipt, type ErrorJson, isRefund } from '../state/receipt.ts';
import { type AccessKey, type Account, accessKeyStorage, type State } from '../state/state.ts';
import { applyDelegate } from './delegate-action.ts';
import { applyGlobalContract, deployContract, deployGlobalContract } from './deploy-actions.ts';
import { callContract } from './function-call.ts';
import { gasKeyBalanceTooHigh, transferToGasKey, withdrawFromGasKey } from './gas-key-actions.ts';
import { type ActionRun, burn, refundDraft } from './receipt-progress.ts';
import { refundGas } from './receipt-refunds.ts';
import { initState } from './state-init-action.ts';
import { NONCE_RANGE_PER_BLOCK } from './transaction-check.ts';

const MAX_STORAGE_OF_DELETED_ACCOUNT = 10_000;

/** Applies one action of a receipt to the state; returns its `ActionErrorKind`, or null on success. */
export function applyAction(
  rules: Rules,
  state: State,
  receipt: ActionReceipt,
  action: Action,
  run: ActionRun,
): ErrorJson | null {
  const { receiverId } = receipt;
  burn(run.progress, executionGas(rules.config, action, receiverId));
  const error =
    findExistenceError(state, receipt, action) ?? findActorError(state, receiverId, action, run);
  if (error !== null) return error;
  switch (action.type) {
    case 'CreateAccount':
      return createAccount(rules.config, state, receipt, run);
    case 'Transfer':
      return transfer(rules.config, state, receipt, action.depositYocto, run);
    case 'AddKey':
      return addKey(rules.config, state, receiverId, action, run);
    case 'TransferToGasKey':
      return transferToGasKey(state, receiverId, action);
    case 'WithdrawFromGasKey':
      return withdrawFromGasKey(state, receiverId, action);
    case 'DeleteKey':
      return deleteKey(rules.config, state, receiverId, action.publicKey, run);
    case 'DeleteAccount':
      return deleteAccount(rules.config, state, receipt, action.beneficiaryId, run);
    case 'FunctionCall':
      return callContract(rules, state, receipt, action, run);
    case 'DeployContract':
      return deployContract(state, receiverId, action.code);
    case 'DeployGlobalContract':
      return deployGlobalContract(rules.config, state, receiverId, action, run);
    case 'UseGlobalContract':
      return applyGlobalContract(state, receiverId, action.identifier);
    case 'DeterministicStateInit':
      return initState(rules.config, state, receipt, action, run);
    case 'Delegate':
      return applyDelegate(rules, state, receipt, action, run);
    default:
      // Validation rejects these.
      throw new Error(`${action.type} reached execution`);
  }
}

function findExistenceError(
  state: State,
  receipt: ActionReceipt,
  action: Action,
): ErrorJson | null {
  const { receiverId } = receipt;
  const exists = state.account(receiverId) !== undefined;
  if (action.type === 'CreateAccount') {
    if (exists) return { AccountAlreadyExists: { account_id: receiverId } };
    if (isImplicit(receiverId)) {
      return { OnlyImplicitAccountCreationAllowed: { account_id: receiverId } };
    }
    return null;
  }
  if (exists || action.type === 'DeterministicStateInit') return null;
  const createsImplicit =
    action.type === 'Transfer' &&
    receipt.actions.length === 1 &&
    !isRefund(receipt) &&
    isImplicit(receiverId);
  return createsImplicit ? null : { AccountDoesNotExist: { account_id: receiverId } };
}

function findActorError(
  state: State,
  receiverId: string,
  action: Action,
  { progress }: ActionRun,
): ErrorJson | null {
  const isOwnersAlone =
    action.type !== 'CreateAccount' &&
    action.type !== 'Transfer' &&
    action.type !== 'FunctionCall' &&
    action.type !== 'TransferToGasKey' &&
    action.type !== 'DeterministicStateInit' &&
    action.type !== 'Delegate';
  if (!isOwnersAlone) return null;
  if (progress.actorId !== receiverId) {
    return { ActorNoPermission: { account_id: receiverId, actor_id: progress.actorId } };
  }
  const isStaking = (state.account(receiverId)?.lockedYocto ?? 0n) > 0n;
  if (action.type === 'DeleteAccount' && isStaking) {
    return { DeleteAccountStaking: { account_id: receiverId } };
  }
  return null;
}

function createAccount(
  config: ProtocolConfig,
  state: State,
  { receiverId, predecessorId }: ActionReceipt,
  { progress }: ActionRun,
): ErrorJson | null {
  if (isTopLevel(receiverId)) {
    if (predecessorId !== config.registrarAccountId) {
      return {
        CreateAccountOnlyByRegistrar: {
          account_id: receiverId,
          registrar_account_id: config.registrarAccountId,
          predecessor_id: predecessorId,
        },
      };
    }
  } else if (!isDirectSubAccount(receiverId, predecessorId)) {
    return {
      CreateAccountNotAllowed: { account_id: receiverId, predecessor_id: predecessorId },
    };
  }
  progress.actorId = receiverId;
  state.setAccount(receiverId, newAccount(0n, config.accountStorageBytes));
  return null;
}

function newAccount(amountYocto: bigint, storageUsage: number): Account {
  return { amountYocto, lockedYocto: 0n, storageUsage, contract: null, publicKeys: [] };
}

function transfer(
  config: ProtocolConfig,
  state: State,
  receipt: ActionReceipt,
  amountYocto: bigint,
  run: ActionRun,
): null {
  const { receiverId } = receipt;
  const account = state.account(receiverId);
  if (account === undefined) {
    createImplicitAccount(config, state, receiverId, amountYocto, run);
    return null;
  }
  const isGasRefund = isRefund(receipt) && receipt.signerId === receiverId;
  if (isGasRefund && refundGas(state, receipt, amountYocto) === 'to the key') return null;
  state.setAccount(receiverId, { ...account, amountYocto: account.amountYocto + amountYocto });
  return null;
}

function createImplicitAccount(
  config: ProtocolConfig,
  state: State,
  accountId: string,
  amountYocto: bigint,
  { block, progress }: ActionRun,
): void {
  progress.actorId = accountId;
  if (!isNearImplicit(accountId)) {
    // A real network gives an Ethereum address a wallet contract; here such an account only holds NEAR.
    const contractBytes = isEthImplicit(accountId) ? 32 : 0;
    state.setAccount(
      accountId,
      newAccount(amountYocto, config.accountStorageBytes + contractBytes),
    );
    return;
  }
  state.setAccount(accountId, newAccount(amountYocto, config.accountStorageBytes));
  const publicKey = publicKeyText(0, Buffer.from(accountId, 'hex'));
  const permission = { type: 'FullAccess' } as const;
  putKey(config, state, accountId, { publicKey, permission }, block.height);
}

function addKey(
  config: ProtocolConfig,
  state: State,
  accountId: string,
  action: Extract<Action, { type: 'AddKey' }>,
  { block }: ActionRun,
): ErrorJson | null {
  const { publicKey } = action;
  if (state.accessKey(accountId, publicKey) !== undefined) {
    return { AddKeyAlreadyExists: { account_id: accountId, public_key: publicKey } };
  }
  putKey(config, state, accountId, action, block.height);
  return null;
}

function putKey(
  config: ProtocolConfig,
  state: State,
  accountId: string,
  action: Pick<Extract<Action, { type: 'AddKey' }>, 'publicKey' | 'permission' | 'gasKey'>,
  height: number,
): void {
  const account = state.account(accountId);
  if (account === undefined) throw new Error(`No account ${accountId} to add a key to`);
  // A key that is deleted and added again must not accept its old transactions.
  const nonce = BigInt(height - 1) * NONCE_RANGE_PER_BLOCK;
  const { publicKey, permission, gasKey } = action;
  const key: AccessKey =
    gasKey === undefined
      ? { nonce, permission }
      : {
          nonce: 0n,
          permission,
          gasKey: { balanceYocto: 0n, nonces: Array(gasKey.noncesCount).fill(nonce) },
        };
  state.setAccessKey(accountId, publicKey, key);
  state.setAccount(accountId, {
    ...account,
    storageUsage: account.storageUsage + accessKeyStorage(config, publicKey, key),
    publicKeys: [...account.publicKeys, publicKey],
  });
}

function deleteKey(
  config: ProtocolConfig,
  state: State,
  accountId: string,
  publicKey: string,
  { progress }: ActionRun,
): ErrorJson | null {
  const account = state.account(accountId);
  const key = state.accessKey(accountId, publicKey);
  if (account === undefined || key === undefined) {
    return { DeleteKeyDoesNotExist: { account_id: accountId, public_key: publicKey } };
  }
  const balanceYocto = key.gasKey?.balanceYocto ?? 0n;
  if (balanceYocto > config.maxBurntGasKeyBalanceYocto) {
    return gasKeyBalanceTooHigh(accountId, publicKey, balanceYocto);
  }
  progress.burntYocto += balanceYocto;
  state.setAccessKey(accountId, publicKey, undefined);
  state.setAccount(accountId, {
    ...account,
    storageUsage: Math.max(0, account.storageUsage - accessKeyStorage(config, publicKey, key)),
    publicKeys: account.publicKeys.filter((other) => other !== publicKey),
  });
  return null;
}

function deleteAccount(
  config: ProtocolConfig,
  state: State,
  { receiverId, predecessorId }: ActionReceipt,
  beneficiaryId: string,
  { progress }: ActionRun,
): ErrorJson | null {
  const account = state.account(receiverId);
  if (account === undefined) return { AccountDoesNotExist: { account_id: receiverId } };
  if (account.storageUsage - codeBytes(account) > MAX_STORAGE_OF_DELETED_ACCOUNT) {
    return { DeleteAccountWithLargeState: { account_id: receiverId } };
  }
  const gasKeysYocto = account.publicKeys.reduce(
    (total, publicKey) =>
      total + (state.accessKey(receiverId, publicKey)?.gasKey?.balanceYocto ?? 0n),
    0n,
  );
  if (gasKeysYocto > config.maxBurntGasKeyBalanceYocto) {
    return gasKeyBalanceTooHigh(receiverId, null, gasKeysYocto);
  }
  progress.burntYocto += gasKeysYocto;
  if (account.amountYocto > 0n) {
    progress.drafts.push(refundDraft(beneficiaryId, account.amountYocto));
  }
  for (const publicKey of account.publicKeys) state.setAccessKey(receiverId, publicKey, undefined);
  for (const key of state.storageKeys(receiverId, '')) {
    state.setStorageValue(receiverId, key, undefined);
  }
  state.setContract(receiverId, account, null);
  state.setAccount(receiverId, undefined);
  progress.actorId = predecessorId;
  return null;
}

/** A built-in contract counts as state, not code: a token's account cannot be deleted. */
function codeBytes({ contract }: Account): number {
  return contract?.kind === 'built-in' ? 0 : referenceBytes(contract);
}
