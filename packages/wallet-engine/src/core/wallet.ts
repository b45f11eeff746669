/**
 * The life of a wallet. PENDING: requested, no work begun. CREATING: a worker holds the claim. READY: final.
 * FAILED: retried automatically when a retry is scheduled, otherwise only on request.
 */
export type WalletStatus = 'PENDING' | 'CREATING' | 'READY' | 'FAILED';

/**
 * Every legal transition; the statements of the stores that change a status are built from this table. Null:
 * no wallet yet.
 */
export const walletTransitions = {
  request: { from: [null], to: 'PENDING' },
  claim: { from: ['PENDING', 'FAILED'], to: 'CREATING' },
  takeOver: { from: ['CREATING'], to: 'CREATING' },
  complete: { from: ['CREATING'], to: 'READY' },
  fail: { from: ['CREATING'], to: 'FAILED' },
  handBack: { from: ['CREATING'], to: 'PENDING' },
  /** By the user, by an operator, or by a reconciliation that found the reward on chain. */
  retry: { from: ['FAILED'], to: 'PENDING' },
  /** Out of the stock: the wallet stays as it is and has an owner from now on. */
  take: { from: ['READY'], to: 'READY' },
} as const satisfies Record<string, { from: (WalletStatus | null)[]; to: WalletStatus }>;

export type WalletTransition = keyof typeof walletTransitions;

/** Whether a transition leads from one status to the other. */
export function isLegalTransition(from: WalletStatus | null, to: WalletStatus | null): boolean {
  return Object.values(walletTransitions).some(
    (transition) =>
      transition.to === to && (transition.from as readonly (WalletStatus | null)[]).includes(from),
  );
}

/** The `error` of a wallet in stock that an operator has set aside: it is never handed out. */
export const setAsideCode = 'STOCK_SET_ASIDE';

/** After this many takeovers of an expired lease the wallet is assumed to kill its workers. */
export const takeoverLimit = 10;

const firstRetryDelayMs = 5_000;
/** Jitter included. */
export const longestRetryWaitMs = 12.5 * 60_000;
const longestRetryDelayMs = 10 * 60_000;

/**
 * Exponential backoff from 5 s with jitter (between the full delay and a quarter more), so that
 * wallets which failed together do not come back together.
 * @param attempt the attempt that has just failed, from 1
 * @param random uniform in [0, 1)
 */
export function retryDelayMs({ attempt, random }: { attempt: number; random: number }): number {
  const delayMs = Math.min(firstRetryDelayMs * 2 ** (attempt - 1), longestRetryDelayMs);
  return Math.round(delayMs * (1 + random / 4));
}
