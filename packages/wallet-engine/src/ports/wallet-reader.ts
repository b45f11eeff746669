import type { WalletStatus } from '../core/wallet.ts';
import type { TransactionStatus } from './transaction-ledger.ts';

/** A wallet as an app may show it; no key that opens anything. */
export interface WalletView {
  ownerId: string;
  accountId: string;
  /** `ed25519:` and base58, as NEAR writes it. */
  publicKey: string;
  status: WalletStatus;
  /** Nobody may act with the wallet before it is. */
  isReady: boolean;
  /** A stable code (see `walletErrors`); null: none. */
  error: string | null;
  /** Decimal string of whole tokens, as last read from the chain. */
  balance: string;
  /** When it is tried again by itself, ms; null: not. */
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

/** An event of whosever wallet. */
export interface DeploymentEvent extends WalletEvent {
  /** When the wallet was asked for, or taken out of the stock; null: nobody knows. */
  requestedAtMs: number | null;
  /** It was made before anybody asked for it. */
  isOfStock: boolean;
}

/** Tokens on their way to the wallet, or arrived. */
export interface WalletTransfer {
  id: string;
  /** `SIGNUP_REWARD`, or what the app has written itself. */
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
  /** False: it counts no more, and another may be signed in its place. */
  isLive: boolean;
  /** The most it could cost, in millionths of a NEAR; what it did cost, once that is known. */
  maxCostMicroNear: number;
  spentMicroNear: number | null;
  /** What the chain said of one that FAILED; null: nothing. */
  failure: string | null;
  signedAtMs: number;
  /** Null until its outcome is known. */
  settledAtMs: number | null;
}

/** How far a wallet has come on the chain, by outcomes that are final. */
export interface WalletProgress {
  hasAccount: boolean;
  hasReward: boolean;
}

/**
 * What an app reads of wallets, each by its owner. All throw ServiceError `DATABASE_BUSY` when the database
 * does not answer.
 */
export interface WalletReader {
  /** @returns null when the owner has asked for no wallet. */
  read(ownerId: string): Promise<WalletView | null>;
  /** Of many owners at once; who has no wallet is missing. */
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
  /** The last event from before the time; 0: there is none. As exact as the clocks of those who wrote. */
  readLastEventIdBefore(atMs: number): Promise<number>;
  /** Whether the service makes wallets for nobody at the moment. */
  readIsPaused(): Promise<boolean>;
  /** The newest change's id; 0 when there is none. */
  readLastChangeId(): Promise<number>;
  /** Changes after the id, the oldest first, `limit` at most: made by whatever process. */
  readChangesAfter(query: { id: number; limit: number }): Promise<WalletChange[]>;
}

interface WalletQuery {
  ownerId: string;
  /** At most so many. */
  limit: number;
}
