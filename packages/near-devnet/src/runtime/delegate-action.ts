import { sha256Bytes } from '../bytes/hash.ts';
import { isSignatureValid } from '../bytes/public-key.ts';
import { u64Json } from '../bytes/u64-json.ts';
import { prepaidExecutionGas, prepaidSendGas, totalPrepaidGas } from '../rules/fees.ts';
import type { Rules } from '../rules/rules.ts';
import type { Action, DelegateAction } from '../rules/transaction.ts';
import type { ActionReceipt, ErrorJson } from '../state/receipt.ts';
import type { AccessKey, State } from '../state/state.ts';
import { type ActionRun, burn } from './receipt-progress.ts';
import { findPermissionMismatch, NONCE_RANGE_PER_BLOCK } from './transaction-check.ts';

// NEP-461: the signed bytes start with a number that no transaction can start with.
const DELEGATE_PREFIXES = { 1: 2 ** 30 + 366, 2: 2 ** 30 + 611 } as const;

/** Applies a meta-transaction (NEP-366): checks its sender's signature and key, then sends its actions as the sender. */
export function applyDelegate(
  { config }: Rules,
  state: State,
  receipt: ActionReceipt,
  action: Extract<Action, { type: 'Delegate' }>,
  { block, progress }: ActionRun,
): ErrorJson | null {
  const { delegateAction, signature } = action;
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32LE(DELEGATE_PREFIXES[delegateAction.version]);
  const message = sha256Bytes(Buffer.concat([prefix, delegateAction.bytes]));
  if (!isSignatureValid(delegateAction.publicKey, signature, message)) {
    return 'DelegateActionInvalidSignature';
  }
  if (BigInt(block.height) > delegateAction.maxBlockHeight) return 'DelegateActionExpired';
  const { senderId, receiverId, actions } = delegateAction;
  if (senderId !== receipt.receiverId) {
    return {
      DelegateActionSenderDoesNotMatchTxReceiver: {
        sender_id: senderId,
        receiver_id: receipt.receiverId,
      },
    };
  }
  const error = spendNonce(state, delegateAction, block.height);
  if (error !== null) return error;
  burn(progress, prepaidSendGas(config, [action]));
  progress.gasUsed +=
    prepaidExecutionGas(config, actions, receiverId) +
    totalPrepaidGas(actions) +
    config.fees.actionReceipt.execution;
  progress.drafts.push({
    predecessorId: senderId,
    receiverId,
    signerId: receipt.signerId,
    signerPublicKey: receipt.signerPublicKey,
    gasPriceYocto: receipt.gasPriceYocto,
    actions,
    inputDataIds: [],
    outputDataReceivers: [],
    isReturned: false,
  });
  return null;
}

function spendNonce(
  state: State,
  { senderId, receiverId, publicKey, nonce, nonceIndex, actions }: DelegateAction,
  height: number,
): ErrorJson | null {
  const key = state.accessKey(senderId, publicKey);
  if (key === undefined) {
    return {
      DelegateActionAccessKeyError: {
        AccessKeyNotFound: { account_id: senderId, public_key: publicKey },
      },
    };
  }
  const keyNonce = nonceIndex === null ? key.nonce : key.gasKey?.nonces[nonceIndex];
  if (keyNonce === undefined || (nonceIndex === null) !== (key.gasKey === undefined)) {
    const count = key.gasKey?.nonces.length ?? 0;
    return {
      DelegateActionInvalidNonceIndex: { delegate_nonce_index: nonceIndex, num_nonces: count },
    };
  }
  if (nonce <= keyNonce) {
    return {
      DelegateActionInvalidNonce: { delegate_nonce: u64Json(nonce), ak_nonce: u64Json(keyNonce) },
    };
  }
  const upperBound = BigInt(height) * NONCE_RANGE_PER_BLOCK;
  if (nonce >= upperBound) {
    return {
      DelegateActionNonceTooLarge: {
        delegate_nonce: u64Json(nonce),
        upper_bound: u64Json(upperBound),
      },
    };
  }
  const mismatch = findPermissionMismatch(key.permission, receiverId, actions);
  if (mismatch !== null) return { DelegateActionAccessKeyError: mismatch };
  state.setAccessKey(senderId, publicKey, withNonce(key, nonceIndex, nonce));
  return null;
}

function withNonce(key: AccessKey, nonceIndex: number | null, nonce: bigint): AccessKey {
  const { gasKey } = key;
  if (nonceIndex === null || gasKey === undefined) return { ...key, nonce };
  return { ...key, gasKey: { ...gasKey, nonces: gasKey.nonces.with(nonceIndex, nonce) } };
}
