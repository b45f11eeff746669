import type { WalletStatus } from '../core/wallet.ts';

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

/** What an app reads of wallets. All throw ServiceFault `DATABASE_BUSY` when the database does not answer. */
export interface WalletReader {
  /** @returns null when the owner has asked for no wallet. */
  read(ownerId: string): Promise<WalletView | null>;
  /** The newest change's id; 0 when there is none. */
  readLastChangeId(): Promise<number>;
  /** Changes after the id, the oldest first, `limit` at most: made by whatever process. */
  readChangesAfter(query: { id: number; limit: number }): Promise<WalletChange[]>;
}
