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
  /** Nodes of the state's trie that a node visits to find what a write or removal replaces. */
  visitedNodes(key: string): number;
}

/** What code an account runs, as a contract may ask it: a number for the kind, and a hash or an account id. */
export interface OwnCode {
  readonly kind: 0 | 1 | 2 | 3;
  readonly identifier: Uint8Array;
}

/** All that a call of a contract can see and touch. */
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
  /** Who waits for the result. */
  readonly outputReceiverIds: readonly string[];
  readonly balanceYocto: bigint;
  readonly lockedYocto: bigint;
  readonly storageUsage: number;
  readonly ownCode: OwnCode;
  readonly randomSeed: Uint8Array;
  readonly storage: ContractStorage;
  /** A new id for data on its way. */
  newDataId(): Hash;
  /** Whether a promise of this contract waits to be resumed under that id. */
  isYielded(dataId: Hash): boolean;
  /** The id of the data that a promise of this contract waits for under a name of its own; null when none does. */
  dataIdOfYield(yieldId: Hash): Hash | null;
  /** The stake of a validator, 0 for anybody else, or of all with null. */
  stakeYocto(accountId: string | null): bigint;
}
