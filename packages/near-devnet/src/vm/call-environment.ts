import type { Hash } from '../bytes/hash.ts';
import type { PromiseResult } from '../rules/contract.ts';
import type { ProtocolConfig } from '../rules/protocol-config.ts';

/** The block a call runs in. */
export interface BlockContext {
  readonly height: number;
  readonly timestampNanos: bigint;
  readonly epochHeight: number;
  readonly randomValue: Uint8Array;
}

/** The keys and values of one contract. Keys are bytes as a latin1 text. */
export interface ContractStorage {
  get(key: string): Uint8Array | undefined;
  set(key: string, value: Uint8Array): void;
  remove(key: string): void;
  /** Trie nodes visited to find the value that a write or removal replaces. */
  visitedNodes(key: string): number;
}

/** The code of an account as a host function returns it: the kind, and a hash or an account id. */
export interface OwnCode {
  readonly kind: 0 | 1 | 2 | 3;
  readonly identifier: Uint8Array;
}

/** Everything that a call of a contract can read and change. */
export interface CallEnvironment {
  readonly config: ProtocolConfig;
  readonly chainId: string;
  readonly block: BlockContext;
  readonly contractId: string;
  readonly predecessorId: string;
  readonly signerId: string;
  /** Curve and bytes. */
  readonly signerPublicKey: Uint8Array;
  readonly refundToId: string;
  readonly input: Uint8Array;
  readonly depositYocto: bigint;
  readonly prepaidGas: bigint;
  readonly isView: boolean;
  readonly promiseResults: readonly PromiseResult[];
  /** The accounts of receipts that wait for the result. */
  readonly outputReceiverIds: readonly string[];
  readonly balanceYocto: bigint;
  readonly lockedYocto: bigint;
  readonly storageUsage: number;
  readonly ownCode: OwnCode;
  readonly randomSeed: Uint8Array;
  readonly storage: ContractStorage;
  /** A new data id. */
  newDataId(): Hash;
  /** Whether a promise of this contract waits for this data id. */
  isYielded(dataId: Hash): boolean;
  /** The data id of this contract's yielded promise of this name; null if there is none. */
  dataIdOfYield(yieldId: Hash): Hash | null;
  /** The stake of a validator, 0 for any other account; the total for null. */
  stakeYocto(accountId: string | null): bigint;
}
