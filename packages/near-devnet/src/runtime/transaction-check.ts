import { isSignatureValid } from '../bytes/public-key.ts';
import { u64Json } from '../bytes/u64-json.ts';
import { type TransactionCost, transactionCost } from '../rules/fees.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';
import type { Action, KeyPermission, SignedTransaction } from '../rules/transaction.ts';
import type { ErrorJson } from '../state/receipt.ts';
import {
  type AccessKey,
  type Account,
  type StateView,
  storageShortfallYocto,
} from '../state/state.ts';
import { findActionsError } from './action-check.ts';

/** A nonce must be below the height times this, so that a key cannot be used up by accident. */
export const NONCE_RANGE_PER_BLOCK = 1_000_000n;

interface Charge {
  readonly cost: TransactionCost;
  readonly account: Account;
  readonly accessKey: AccessKey;
}

export type ChargeCheck =
  | { readonly ok: true; readonly charge: Charge }
  /** The gas key pays for the attempt, and the account cannot pay the deposit: the transaction fails here. */
  | { readonly ok: true; readonly charge: Charge; readonly depositError: ErrorJson }
  | { readonly ok: false; readonly error: ErrorJson };

/** The error of a transaction that needs no state to see: limits and signature. Null if there is none. */
export function findStaticError(config: ProtocolConfig, tx: SignedTransaction): ErrorJson | null {
  const actionsError = findActionsError(config, tx.actions, tx.receiverId);
  if (actionsError !== null) return { ActionsValidation: actionsError };
  if (tx.bytes.length > config.maxTransactionBytes) {
    return {
      TransactionSizeExceeded: { size: tx.bytes.length, limit: config.maxTransactionBytes },
    };
  }
  const isSigned = isSignatureValid(tx.publicKey, tx.signature, Buffer.from(tx.hash, 'hex'));
  return isSigned ? null : 'InvalidSignature';
}

/**
 * The charge of a transaction included at `height`: the signer's account and key afterwards, or the `InvalidTxError`.
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
  const nonceError = findNonceError(tx, key.nonce, height);
  if (nonceError !== null) return refuse(nonceError);
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
  const permissionError = findPermissionMismatch(key.permission, tx.receiverId, tx.actions);
  if (permissionError !== null) return refuseKey(permissionError);
  const accessKey = { nonce: tx.nonce, permission: allowance.permission };
  return { ok: true, charge: { cost, account: charged, accessKey } };
}

/** Gas is paid from the key's balance, deposits from the account. */
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
  const nonceError = findNonceError(tx, keyNonce, height);
  if (nonceError !== null) return refuse(nonceError);
  if (gasKey.balanceYocto < cost.gasCostYocto) {
    return refuse({
      NotEnoughGasKeyBalance: {
        signer_id: tx.signerId,
        balance: gasKey.balanceYocto.toString(),
        cost: cost.gasCostYocto.toString(),
      },
    });
  }
  const permissionError = findPermissionMismatch(key.permission, tx.receiverId, tx.actions);
  if (permissionError !== null) return refuseKey(permissionError);
  const nonces = gasKey.nonces.with(index, tx.nonce);
  const paidWith = (yocto: bigint) => ({
    ...key,
    gasKey: { nonces, balanceYocto: gasKey.balanceYocto - yocto },
  });
  const charged = { ...account, amountYocto: account.amountYocto - cost.depositYocto };
  const depositError = findDepositError(config, tx, account, charged);
  if (depositError !== null) {
    const charge = { cost, account, accessKey: paidWith(cost.burntYocto) };
    return { ok: true, charge, depositError };
  }
  return { ok: true, charge: { cost, account: charged, accessKey: paidWith(cost.gasCostYocto) } };
}

function findDepositError(
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

function findNonceError(
  { nonce, nonceMode }: SignedTransaction,
  keyNonce: bigint,
  height: number,
): ErrorJson | null {
  if (nonce <= keyNonce || (nonceMode === 'strict' && nonce !== keyNonce + 1n)) {
    return { InvalidNonce: { tx_nonce: u64Json(nonce), ak_nonce: u64Json(keyNonce) } };
  }
  const upperBound = BigInt(height) * NONCE_RANGE_PER_BLOCK;
  if (nonce < upperBound) return null;
  return { NonceTooLarge: { tx_nonce: u64Json(nonce), upper_bound: u64Json(upperBound) } };
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
