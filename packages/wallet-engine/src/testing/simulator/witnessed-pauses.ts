import type { PauseReason } from '../../core/errors.ts';
import type { TransactionLedger } from '../../ports/transaction-ledger.ts';

/** A holder repeats its word every two seconds, and counts as gone after ten. */
const heldForMs = 8_000;

/** A pause that one process's settings hold must not be ended by those of another. */
export class PauseWitness {
  #last: { holder: string; pausedAtMs: number; atMs: number } | null = null;
  readonly #nowMs: () => number;
  readonly #onViolation: (violation: string) => void;

  constructor(parts: { nowMs: () => number; onViolation: (violation: string) => void }) {
    this.#nowMs = parts.nowMs;
    this.#onViolation = parts.onViolation;
  }

  /** The ledger of the process of this name. */
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
