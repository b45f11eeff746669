import { isAccountId } from '../bytes/account-id.ts';
import { BorshError, BorshReader } from '../bytes/borsh-reader.ts';
import { type Hash, sha256 } from '../bytes/hash.ts';
import {
  type CurveSignature,
  PUBLIC_KEY_LENGTHS,
  publicKeyText,
  SIGNATURE_LENGTHS,
} from '../bytes/public-key.ts';

/** What an access key may do. A null allowance is unlimited; no method names means every method. */
export type KeyPermission =
  | { readonly type: 'FullAccess' }
  | {
      readonly type: 'FunctionCall';
      readonly allowanceYocto: bigint | null;
      readonly receiverId: string;
      readonly methodNames: readonly string[];
    };

export interface FunctionCallAction {
  readonly type: 'FunctionCall';
  readonly methodName: string;
  readonly args: Uint8Array;
  readonly gas: bigint;
  readonly depositYocto: bigint;
}

/** The part of a meta-transaction (NEP-366) that its sender signs. */
export interface DelegateAction {
  readonly senderId: string;
  readonly receiverId: string;
  readonly actions: readonly Action[];
  readonly nonce: bigint;
  readonly maxBlockHeight: bigint;
  readonly publicKey: string;
  /** The borsh bytes the signature is over, without NEP-366's prefix. */
  readonly bytes: Uint8Array;
}

export type Action =
  | { readonly type: 'CreateAccount' }
  | { readonly type: 'DeployContract'; readonly code: Uint8Array }
  | FunctionCallAction
  | { readonly type: 'Transfer'; readonly depositYocto: bigint }
  | { readonly type: 'Stake'; readonly stakeYocto: bigint; readonly publicKey: string }
  | {
      readonly type: 'AddKey';
      readonly publicKey: string;
      readonly nonce: bigint;
      readonly permission: KeyPermission;
    }
  | { readonly type: 'DeleteKey'; readonly publicKey: string }
  | { readonly type: 'DeleteAccount'; readonly beneficiaryId: string }
  | {
      readonly type: 'Delegate';
      readonly delegateAction: DelegateAction;
      readonly signature: CurveSignature;
    }
  | {
      readonly type: 'DeployGlobalContract';
      readonly code: Uint8Array;
      readonly byAccountId: boolean;
    }
  | { readonly type: 'UseGlobalContract'; readonly identifier: Uint8Array | string };

export interface SignedTransaction {
  readonly hash: Hash;
  readonly signerId: string;
  readonly publicKey: string;
  readonly nonce: bigint;
  readonly receiverId: string;
  readonly blockHash: Hash;
  readonly actions: readonly Action[];
  readonly signature: CurveSignature;
  /** All bytes, the signature included, as they came. */
  readonly bytes: Uint8Array;
}

/**
 * Decodes a signed transaction and computes its hash, sha256 of the unsigned bytes.
 * Throws BorshError for anything a real node would not deserialise, trailing bytes included.
 */
export function decodeTransaction(bytes: Uint8Array): SignedTransaction {
  const reader = new BorshReader(bytes);
  const signerId = readAccountId(reader);
  const publicKey = readPublicKey(reader);
  const nonce = reader.u64();
  const receiverId = readAccountId(reader);
  const blockHash = Buffer.from(reader.fixed(32)).toString('hex');
  const actions = reader.list(() => readAction(reader, true));
  const hash = sha256(bytes.subarray(0, reader.offset));
  const signature = readSignature(reader);
  if (!reader.isAtEnd) throw new BorshError('Not all bytes read');
  return { hash, signerId, publicKey, nonce, receiverId, blockHash, actions, signature, bytes };
}

function readAccountId(reader: BorshReader): string {
  const text = reader.string();
  if (!isAccountId(text)) throw new BorshError(`invalid account id: ${JSON.stringify(text)}`);
  return text;
}

function readPublicKey(reader: BorshReader): string {
  const curve = reader.u8();
  const length = PUBLIC_KEY_LENGTHS[curve];
  if (length === undefined) throw new BorshError(`unknown key type '${curve}'`);
  return publicKeyText(curve, reader.fixed(length));
}

function readSignature(reader: BorshReader): CurveSignature {
  const curve = reader.u8();
  const length = SIGNATURE_LENGTHS[curve];
  if (length === undefined) throw new BorshError(`unknown signature type '${curve}'`);
  return { curve, bytes: reader.fixed(length) };
}

function readPermission(reader: BorshReader): KeyPermission {
  const tag = reader.u8();
  if (tag === 1) return { type: 'FullAccess' };
  if (tag !== 0) throw new BorshError(`Unexpected variant tag: ${tag}`);
  return {
    type: 'FunctionCall',
    allowanceYocto: reader.option(() => reader.u128()),
    // Checked when the action is validated, as the protocol does: this one is a plain string.
    receiverId: reader.string(),
    methodNames: reader.list(() => reader.string()),
  };
}

function readAction(reader: BorshReader, mayDelegate: boolean): Action {
  const tag = reader.u8();
  switch (tag) {
    case 0:
      return { type: 'CreateAccount' };
    case 1:
      return { type: 'DeployContract', code: reader.bytes() };
    case 2:
      return {
        type: 'FunctionCall',
        methodName: reader.string(),
        args: reader.bytes(),
        gas: reader.u64(),
        depositYocto: reader.u128(),
      };
    case 3:
      return { type: 'Transfer', depositYocto: reader.u128() };
    case 4:
      return { type: 'Stake', stakeYocto: reader.u128(), publicKey: readPublicKey(reader) };
    case 5:
      return {
        type: 'AddKey',
        publicKey: readPublicKey(reader),
        nonce: reader.u64(),
        permission: readPermission(reader),
      };
    case 6:
      return { type: 'DeleteKey', publicKey: readPublicKey(reader) };
    case 7:
      return { type: 'DeleteAccount', beneficiaryId: readAccountId(reader) };
    case 8:
      if (!mayDelegate) throw new BorshError('DelegateAction mustn’t contain a nested one');
      return readDelegate(reader);
    case 9:
      return { type: 'DeployGlobalContract', code: reader.bytes(), byAccountId: reader.u8() === 1 };
    case 10:
      return {
        type: 'UseGlobalContract',
        identifier: reader.u8() === 0 ? reader.fixed(32) : readAccountId(reader),
      };
    default:
      throw new BorshError(`Unexpected variant tag: ${tag}`);
  }
}

function readDelegate(reader: BorshReader): Action {
  const start = reader.offset;
  const senderId = readAccountId(reader);
  const receiverId = readAccountId(reader);
  const actions = reader.list(() => readAction(reader, false));
  const nonce = reader.u64();
  const maxBlockHeight = reader.u64();
  const publicKey = readPublicKey(reader);
  const bytes = reader.slice(start, reader.offset);
  const signature = readSignature(reader);
  const delegateAction = { senderId, receiverId, actions, nonce, maxBlockHeight, publicKey, bytes };
  return { type: 'Delegate', delegateAction, signature };
}
