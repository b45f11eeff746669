import { retryableCodes } from '#engine/core/errors.ts';
import { hasGivenUp, type WalletView } from './wallet-view.ts';

/** A wallet takes 3 s; after this the page says that it takes longer. */
export const SLOW_AFTER_MS = 15_000;
/** After this the cause is the service or the chain, and the page says so. */
export const STUCK_AFTER_MS = 120_000;

/** All situations of a wallet as seen by its owner; each has one set of sentences. */
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
  /** The server is unreachable: what is known of the wallet may be outdated. */
  readonly isOffline: boolean;
  /** Since the wallet was requested. */
  readonly waitedMs: number;
}

/** The one place that decides the situation; pages only show it. */
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

/** FAILED for a cause that may be temporary: one more attempt may help. */
function isRetryable({ error }: WalletView): boolean {
  return retryableCodes.includes(error ?? '');
}
