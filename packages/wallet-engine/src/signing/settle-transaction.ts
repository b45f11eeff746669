import type { Clock } from '../core/clock.ts';
import { ServiceError, StoppedError } from '../core/errors.ts';
import type { EngineLog } from '../core/log.ts';
import type { EngineObserver } from '../ports/engine-observer.ts';
import type { FinalOutcome, NearChain, TransactionAnswer } from '../ports/near-chain.ts';
import type { StoredTransaction, TransactionLedger } from '../ports/transaction-ledger.ts';
import { proveNeverExecutes } from './prove-never-executes.ts';
import { createRecentHeight, type RecentHeight } from './recent-height.ts';
import {
  type NextAct,
  type Notice,
  type Question,
  type SettleEvent,
  type SettleStep,
  settleStep,
  startSettling,
} from './settle-step.ts';
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
  step: SettleStep;
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
      const { isIncluded, isStuck } = running.step.state;
      if (isIncluded) watch.onIncluded?.();
      // At once, since the next report in 30 s may reach a process that no longer has the lane. In a later
      // turn of the event loop: the caller may know of a newer transaction of the lane.
      else if (isStuck) queueMicrotask(() => watch.onStuck?.(running.step.state.isRejected));
      running.watches.push(watch);
      return running.settled;
    }
    const step = startSettling(transaction, this.#clock.now());
    const sending: Sending = { transaction, watches: [watch], step, isErrorLogged: false };
    const settled = this.#drive(sending).finally(() => this.#inFlight.delete(transaction.hash));
    this.#inFlight.set(transaction.hash, Object.assign(sending, { settled }));
    return settled;
  }

  /** Carries out step after step; what is done, and in which order, is decided in `settleStep`. */
  async #drive(sending: Sending): Promise<SettledTransaction> {
    for (;;) {
      const { state, notices, next, mayStop } = sending.step;
      if (mayStop && this.#signal.aborted) throw new StoppedError();
      try {
        for (const notice of notices) this.#tell(sending, notice);
        if (next.kind === 'done') return next.end;
        const event = await this.#carryOut(sending, next);
        sending.step = settleStep(state, event, this.#clock.now());
      } catch (error) {
        if (error instanceof StoppedError || error instanceof ServiceError) throw error;
        this.#logOnce(sending, error);
        sending.step = settleStep(state, { kind: 'failed' }, this.#clock.now());
      }
    }
  }

  async #carryOut(
    sending: Sending,
    next: Exclude<NextAct, { kind: 'done' }>,
  ): Promise<SettleEvent> {
    const { transaction } = sending;
    switch (next.kind) {
      case 'ask': {
        const { question } = next;
        return { kind: 'answer', question, answer: await this.#ask(sending, question) };
      }
      case 'read final height': {
        const { use } = next;
        return { kind: 'final height', use, height: await this.#finalHeight.read() };
      }
      case 'read agreed height':
        return { kind: 'agreed height', height: await this.#agreedHeight.read() };
      case 'read end':
        return { kind: 'end', end: await this.#readEnd(transaction.hash, next) };
      case 'prove':
        return { kind: 'proof', proof: await this.#tryToProve(transaction) };
      case 'declare dead':
        await this.#writer.writeNeverExecuted(transaction);
        return { kind: 'declared dead' };
      case 'write outcome':
        return { kind: 'end', end: await this.#writeOutcome(transaction, next) };
      case 'pause':
        await this.#clock.sleep(next.forMs, this.#signal);
        return { kind: 'pause over' };
    }
  }

  /** An error while asking says nothing about the outcome: ask again. */
  async #ask(sending: Sending, question: Question): Promise<TransactionAnswer> {
    try {
      return await this.#put(question, sending.transaction);
    } catch (error) {
      // Nodes are away for all transactions alike: none of them is worth a line.
      const isUnanswered = question === 'look up' && error instanceof ServiceError;
      if (!isUnanswered) this.#logOnce(sending, error);
      return { kind: 'pending' };
    }
  }

  #put(question: Question, transaction: StoredTransaction): Promise<TransactionAnswer> {
    switch (question) {
      case 'send':
        return this.#chain.sendTransaction(transaction);
      case 'send to every node':
        return this.#chain.sendTransaction({ ...transaction, everywhere: true });
      // Without waiting for FINAL: only then does a node deny a hash at once.
      case 'look up':
        return this.#chain.lookUpTransaction(transaction);
      case 'wait for final':
        return this.#chain.readTransaction(transaction);
    }
  }

  async #readEnd(hash: string, { isDeclaredDead }: { isDeclaredDead: boolean }) {
    const end = await this.#writer.readEnd(hash);
    if (!end && isDeclaredDead) throw new Error(`transaction ${hash} is neither open nor settled`);
    return end;
  }

  async #writeOutcome(
    transaction: StoredTransaction,
    { outcome, sinceHeight }: { outcome: FinalOutcome; sinceHeight: number },
  ): Promise<SettledTransaction> {
    const { hash } = transaction;
    const { succeeded, ...burnt } = outcome;
    await this.#finalHeight.read();
    const knownHeight = Math.max(this.#finalHeight.last(), sinceHeight);
    const status = succeeded ? 'SUCCEEDED' : 'FAILED';
    return this.#writer.writeOutcome(transaction, { ...burnt, hash, knownHeight, status });
  }

  async #tryToProve(transaction: StoredTransaction) {
    const ports = { chain: this.#chain, clock: this.#clock, signal: this.#signal };
    try {
      return await proveNeverExecutes({ transaction, ...ports });
    } catch (error) {
      // No endpoint answers.
      if (error instanceof ServiceError) return 'unproven';
      throw error;
    }
  }

  #tell({ transaction: { hash, purpose }, watches }: Sending, notice: Notice): void {
    switch (notice.kind) {
      case 'included':
        for (const watch of watches) watch.onIncluded?.();
        if (!notice.isEnded) this.#writer.recordIncluded(hash);
        return;
      case 'stuck':
        for (const watch of watches) watch.onStuck?.(notice.isRejected);
        return;
      case 'rejected':
        this.#log.warn({ hash, reason: notice.reason }, 'a node rejects the transaction');
        for (const watch of watches) watch.onRejected?.(notice.reason);
        return;
      case 'unproven': {
        const code = 'TRANSACTION_FORGOTTEN';
        this.#observer.serviceError({ code });
        const message = 'no node can say whether the transaction was executed';
        this.#log.error({ code, hash, purpose }, message);
      }
    }
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
