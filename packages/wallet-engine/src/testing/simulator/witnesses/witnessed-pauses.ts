import type { PauseReason } from '../../../core/errors.ts';
import type { TransactionLedger } from '../../../ports/transaction-ledger.ts';

/** A holder renews its pause every two seconds and counts as gone after ten. */
const heldForMs = 8_000;

/** A pause held by one process's settings must not be ended by another process. */
export class PauseWitness {
  #last: { holder: string; pausedAtMs: number; atMs: number } | null = null;
  readonly #nowMs: () => number;
  readonly #onViolation: (violation: string) => void;

  constructor(parts: { nowMs: () => number; onViolation: (violation: string) => void }) {
    this.#nowMs = parts.nowMs;
    this.#onViolation = parts.onViolation;
  }

  /** @param holder the name of the process */
  ofLedger(ledger: TransactionLedger, holder: string): TransactionLedger {
    return {
      ...ledger,
      holdPause: async (pause: { reason: PauseReason }) => {
        const pausedAtMs = await ledger.holdPause(pause);
        if (pausedAtMs !== null) this.#last = { holder, pausedAtMs, atMs: this.#nowMs() };
        return pausedAtMs;
      },
      resume: async (end) => {
        const isEnded = await ledger.resume(end);
        const last = this.#last;
        const isHeld =
          last !== null &&
          last.holder !== holder &&
          last.pausedAtMs === end.pausedAtMs &&
          this.#nowMs() - last.atMs < heldForMs;
        if (isEnded && isHeld) {
          this.#onViolation(`${holder} ended a pause (${end.reason}) that ${last.holder} holds`);
        }
        return isEnded;
      },
    };
  }
}
