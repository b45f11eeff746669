import type { PauseReason } from '../core/errors.ts';
import type { Claim } from './wallet-store.ts';

export type WalletPurpose = 'CREATE' | 'REWARD';
export type TransactionPurpose = WalletPurpose | 'LANES' | 'TOMBSTONE';
/** SIGNED and SENT are open: they may still have an effect. The others are ends. */
export type TransactionStatus = 'SIGNED' | 'SENT' | 'SUCCEEDED' | 'FAILED' | 'DEAD';

/** What must be known to send a transaction again and to prove it dead. */
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
  /** What of it is given away when it succeeds; the rest is gas, mostly paid back. */
  valueMicroNear: number;
  lane: {
    laneNumber: number;
    holder: string;
    fencingToken: number;
    /** What its holder knows the database to have for the lane; not less than that, and no more. */
    storedNonce: number;
  };
  /** The wallets it serves, with the reward's row for each when it pays one. */
  wallets: (Claim & { reward: { amount: string; tokenContract: string } | null })[];
  /**
   * Lanes whose keys it adds. One that is known already has lost its key: whoever holds it may sign
   * with it no more, and its next holder starts from the nonce the new key has on chain.
   */
  newLanes: { laneNumber: number; publicKey: string }[];
}

export interface WalletTransaction extends StoredTransaction {
  userId: string;
  walletPurpose: WalletPurpose;
  /** Not proven to be without effect; at most one for each purpose of a wallet. */
  live: boolean;
}

export interface Outcome {
  hash: string;
  status: 'SUCCEEDED' | 'FAILED';
  /** Null: not known. */
  gasBurnt: bigint | null;
  /** Null: not known; then, as when it is more than it could cost, the most it could cost is counted. */
  burntYocto: bigint | null;
  failure: string | null;
  /** The newest final height that whoever learnt it knew: its effects stand at or below it. */
  knownHeight: number;
}

/** One that was open until now, and whose wallets it served. */
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
    super(`sign commit refused: ${refusal}`);
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
  /** Since when, and a millisecond more each time that a process holds to it; null: not paused. */
  pausedAtMs: number | null;
  /** When it was last compared with the chain after being behind it; null: never. */
  reconciledAtMs: number | null;
  /**
   * Grows with each reconciliation, to its final height at least, so that one of an older copy is not
   * taken for newer; wallets requested in an earlier one are looked for on chain.
   */
  epoch: number;
  /** When the last reading was written down, by the clock of its process; null: none yet. */
  treasuryReadAtMs: number | null;
  /** For how many more wallets the treasury sufficed then; null: no reading yet. */
  runwayWallets: number | null;
  /** The transaction signed last, whatever became of it; null: none yet. */
  newestHash: string | null;
}

/** What a sign commit must find, or the database is not the one its process knows. */
export interface CommitGround {
  deploymentId: string;
  /** Of the rewards that are paid. */
  tokenContract: string;
  /** A transaction known to be stored; null: none was ever seen. */
  newestHash: string | null;
}

/**
 * What was signed, what became of it, and what it may cost. Facts of the chain are settled by
 * whoever learns them, without a claim, and may be settled again.
 */
export interface TransactionLedger {
  /**
   * Reads the one deployment row, making it first when it is missing. As long as nothing was ever
   * signed, one of another chain or service account is no more than a mistaken start: it is
   * overwritten, but for its id.
   */
  openDeployment(
    deployment: Omit<
      Deployment,
      | 'pauseReason'
      | 'pausedAtMs'
      | 'reconciledAtMs'
      | 'treasuryReadAtMs'
      | 'runwayWallets'
      | 'newestHash'
      | 'epoch'
    >,
  ): Promise<Deployment>;

  /** @returns null before the first contact with a chain. */
  readDeployment(): Promise<Deployment | null>;

  /** Stops all signing. An earlier reason stays, unless it is `DATABASE_BEHIND_CHAIN` that comes. */
  pause(pause: { reason: PauseReason; nowMs: number }): Promise<void>;

  /**
   * Says that by this process's settings the reason is still there, so that others see the pause
   * held to. @returns the new `pausedAtMs`; null: paused for this reason no more
   */
  holdPause(pause: { reason: PauseReason }): Promise<number | null>;

  /**
   * Ends the pause if it still has this reason, and nobody has held to it since.
   * @returns whether it did
   */
  resume(resume: { reason: PauseReason; pausedAtMs: number | null }): Promise<boolean>;

  /**
   * In the place of any reading before, an implausible one included: each is of its own height, and
   * what was settled after that still counts against it.
   * `runwayWallets` is for how many more wallets it suffices.
   */
  recordTreasury(treasury: {
    microNear: number;
    microToken: number;
    runwayWallets: number;
    /** The final height whose balance it is. */
    height: number;
    readAtMs: number;
  }): Promise<void>;

  /**
   * The intent: bytes, links, lane nonces and reward rows (PENDING), all or nothing. Refused unless
   * the database still holds its ground and no lane has gone back, every claim and every lane is
   * still held, nothing is paused, the treasury covers it with all that is open and the reserve, and
   * it stays within the spend limits.
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
   * What was spent in the hour and in the 24 hours before, millionths: by transactions that are
   * settled what they did cost, by open ones the most they can.
   */
  readSpending(at: { nowMs: number }): Promise<Record<keyof SpendLimits, number>>;

  /** The claims among these that are still held. */
  readHeldClaims(claims: Claim[]): Promise<Claim[]>;

  /** A node has it in a block, perhaps not a final one: SIGNED becomes SENT. */
  recordIncluded(inclusion: { hashes: string[]; nowMs: number }): Promise<void>;

  /**
   * Final outcomes: the transactions, their reward rows and links, in one commit.
   * @returns those that were open until then; the others had an end already.
   */
  settleTransactions(settlement: {
    outcomes: Outcome[];
    nowMs: number;
  }): Promise<EndedTransaction[]>;

  /**
   * To be called with a proof of death only: the purpose may be signed for again.
   * @returns null when it had an end already.
   */
  declareDead(death: { hash: string; nowMs: number }): Promise<EndedTransaction | null>;

  /** @returns null when no such transaction was signed here. */
  readTransaction(hash: string): Promise<StoredTransaction | null>;

  /** All transactions that ever served the wallets, oldest first. */
  readWalletTransactions(userIds: string[]): Promise<WalletTransaction[]>;

  /** Open transactions signed by these keys, lowest nonce first. */
  readOpenTransactions(publicKeys: string[]): Promise<StoredTransaction[]>;

  /** The user's sign-up reward in base units as it was paid; null unless it is COMPLETED. */
  readCompletedReward(userId: string): Promise<{ amount: string; tokenContract: string } | null>;
}
