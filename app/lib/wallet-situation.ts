import { retryableCodes } from '#engine/core/errors.ts';
import { hasGivenUp, type WalletView } from './wallet-view.ts';

/** A wallet is made in 3 s; beyond this a person wonders, and is told that it takes longer. */
export const SLOW_AFTER_MS = 15_000;
/** By now it is the service's error or the chain's, and is told as that. */
export const STUCK_AFTER_MS = 120_000;

/** Everything that can be true of a wallet for who looks at it; each has one set of sentences. */
export const WALLET_SITUATIONS = [
  'offline',
  'none',
  'paused',
  'waiting',
  'slow',
  'stuck',
  'ready',
  'retrying',
  'failed',
  'failedForGood',
] as const;

export type WalletSituation = (typeof WALLET_SITUATIONS)[number];

interface Known {
  readonly wallet: WalletView;
  /** The server is out of reach: what is known of the wallet may be over. */
  readonly isOffline: boolean;
  /** Since the wallet was asked for. */
  readonly waitedMs: number;
}

/** The one place that decides what is true; no page decides it again. */
export function situationOf({ wallet, isOffline, waitedMs }: Known): WalletSituation {
  if (wallet.isReady) return 'ready';
  if (isOffline) return 'offline';
  if (wallet.status === null) return 'none';
  if (wallet.isPaused) return 'paused';
  if (hasGivenUp(wallet)) return isRetryable(wallet) ? 'failed' : 'failedForGood';
  if (wallet.status === 'FAILED') return 'retrying';
  if (waitedMs >= STUCK_AFTER_MS) return 'stuck';
  return waitedMs >= SLOW_AFTER_MS ? 'slow' : 'waiting';
}

/** How long until time alone changes the situation; null: never. */
export function msUntilNextSituation(waitedMs: number): number | null {
  const next = [SLOW_AFTER_MS, STUCK_AFTER_MS].find((limit) => limit > waitedMs);
  return next === undefined ? null : next - waitedMs;
}

/** Given up for a reason that may be over: one more try may help. */
function isRetryable({ error }: WalletView): boolean {
  return retryableCodes.includes(error ?? '');
}
