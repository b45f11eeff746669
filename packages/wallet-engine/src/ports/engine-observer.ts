import type { PauseReason, ProcessErrorCode } from '../core/errors.ts';
import type { TransactionPurpose } from './transaction-ledger.ts';

/**
 * What happens in this process, told at the moment it has happened, for metrics. Each thing is told
 * by the one process that did it, so that the figures of several processes may be added up. Calls
 * return at once and never throw.
 */
export interface EngineObserver {
  /**
   * Work on a wallet began here. `first`: nobody had claimed it before; `takeover`: its holder died.
   * @param waitedMs since the request, of a first claim only; null: another claim, or a wallet of
   * before this engine
   */
  walletClaimed(claim: { kind: 'first' | 'again' | 'takeover'; waitedMs: number | null }): void;

  /**
   * A wallet that was asked for and made is READY.
   * @param tookMs since the request; null for a wallet of before this engine
   */
  walletReady(end: { tookMs: number | null }): void;

  /** A wallet was given that stood ready. @param tookMs of the whole request */
  walletTaken(take: { tookMs: number }): void;

  /** A wallet was asked for while none stood ready: it is made now. Told only where a stock is kept. */
  stockMissed(): void;

  /** One more wallet stands ready. @param tookMs since it was begun; null: not known */
  stockFilled(filling: { tookMs: number | null }): void;

  /** @param isFinal no retry is scheduled */
  walletFailed(failure: { errorCode: string; isFinal: boolean }): void;

  /** @param burntYocto what the network kept of it, its receipts included; 0 when DEAD, null: not known */
  transactionSettled(settled: {
    purpose: TransactionPurpose;
    status: 'SUCCEEDED' | 'FAILED' | 'DEAD';
    burntYocto: bigint | null;
  }): void;

  /** The service was at fault; nobody's attempt was spent. */
  serviceError(fault: { code: PauseReason | ProcessErrorCode }): void;

  /** The background work went once through all it has to look at. */
  workerBeat(beat: { atMs: number }): void;
}

/** What this process holds at the moment. */
export interface EngineVitals {
  /** Why nothing new is signed here; null when all is well. */
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
  workerBeat() {},
};
