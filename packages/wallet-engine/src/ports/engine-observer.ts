import type { PauseReason, ProcessErrorCode } from '../core/errors.ts';
import type { TransactionPurpose } from './transaction-ledger.ts';

/**
 * Receives what happens in this process as it happens, for metrics. Each event is reported only by the
 * process that caused it, so the figures of several processes may be added up. Calls return at once and
 * never throw.
 */
export interface EngineObserver {
  /**
   * Work on a wallet began here. `first`: it was never claimed before; `takeover`: its holder died.
   * @param waitedMs since the request, of a first claim only; null: a later claim, or a wallet older than
   * this engine
   */
  walletClaimed(claim: { kind: 'first' | 'again' | 'takeover'; waitedMs: number | null }): void;

  /**
   * A requested wallet is READY.
   * @param tookMs since the request; null for a wallet older than this engine
   */
  walletReady(end: { tookMs: number | null }): void;

  /** A wallet was handed out of the stock. @param tookMs of the whole request */
  walletTaken(take: { tookMs: number }): void;

  /** A wallet was requested while the stock was empty: it is made now. Reported only where a stock is kept. */
  stockMissed(): void;

  /** One more wallet is in stock. @param tookMs since it was begun; null: not known */
  stockFilled(filling: { tookMs: number | null }): void;

  /** @param isFinal no retry is scheduled */
  walletFailed(failure: { errorCode: string; isFinal: boolean }): void;

  /** @param burntYocto what the network kept of it, its receipts included; 0 when DEAD, null: not known */
  transactionSettled(settled: {
    purpose: TransactionPurpose;
    status: 'SUCCEEDED' | 'FAILED' | 'DEAD';
    burntYocto: bigint | null;
  }): void;

  /** An error of the service; it cost no wallet an attempt. */
  serviceError(error: { code: PauseReason | ProcessErrorCode }): void;

  /** The background work has completed one poll. */
  workerPolled(poll: { atMs: number }): void;
}

/** What this process holds at the moment. */
export interface EngineVitals {
  /** Why nothing new is signed here; null when nothing is wrong. */
  pausedBy: string | null;
  walletsAtWork: number;
  /** Signatures that wait for a lane. */
  waitingForLane: number;
  /** `wanted` by the configuration, `held` by this process, `busy` with a transaction in no block yet. */
  lanes: { wanted: number; held: number; busy: number };
}

export const silentObserver: EngineObserver = {
  walletClaimed() {},
  walletReady() {},
  walletTaken() {},
  stockMissed() {},
  stockFilled() {},
  walletFailed() {},
  transactionSettled() {},
  serviceError() {},
  workerPolled() {},
};
