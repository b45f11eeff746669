import type { WalletStatus } from '../core/wallet.ts';
import type { TransactionStatus } from './transaction-ledger.ts';

/** A wallet as an app may show it; holds no secret. */
export interface WalletView {
  ownerId: string;
  accountId: string;
  /** `ed25519:` and base58, as NEAR writes it. */
  publicKey: string;
  status: WalletStatus;
  /** Until it is true, nothing may be done with the wallet. */
  isReady: boolean;
  /** A stable code (see `walletErrors`); null: none. */
  error: string | null;
  /** Decimal string of whole tokens, as last read from the chain. */
  balance: string;
  /** When it is retried automatically, ms; null: it is not. */
  retryAtMs: number | null;
  requestedAtMs: number | null;
}

export interface WalletChange {
  /** Grows with the commits. */
  id: number;
  ownerId: string;
}

/** One change of a wallet's state. */
export interface WalletEvent {
  id: number;
  fromStatus: WalletStatus | null;
  toStatus: WalletStatus | null;
  /** Attempts begun until then. */
  attempt: number;
  errorCode: string | null;
  atMs: number;
}

/** An event of any wallet. */
export interface DeploymentEvent extends WalletEvent {
  /** When the wallet was requested, or taken out of the stock; null: unknown. */
  requestedAtMs: number | null;
  /** It was made for the stock. */
  isOfStock: boolean;
}

/** A token transfer to the wallet, completed or not. */
export interface WalletTransfer {
  id: string;
  /** `SIGNUP_REWARD`, or a purpose written by the app. */
  purpose: string;
  status: string;
  /** In the token's base units. */
  baseUnits: bigint;
  hash: string;
  atMs: number;
}

/** A transaction that was signed for the wallet. */
export interface WalletTransaction {
  hash: string;
  purpose: string;
  status: TransactionStatus;
  receiverId: string;
  /** False: it no longer counts, and another may be signed in its place. */
  isLive: boolean;
  /** The most it could cost, in millionths of a NEAR; and its actual cost, once known. */
  maxCostMicroNear: number;
  spentMicroNear: number | null;
  /** The chain's error, when it FAILED; else null. */
  failure: string | null;
  signedAtMs: number;
  /** Null until its outcome is known. */
  settledAtMs: number | null;
}

/** A wallet's progress on the chain, by final outcomes. */
export interface WalletProgress {
  hasAccount: boolean;
  hasReward: boolean;
}

/**
 * What an app reads of wallets, by owner. All throw ServiceError `DATABASE_BUSY` when the database does not
 * answer.
 */
export interface WalletReader {
  /** @returns null when the owner has requested no wallet. */
  read(ownerId: string): Promise<WalletView | null>;
  /** For many owners at once; an owner without a wallet is missing. */
  readProgress(ownerIds: readonly string[]): Promise<ReadonlyMap<string, WalletProgress>>;
  /** The newest first. */
  readEvents(query: WalletQuery): Promise<WalletEvent[]>;
  /** The newest first. */
  readTransfers(query: WalletQuery): Promise<WalletTransfer[]>;
  /** The oldest first. */
  readTransactions(query: WalletQuery): Promise<WalletTransaction[]>;
  /** When the owner was last shown the private key, ms; null: never. */
  readKeyExportedAt(ownerId: string): Promise<number | null>;
  /** When the deployment first met its chain, ms; null: it has not. */
  readBegunAt(): Promise<number | null>;
  /** Events of all wallets after the id, the oldest first, `limit` at most. */
  readAllEventsAfter(query: { id: number; limit: number }): Promise<DeploymentEvent[]>;
  /** The last event before the time; 0: none. As exact as the clocks of the writing processes. */
  readLastEventIdBefore(atMs: number): Promise<number>;
  /** Whether the service is paused and makes no wallets. */
  readIsPaused(): Promise<boolean>;
  /** The newest change's id; 0 when there is none. */
  readLastChangeId(): Promise<number>;
  /** Changes after the id, by any process, the oldest first, `limit` at most. */
  readChangesAfter(query: { id: number; limit: number }): Promise<WalletChange[]>;
}

interface WalletQuery {
  /** For a wallet in stock its own id. */
  ownerId: string;
  /** At most so many. */
  limit: number;
}
