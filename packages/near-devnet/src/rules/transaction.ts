import { deterministicId } from '../bytes/account-id.ts';
import type { Hash } from '../bytes/hash.ts';
import type { CurveSignature } from '../bytes/public-key.ts';

/** The permission of an access key. A null allowance is unlimited; an empty list of method names allows all. */
export type KeyPermission =
  | { readonly type: 'FullAccess' }
  | {
      readonly type: 'FunctionCall';
      readonly allowanceYocto: bigint | null;
      readonly receiverId: string;
      readonly methodNames: readonly string[];
    };

/** The terms of a gas key (NEP-611): the number of its nonces, and a balance that pays for gas. */
export interface GasKeyTerms {
  readonly balanceYocto: bigint;
  readonly noncesCount: number;
}

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
  /** The signed borsh bytes, without the prefix. */
  readonly bytes: Uint8Array;
  /** Version 2 (NEP-611) can name a nonce of a gas key, and has another prefix. */
  readonly version: 1 | 2;
  readonly nonceIndex: number | null;
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
      readonly gasKey?: GasKeyTerms;
    }
  | {
      readonly type: 'TransferToGasKey';
      readonly publicKey: string;
      readonly depositYocto: bigint;
    }
  | {
      readonly type: 'WithdrawFromGasKey';
      readonly publicKey: string;
      readonly amountYocto: bigint;
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
  | { readonly type: 'UseGlobalContract'; readonly identifier: Uint8Array | string }
  | {
      readonly type: 'DeterministicStateInit';
      readonly identifier: Uint8Array | string;
      readonly data: readonly (readonly [key: Uint8Array, value: Uint8Array])[];
      readonly depositYocto: bigint;
    };

export interface SignedTransaction {
  readonly hash: Hash;
  readonly signerId: string;
  readonly publicKey: string;
  readonly nonce: bigint;
  /** The index of a gas key's nonce, or null for any other key. */
  readonly nonceIndex: number | null;
  /** How the nonce must follow the key's; null in the unversioned form. */
  readonly nonceMode: 'monotonic' | 'strict' | null;
  readonly receiverId: string;
  readonly blockHash: Hash;
  readonly actions: readonly Action[];
  readonly signature: CurveSignature;
  /** All bytes as received, including the signature. */
  readonly bytes: Uint8Array;
}

/** The account id derived from a contract's code and data (NEP-616). */
export function stateInitId(
  identifier: Uint8Array | string,
  data: readonly (readonly [key: Uint8Array, value: Uint8Array])[],
): string {
  const length = (bytes: Uint8Array) => Buffer.from(Uint32Array.of(bytes.length).buffer);
  const sized = (bytes: Uint8Array) => Buffer.concat([length(bytes), bytes]);
  const code =
    typeof identifier === 'string'
      ? [Buffer.of(1), sized(Buffer.from(identifier))]
      : [Buffer.of(0), identifier];
  const count = Buffer.from(Uint32Array.of(data.length).buffer);
  const entries = data.flatMap(([key, value]) => [sized(key), sized(value)]);
  return deterministicId(Buffer.concat([Buffer.of(0), ...code, count, ...entries]));
}
