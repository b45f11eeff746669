/** What the engine must be told; the app reads it from its environment. */
export interface EngineConfig {
  networkId: string;
  serviceAccountId: string;
  tokenContract: string;
  /** Of the token that is meant: a contract with others is refused. */
  tokenDecimals: number;
  /** Decimal string of whole tokens; the contract's decimals are asked of the chain. */
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
  /** A treasury that suffices for fewer wallets is warned of. */
  runwayWarningWallets: number;
  /** Wallets a claim takes. */
  batchSize: number;
  maxAttempts: number;
  lanes: number;
  /** Wallets that stand ready without an owner; 0: none, each is made when it is asked for. */
  stock: number;
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** A killed worker's wallets are taken over after the lease; a live one renews it in time. */
export const leaseDurationMs = 6_000;
export const heartbeatMs = 2_000;
/** Between looks for what is due: retries, and leases of workers that died. */
export const lookMs = 1_000;
/** A lane without an outcome for so long is freed by a noop. */
export const stuckAfterMs = 30_000;
/** A proof that a transaction can never execute asks twice, at least so far apart. */
export const proofGapMs = 60_000;
/**
 * No node that is asked is further behind than this, about 30 s. The sign commit counts what was settled
 * so long before the treasury's block as not yet in it.
 */
export const heightAgreementBlocks = 50;
/** Clocks of workers are taken to be no further apart than this; what is further ahead may never come. */
export const clocksApartMs = 60_000;
/** A clock that is further behind the chain's is told of. */
export const clockAgreementMs = 10_000;
/** nearcore: blocks after its reference block in which a transaction is valid. */
export const validityBlocks = 86_400;
