import type { Clock } from '../core/clock.ts';
import { ServiceError, StoppedError } from '../core/errors.ts';
import type { EngineLog } from '../core/log.ts';
import type { EngineObserver } from '../ports/engine-observer.ts';
import type { NearChain, TransactionAnswer } from '../ports/near-chain.ts';
import type { Outcome, StoredTransaction, TransactionLedger } from '../ports/transaction-ledger.ts';
import { proveNeverExecutes } from './prove-never-executes.ts';
import { createRecentHeight, type RecentHeight } from './recent-height.ts';
import {
  ended,
  firstSent,
  newSending,
  proofTried,
  rejected,
  type SendingState,
  seenInBlock,
  stillInBlock,
  stuck,
  stuckFromHeight,
} from './sending-state.ts';
import {
  createSettlementWriter,
  type SettledTransaction,
  type SettlementWriter,
} from './settlement-writer.ts';

export interface Watch {
  /** In a block, or settled: its lane may sign the next one. Called once, and again after `onStuck`. */
  onIncluded?: () => void;
  /**
   * No block has had it for 30 s although the chain advances (or the block that had it was reverted);
   * called at once when that is known already, and again every 30 s.
   * @param isRejected a node has rejected it: these bytes may never execute
   */
  onStuck?: (isRejected: boolean) => void;
  /** A node rejects it: perhaps an error of the service, never an outcome. */
  onRejected?: (reason: string) => void;
}

export interface TransactionSettler {
  /**
   * Sends a stored transaction until it has an outcome or provably can never execute, and records that.
   * Concurrent calls for one hash share the work. It records facts, so it needs no claim. Errors while
   * asking or writing are logged once, and the call is repeated.
   * @throws StoppedError when the process stops first; another process continues from the ledger.
   * ServiceError `DATABASE_BEHIND_CHAIN` when the ledger no longer has it
   */
  settle(transaction: StoredTransaction, watch?: Watch): Promise<SettledTransaction>;
}

/** One transaction on its way through this process. */
interface Sending {
  readonly transaction: StoredTransaction;
  readonly watches: Watch[];
  state: SendingState;
  /** An answer that cannot be read or recorded is logged once. */
  isErrorLogged: boolean;
}

interface SettlerPorts {
  ledger: TransactionLedger;
  chain: NearChain;
  clock: Clock;
  log: EngineLog;
  observer: EngineObserver;
  signal: AbortSignal;
}

const firstPauseMs = 500;
const longestPauseMs = 5_000;

export function createTransactionSettler(ports: SettlerPorts): TransactionSettler {
  return new Settler(ports);
}

class Settler implements TransactionSettler {
  readonly #chain: NearChain;
  readonly #clock: Clock;
  readonly #log: EngineLog;
  readonly #observer: EngineObserver;
  readonly #signal: AbortSignal;
  readonly #writer: SettlementWriter;
  readonly #finalHeight: RecentHeight;
  /** Agreed by two nodes where two are configured; 0 while a second one does not answer. */
  readonly #agreedHeight: RecentHeight;
  readonly #inFlight = new Map<string, Sending & { settled: Promise<SettledTransaction> }>();

  constructor({ ledger, chain, clock, log, observer, signal }: SettlerPorts) {
    this.#chain = chain;
    this.#clock = clock;
    this.#log = log;
    this.#observer = observer;
    this.#signal = signal;
    this.#writer = createSettlementWriter({ ledger, clock, log, observer, signal });
    const ask = async () => (await chain.readFinalBlock()).height;
    this.#finalHeight = createRecentHeight({ ask, clock });
    this.#agreedHeight = createRecentHeight({ ask: () => chain.readAgreedHeight(), clock });
  }

  settle(transaction: StoredTransaction, watch: Watch = {}): Promise<SettledTransaction> {
    const running = this.#inFlight.get(transaction.hash);
    if (running) {
      const { isIncluded, isStuck } = running.state;
      if (isIncluded) watch.onIncluded?.();
      // At once, since the next report in 30 s may reach a process that no longer has the lane. In a later
      // turn of the event loop: the caller may know of a newer transaction of the lane.
      else if (isStuck) queueMicrotask(() => watch.onStuck?.(running.state.isRejected));
      running.watches.push(watch);
      return running.settled;
    }
    const { referenceHeight } = transaction;
    const state = newSending({ referenceHeight, nowMs: this.#clock.now() });
    const sending: Sending = { transaction, watches: [watch], state, isErrorLogged: false };
    const settled = this.#drive(sending).finally(() => this.#inFlight.delete(transaction.hash));
    this.#inFlight.set(transaction.hash, Object.assign(sending, { settled }));
    return settled;
  }

  async #drive(sending: Sending): Promise<SettledTransaction> {
    const { transaction } = sending;
    let pauseMs = firstPauseMs;
    let answer = await this.#askFirst(sending);
    sending.state = firstSent(sending.state, await this.#finalHeight.read());
    for (;;) {
      if (this.#signal.aborted) throw new StoppedError();
      try {
        if (answer.kind === 'final') {
          this.#reportEnd(sending);
          const outcome = await this.#outcomeOf(sending, answer);
          return await this.#writer.writeOutcome(transaction, outcome);
        }
        if (answer.kind === 'included') {
          answer = await this.#waitForFinal(sending);
          continue;
        }
        const found = await this.#examine(sending, answer);
        if (found && 'status' in found) return found;
        if (found) {
          answer = found;
          continue;
        }
        await this.#reportWhenStuck(sending);
      } catch (error) {
        if (error instanceof StoppedError || error instanceof ServiceError) throw error;
        this.#logOnce(sending, error);
      }
      await this.#clock.sleep(pauseMs, this.#signal);
      if (this.#signal.aborted) throw new StoppedError();
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      // Ask for the hash first: a node that has the transaction does not check its nonce again.
      answer = await this.#ask(sending, () => this.#lookUp(transaction));
      if (answer.kind === 'unknown' || answer.kind === 'pending') {
        answer = await this.#ask(sending, () => this.#chain.sendTransaction(transaction));
      }
    }
  }

  #askFirst(sending: Sending): Promise<TransactionAnswer> {
    const { transaction } = sending;
    return this.#ask(sending, () =>
      transaction.status === 'SENT'
        ? this.#lookUp(transaction)
        : this.#chain.sendTransaction(transaction),
    );
  }

  /** An error while asking says nothing about the outcome: ask again. */
  #ask(sending: Sending, ask: () => Promise<TransactionAnswer>): Promise<TransactionAnswer> {
    return ask().catch((error): TransactionAnswer => {
      this.#logOnce(sending, error);
      return { kind: 'pending' };
    });
  }

  /** Without waiting for FINAL: only then does a node deny a hash at once. */
  #lookUp(transaction: StoredTransaction): Promise<TransactionAnswer> {
    return this.#chain.lookUpTransaction(transaction).catch((error: unknown) => {
      if (error instanceof ServiceError) return { kind: 'pending' };
      throw error;
    });
  }

  async #outcomeOf(
    { transaction: { hash }, state }: Sending,
    { outcome: { succeeded, ...burnt } }: TransactionAnswer & { kind: 'final' },
  ): Promise<Outcome> {
    await this.#finalHeight.read();
    // If no node answers now: at least the height known when it was sent.
    const knownHeight = Math.max(this.#finalHeight.last(), state.absentSinceHeight);
    return { ...burnt, hash, knownHeight, status: succeeded ? 'SUCCEEDED' : 'FAILED' };
  }

  async #waitForFinal(sending: Sending): Promise<TransactionAnswer> {
    const { transaction } = sending;
    const seenAtMs = this.#clock.now();
    const finalHeight = await this.#finalHeight.read();
    const nowMs = this.#clock.now();
    const { state, isFirst } = seenInBlock(sending.state, { seenAtMs, nowMs, finalHeight });
    sending.state = state;
    if (isFirst) {
      for (const watch of sending.watches) watch.onIncluded?.();
      this.#writer.recordIncluded(transaction.hash);
    }
    let answer = await this.#ask(sending, () => this.#chain.readTransaction(transaction));
    if (answer.kind === 'included') {
      const { state, isDoubtful } = stillInBlock(sending.state, this.#clock.now());
      sending.state = state;
      const everywhere = { ...transaction, everywhere: true };
      if (isDoubtful) {
        answer = await this.#ask(sending, () => this.#chain.sendTransaction(everywhere));
      }
    }
    // A node that answers at once instead of waiting must not be polled in a tight loop.
    if (answer.kind !== 'final' && this.#clock.now() - nowMs < firstPauseMs) {
      await this.#clock.sleep(firstPauseMs, this.#signal);
    }
    return answer;
  }

  /** @returns its end; or a node's answer, when it shows the transaction in a block; else null */
  async #examine(
    sending: Sending,
    answer: TransactionAnswer,
  ): Promise<SettledTransaction | TransactionAnswer | null> {
    const { transaction, watches } = sending;
    const { hash } = transaction;
    if (answer.kind === 'rejected') {
      sending.state = rejected(sending.state);
      this.#log.warn({ hash, reason: answer.reason }, 'a node rejects the transaction');
      for (const watch of watches) watch.onRejected?.(answer.reason);
    }
    const elsewhere = await this.#writer.readEnd(hash);
    if (elsewhere) {
      this.#reportEnd(sending);
      return elsewhere;
    }
    if (answer.kind === 'pending') return null;
    const proof = await this.#tryToProve(transaction);
    if (proof === 'never') {
      await this.#writer.writeNeverExecuted(transaction);
      this.#reportEnd(sending);
      const settled = await this.#writer.readEnd(hash);
      if (!settled) throw new Error(`transaction ${hash} is neither open nor settled`);
      return settled;
    }
    this.#reportUnproven(sending, proof);
    const isMore = proof !== 'unproven' && (proof.kind === 'final' || proof.kind === 'included');
    return isMore ? proof : null;
  }

  async #tryToProve(transaction: StoredTransaction) {
    const ports = { chain: this.#chain, clock: this.#clock, signal: this.#signal };
    try {
      return await proveNeverExecutes({ transaction, ...ports });
    } catch (error) {
      if (error instanceof ServiceError) return 'unproven';
      throw error;
    }
  }

  #reportUnproven(sending: Sending, proof: TransactionAnswer | 'unproven'): void {
    const kind = proof === 'unproven' ? proof : proof.kind;
    const tried = proofTried(sending.state, { proof: kind, nowMs: this.#clock.now() });
    sending.state = tried.state;
    if (!tried.isReported) return;
    const code = 'TRANSACTION_FORGOTTEN';
    const { hash, purpose } = sending.transaction;
    this.#observer.serviceError({ code });
    this.#log.error(
      { code, hash, purpose },
      'no node can say whether the transaction was executed',
    );
  }

  async #reportWhenStuck(sending: Sending): Promise<void> {
    const { purpose } = sending.transaction;
    const enough = stuckFromHeight(sending.state, { purpose, nowMs: this.#clock.now() });
    if (enough === null) return;
    if (((await this.#finalHeight.read()) ?? 0) < enough) return;
    // One node that is ahead, or claims to be, makes a halted chain look alive.
    const agreedHeight = (await this.#agreedHeight.read()) ?? 0;
    if (agreedHeight < enough) return;
    sending.state = stuck(sending.state, { nowMs: this.#clock.now(), agreedHeight });
    for (const watch of sending.watches) watch.onStuck?.(sending.state.isRejected);
  }

  #reportEnd(sending: Sending): void {
    const { state, isFirst } = ended(sending.state);
    sending.state = state;
    if (!isFirst) return;
    for (const watch of sending.watches) watch.onIncluded?.();
  }

  #logOnce(sending: Sending, error: unknown): void {
    if (sending.isErrorLogged) return;
    sending.isErrorLogged = true;
    const { hash, purpose } = sending.transaction;
    this.#log.error(
      { hash, purpose, error },
      'the transaction cannot be settled yet; its outcome will be asked for again',
    );
  }
}
