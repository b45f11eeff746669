/** The engine's settings; the app reads them from its environment. */
export interface EngineConfig {
  networkId: string;
  serviceAccountId: string;
  tokenContract: string;
  /** Of the intended token: a contract with other decimals is refused. */
  tokenDecimals: number;
  /** Decimal string of whole tokens; the contract's decimals are read from the chain. */
  signupReward: string;
  initialBalanceYocto: bigint;
  /** What must stay on the service account whatever happens. */
  reserveYocto: bigint;
  /** The most that may be spent in any hour and in any 24 hours; null: no limit. */
  spendLimitHourYocto: bigint | null;
  spendLimitDayYocto: bigint | null;
  /** The same of the reward's token; decimal strings of whole tokens. */
  spendLimitHourTokens: string | null;
  spendLimitDayTokens: string | null;
  /** A treasury that covers fewer wallets is logged as a warning. */
  runwayWarningWallets: number;
  /** Wallets that one claim takes. */
  batchSize: number;
  maxAttempts: number;
  lanes: number;
  /** Wallets kept ready without an owner; 0: none, each is made on request. */
  stock: number;
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** A killed worker's wallets are taken over when the lease expires; a live worker renews it in time. */
export const leaseDurationMs = 6_000;
export const heartbeatMs = 2_000;
/** Between polls for what is due: retries, and expired leases of dead workers. */
export const pollIntervalMs = 1_000;
/** A lane without an outcome for so long is freed by a noop. */
export const stuckAfterMs = 30_000;
/** A proof that a transaction can never execute asks twice, at least so far apart. */
export const proofGapMs = 60_000;
/**
 * No node in use is further behind than this, about 30 s. The sign commit treats what was settled less
 * than this before the treasury's block as not yet in it.
 */
export const heightAgreementBlocks = 50;
/** Clocks of workers are assumed to be no further apart than this; a time further ahead may never come. */
export const clocksApartMs = 60_000;
/** A clock further behind the chain's is reported. */
export const clockAgreementMs = 10_000;
/** nearcore: blocks after its reference block in which a transaction is valid. */
export const validityBlocks = 86_400;
