import { isAccountId } from '../bytes/account-id.ts';
import { BorshError, BorshReader } from '../bytes/borsh-reader.ts';
import { sha256 } from '../bytes/hash.ts';
import {
  type CurveSignature,
  PUBLIC_KEY_LENGTHS,
  publicKeyText,
  SIGNATURE_LENGTHS,
} from '../bytes/public-key.ts';
import type { Action, GasKeyTerms, KeyPermission, SignedTransaction } from './transaction.ts';

/**
 * Decodes a signed transaction and computes its hash, sha256 of the unsigned bytes.
 * Throws BorshError for anything nearcore would not deserialise, including trailing bytes.
 */
export function decodeTransaction(bytes: Uint8Array): SignedTransaction {
  const reader = new BorshReader(bytes);
  // The unversioned form starts with the length of an account id, which is never 1.
  const isVersioned = bytes[0] === VERSION_1;
  if (isVersioned) reader.u8();
  const signerId = readAccountId(reader);
  const publicKey = readPublicKey(reader);
  const { nonce, nonceIndex } = isVersioned ? readNonce(reader) : plainNonce(reader);
  const receiverId = readAccountId(reader);
  const blockHash = Buffer.from(reader.fixed(32)).toString('hex');
  const actions = reader.list(() => readAction(reader, true));
  const nonceMode = isVersioned ? readNonceMode(reader) : null;
  const hash = sha256(bytes.subarray(0, reader.offset));
  const signature = readSignature(reader);
  if (!reader.isAtEnd) throw new BorshError('Not all bytes read');
  return {
    hash,
    signerId,
    publicKey,
    nonce,
    nonceIndex,
    nonceMode,
    receiverId,
    blockHash,
    actions,
    signature,
    bytes,
  };
}

const VERSION_1 = 1;

function plainNonce(reader: BorshReader): { nonce: bigint; nonceIndex: number | null } {
  return { nonce: reader.u64(), nonceIndex: null };
}

/** A nonce, possibly of a gas key. */
function readNonce(reader: BorshReader): { nonce: bigint; nonceIndex: number | null } {
  const tag = reader.u8();
  if (tag > 1) throw new BorshError(`Unexpected variant tag: ${tag}`);
  const nonce = reader.u64();
  return { nonce, nonceIndex: tag === 1 ? reader.u16() : null };
}

function readNonceMode(reader: BorshReader): 'monotonic' | 'strict' {
  const tag = reader.u8();
  if (tag > 1) throw new BorshError(`Unexpected variant tag: ${tag}`);
  return tag === 0 ? 'monotonic' : 'strict';
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

/** The permission of a key, and the terms of a gas key. */
function readPermission(reader: BorshReader): { permission: KeyPermission; gasKey?: GasKeyTerms } {
  const tag = reader.u8();
  switch (tag) {
    case 0:
      return { permission: readFunctionCallPermission(reader) };
    case 1:
      return { permission: { type: 'FullAccess' } };
    case 2: {
      const gasKey = readGasKeyTerms(reader);
      return { permission: readFunctionCallPermission(reader), gasKey };
    }
    case 3:
      return { gasKey: readGasKeyTerms(reader), permission: { type: 'FullAccess' } };
    default:
      throw new BorshError(`Unexpected variant tag: ${tag}`);
  }
}

function readGasKeyTerms(reader: BorshReader): GasKeyTerms {
  return { balanceYocto: reader.u128(), noncesCount: reader.u16() };
}

function readFunctionCallPermission(reader: BorshReader): KeyPermission {
  return {
    type: 'FunctionCall',
    allowanceYocto: reader.option(() => reader.u128()),
    // A plain string: nearcore checks it when it validates the action.
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
        ...readPermission(reader),
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
      return { type: 'UseGlobalContract', identifier: readCodeIdentifier(reader) };
    case 11:
      return readStateInit(reader);
    case 12:
      return {
        type: 'TransferToGasKey',
        publicKey: readPublicKey(reader),
        depositYocto: reader.u128(),
      };
    case 13:
      return {
        type: 'WithdrawFromGasKey',
        publicKey: readPublicKey(reader),
        amountYocto: reader.u128(),
      };
    case 14:
      if (!mayDelegate) throw new BorshError('DelegateAction mustn’t contain a nested one');
      return readDelegateV2(reader);
    default:
      throw new BorshError(`Unexpected variant tag: ${tag}`);
  }
}

function readCodeIdentifier(reader: BorshReader): Uint8Array | string {
  const tag = reader.u8();
  if (tag > 1) throw new BorshError(`Unexpected variant tag: ${tag}`);
  return tag === 0 ? reader.fixed(32) : readAccountId(reader);
}

function readStateInit(reader: BorshReader): Action {
  const tag = reader.u8();
  if (tag !== 0) throw new BorshError(`Unexpected variant tag: ${tag}`);
  const identifier = readCodeIdentifier(reader);
  const data = reader.list((): [Uint8Array, Uint8Array] => [reader.bytes(), reader.bytes()]);
  const isSorted = data.every(
    ([key], index) => index === 0 || Buffer.compare(data[index - 1]?.[0] ?? key, key) < 0,
  );
  if (!isSorted) throw new BorshError('keys must be sorted and unique');
  return { type: 'DeterministicStateInit', identifier, data, depositYocto: reader.u128() };
}

function readDelegate(reader: BorshReader): Action {
  const start = reader.offset;
  return readDelegateOf(reader, { version: 1, start });
}

function readDelegateV2(reader: BorshReader): Action {
  // The version is part of what is signed.
  const start = reader.offset;
  const tag = reader.u8();
  if (tag !== 0) throw new BorshError(`Unexpected variant tag: ${tag}`);
  return readDelegateOf(reader, { version: 2, start });
}

function readDelegateOf(
  reader: BorshReader,
  { version, start }: { version: 1 | 2; start: number },
): Action {
  const senderId = readAccountId(reader);
  const receiverId = readAccountId(reader);
  const actions = reader.list(() => readAction(reader, false));
  const { nonce, nonceIndex } = version === 2 ? readNonce(reader) : plainNonce(reader);
  const maxBlockHeight = reader.u64();
  const publicKey = readPublicKey(reader);
  const bytes = reader.slice(start, reader.offset);
  const signature = readSignature(reader);
  return {
    type: 'Delegate',
    delegateAction: {
      senderId,
      receiverId,
      actions,
      nonce,
      nonceIndex,
      version,
      maxBlockHeight,
      publicKey,
      bytes,
    },
    signature,
  };
}
