import type { PauseReason } from '../core/errors.ts';
import type { Claim } from './wallet-store.ts';

export type WalletPurpose = 'CREATE' | 'REWARD';
export type TransactionPurpose = WalletPurpose | 'LANES' | 'TOMBSTONE';
/** SIGNED and SENT are open: they may still have an effect. The others are final; DEAD: it can never execute. */
export type TransactionStatus = 'SIGNED' | 'SENT' | 'SUCCEEDED' | 'FAILED' | 'DEAD';

/** What is needed to send a transaction again and to prove that it can never execute. */
export interface StoredTransaction {
  hash: string;
  signerId: string;
  publicKey: string;
  nonce: number;
  receiverId: string;
  /** Base64 of the signed borsh bytes. */
  signedBytes: string;
  referenceHeight: number;
  purpose: TransactionPurpose;
  status: TransactionStatus;
  /** JSON of the chain's ActionError, when FAILED. */
  failure: string | null;
}

export interface NewTransaction {
  transaction: Omit<StoredTransaction, 'status' | 'failure'>;
  /** The most it can take from the service account, in millionths, rounded up. */
  maxCostMicroNear: number;
  maxCostMicroToken: number;
  /** The part given away when it succeeds; the rest is gas, mostly refunded. */
  valueMicroNear: number;
  lane: {
    laneNumber: number;
    holder: string;
    fencingToken: number;
    /** The nonce that its holder knows to be stored for the lane; the stored one must equal it. */
    storedNonce: number;
  };
  /** The wallets it serves, each with its reward when one is paid. */
  wallets: (Claim & { reward: { amount: string; tokenContract: string } | null })[];
  /**
   * Lanes whose keys it adds. A lane that is known already has lost its key: its current holder may no
   * longer sign with it, and the next holder starts from the new key's nonce on chain.
   */
  newLanes: { laneNumber: number; publicKey: string }[];
}

export interface WalletTransaction extends StoredTransaction {
  userId: string;
  walletPurpose: WalletPurpose;
  /** It counts: not proven to be without effect; at most one for each purpose of a wallet. */
  live: boolean;
}

export interface Outcome {
  hash: string;
  status: 'SUCCEEDED' | 'FAILED';
  /** Null: not known. */
  gasBurnt: bigint | null;
  /** Null: not known; then, or when it exceeds the maximum cost, the maximum cost is counted. */
  burntYocto: bigint | null;
  failure: string | null;
  /** The newest final height known to the process that learnt the outcome: its effects are at or below it. */
  knownHeight: number;
}

/** A transaction that was open until now, and the wallets it served. */
export interface EndedTransaction {
  hash: string;
  userIds: string[];
}

/** Why a sign commit was refused. Nothing was written: nothing may be sent. */
export type CommitRefusal =
  | 'DATABASE_BEHIND_CHAIN'
  | 'CLAIM_LOST'
  | 'LANE_LOST'
  | 'PAUSED'
  | 'TREASURY_NEAR_LOW'
  | 'TREASURY_TOKEN_LOW'
  | 'SPEND_LIMIT_REACHED'
  | 'ALREADY_SIGNED';

export class CommitRefusedError extends Error {
  readonly refusal: CommitRefusal;

  constructor(refusal: CommitRefusal) {
    super(`nothing was signed: the database refused the commit (${refusal})`);
    this.name = 'CommitRefusedError';
    this.refusal = refusal;
  }
}

/** In millionths; null: no limit. */
export interface SpendLimits {
  hourMicroNear: number | null;
  dayMicroNear: number | null;
  hourMicroToken: number | null;
  dayMicroToken: number | null;
}

export interface Deployment {
  deploymentId: string;
  genesisHash: string;
  networkId: string;
  serviceAccountId: string;
  tokenContract: string;
  /** When this database first met its chain. */
  createdAtMs: number;
  pauseReason: PauseReason | null;
  /** Since when, plus a millisecond each time a process confirms it; null: not paused. */
  pausedAtMs: number | null;
  /** When it was last reconciled with the chain; null: never. */
  reconciledAtMs: number | null;
  /**
   * Grows with each reconciliation, to its final height at least, so that one of an older copy does not
   * pass for newer; wallets requested in an earlier epoch are looked up on chain.
   */
  epoch: number;
  /** The last reading; null: none yet. */
  treasury: TreasuryReading | null;
  /** How many more wallets the treasury covered then; null: no reading yet. */
  runwayWallets: number | null;
  /** The transaction signed last, whatever its outcome; null: none yet. */
  newestHash: string | null;
}

/** The service account's final balances, in millionths of a whole token. */
export interface TreasuryReading {
  microNear: number;
  microToken: number;
  /** When it was stored, by the clock of its process. */
  readAtMs: number;
}

/** What a sign commit must find; otherwise the database is not the one its process knows. */
export interface CommitGround {
  deploymentId: string;
  /** The token of the rewards. */
  tokenContract: string;
  /** A transaction known to be stored; null: none known. */
  newestHash: string | null;
}

/**
 * What was signed, its outcome, and its possible cost. Facts of the chain are settled by any process
 * that learns them, without a claim, and may be settled again.
 */
export interface TransactionLedger {
  /**
   * Reads the one deployment row, creating it when it is missing. As long as nothing was ever signed, a row
   * of another chain or service account is only a mistaken start: it is overwritten, except for its id.
   */
  openDeployment(
    deployment: Omit<
      Deployment,
      | 'pauseReason'
      | 'pausedAtMs'
      | 'reconciledAtMs'
      | 'treasury'
      | 'runwayWallets'
      | 'newestHash'
      | 'epoch'
    >,
  ): Promise<Deployment>;

  /** @returns null before the first contact with a chain. */
  readDeployment(): Promise<Deployment | null>;

  /** Stops all signing. An existing reason stays, unless the new one is `DATABASE_BEHIND_CHAIN`. */
  pause(pause: { reason: PauseReason; nowMs: number }): Promise<void>;

  /**
   * Confirms that by this process's settings the reason still applies, so that others keep the pause.
   * @returns the new `pausedAtMs`; null: no longer paused for this reason
   */
  holdPause(pause: { reason: PauseReason }): Promise<number | null>;

  /**
   * Ends the pause if it still has this reason and no process has confirmed it since.
   * @returns whether it did
   */
  resume(resume: { reason: PauseReason; pausedAtMs: number | null }): Promise<boolean>;

  /**
   * Replaces any earlier reading, even a newer-looking one: each has its own height, and what was settled
   * after that still counts against it.
   * `runwayWallets`: how many more wallets it covers.
   */
  recordTreasury(
    treasury: TreasuryReading & {
      runwayWallets: number;
      /** The final height whose balance it is. */
      height: number;
    },
  ): Promise<void>;

  /**
   * The intent: bytes, links, lane nonces and reward rows (PENDING), all or nothing. Refused unless the
   * database matches `ground` and no lane's nonce has gone back, every claim and every lane is still held,
   * nothing is paused, the treasury covers it with everything open and the reserve, and it stays within the
   * spend limits.
   * @throws CommitRefusedError nothing was written, nothing may be sent
   */
  commitSignedTransactions(commit: {
    transactions: NewTransaction[];
    ground: CommitGround;
    reserveMicroNear: number;
    spendLimits: SpendLimits;
    nowMs: number;
  }): Promise<void>;

  /**
   * Spending of the past hour and 24 hours, in millionths: settled transactions at their actual cost, open
   * ones at their maximum.
   */
  readSpending(at: { nowMs: number }): Promise<Record<keyof SpendLimits, number>>;

  /** The claims among these that are still held. */
  readHeldClaims(claims: Claim[]): Promise<Claim[]>;

  /** A node shows it in a block, perhaps not a final one: SIGNED becomes SENT. */
  recordIncluded(inclusion: { hashes: string[]; nowMs: number }): Promise<void>;

  /**
   * Final outcomes: the transactions, their reward rows and links, in one commit.
   * @returns those that were open until then; the others had been settled already.
   */
  settleTransactions(settlement: {
    outcomes: Outcome[];
    nowMs: number;
  }): Promise<EndedTransaction[]>;

  /**
   * Call it only with a proof that the transaction can never execute: its purpose may be signed again.
   * @returns null when it had been settled already.
   */
  declareDead(death: { hash: string; nowMs: number }): Promise<EndedTransaction | null>;

  /** @returns null when no such transaction was signed here. */
  readTransaction(hash: string): Promise<StoredTransaction | null>;

  /** All transactions that ever served the wallets, oldest first. */
  readWalletTransactions(userIds: string[]): Promise<WalletTransaction[]>;

  /** Open transactions signed by these keys, lowest nonce first. */
  readOpenTransactions(publicKeys: string[]): Promise<StoredTransaction[]>;

  /** The user's sign-up reward as it was paid, in base units; null unless it is COMPLETED. */
  readCompletedReward(userId: string): Promise<{ amount: string; tokenContract: string } | null>;
}
