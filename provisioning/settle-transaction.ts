import type { Clock } from './clock.ts';
import { stuckAfterMs } from './engine-config.ts';
import type { EngineObserver } from './engine-observer.ts';
import { ServiceFault, StoppedError } from './errors.ts';
import { createGroupCommit } from './group-commit.ts';
import type { EngineLog } from './log.ts';
import type { NearChain, TransactionAnswer } from './near-chain.ts';
import { proveDeath } from './prove-death.ts';
import type { Outcome, StoredTransaction, TransactionLedger } from './transaction-ledger.ts';

export interface SettledTransaction {
  hash: string;
  status: 'SUCCEEDED' | 'FAILED' | 'DEAD';
  /** JSON of the chain's ActionError, when FAILED. */
  failure: string | null;
}

export interface Watch {
  /** In a block, or ended: its lane may sign the next. Called once, and again after `onStuck`. */
  onIncluded?: () => void;
  /**
   * No block has had it for 30 s although the chain goes on, be it that one had it before and was
   * undone; at once when that is known already. Called again every 30 s.
   */
  onStuck?: () => void;
  /** A node refuses it; a hint at a fault of the service, never an outcome. */
  onRejected?: (reason: string) => void;
}

export interface TransactionSettler {
  /**
   * Sends a stored transaction until it has an outcome or is proven dead, and writes that down.
   * Two calls for one hash are one. Facts only: needs no claim.
   * @throws StoppedError when the process stops first; another one takes it up from the ledger
   */
  settle(transaction: StoredTransaction, watch?: Watch): Promise<SettledTransaction>;
}

interface Sending {
  included: boolean;
  /** No block has had it for 30 s: whoever takes its lane now need not wait as long again. */
  stuck: boolean;
  watches: Watch[];
  settled: Promise<SettledTransaction>;
}

const firstPauseMs = 500;
const longestPauseMs = 5_000;

export function createTransactionSettler({
  ledger,
  chain,
  clock,
  log,
  observer,
  signal,
}: {
  ledger: TransactionLedger;
  chain: NearChain;
  clock: Clock;
  log: EngineLog;
  observer: EngineObserver;
  signal: AbortSignal;
}): TransactionSettler {
  const writeOutcome = createGroupCommit<Outcome, boolean>({
    maxItems: 200,
    clock,
    commit: async (outcomes) => {
      const settled = await ledger.settleTransactions({ outcomes, nowMs: clock.now() });
      return outcomes.map(({ hash }) => settled.includes(hash));
    },
  });
  const writeIncluded = createGroupCommit<string, void>({
    maxItems: 200,
    clock,
    commit: async (hashes) => {
      await ledger.recordIncluded({ hashes, nowMs: clock.now() });
      return hashes.map(() => undefined);
    },
  });

  const inFlight = new Map<string, Sending>();

  const drive = async (
    transaction: StoredTransaction,
    sending: Omit<Sending, 'settled'>,
  ): Promise<SettledTransaction> => {
    const { hash } = transaction;
    const { watches } = sending;
    const noteIncluded = () => {
      if (sending.included) return;
      sending.included = true;
      sending.stuck = false;
      for (const watch of watches) watch.onIncluded?.();
    };
    let stuckSinceMs = clock.now();
    let pauseMs = firstPauseMs;
    let answer = await (transaction.status === 'SENT'
      ? chain.readTransaction(transaction)
      : chain.sendTransaction(transaction));

    for (;;) {
      if (signal.aborted) throw new StoppedError();
      if (answer.kind === 'final') {
        const outcome = toOutcome(hash, answer);
        noteIncluded();
        const { status, burntYocto, failure } = outcome;
        const { purpose } = transaction;
        // Another process may have been the first to write it; then it is that one's to tell.
        if (await repeating(() => writeOutcome(outcome))) {
          observer.transactionSettled({ purpose, status, burntYocto });
          log.info({ hash, purpose, status }, 'transaction settled');
        }
        return { hash, status, failure };
      }
      if (answer.kind === 'included') {
        stuckSinceMs = clock.now();
        if (!sending.included) {
          noteIncluded();
          // What SENT saves is one needless sending after a restart: a lost write is no loss.
          writeIncluded(hash).catch((error) => log.warn({ hash, error }, 'inclusion not noted'));
        }
        const askedAtMs = clock.now();
        answer = await chain.readTransaction(transaction);
        // A node that answers at once instead of waiting must not be asked in a tight loop.
        if (answer.kind !== 'final' && clock.now() - askedAtMs < firstPauseMs) {
          await clock.sleep(firstPauseMs, signal);
        }
        continue;
      }

      if (answer.kind === 'rejected') {
        log.warn({ hash, reason: answer.reason }, 'a node refuses the transaction');
        for (const watch of watches) watch.onRejected?.(answer.reason);
      }
      const elsewhere = await settledElsewhere(hash);
      if (elsewhere) {
        noteIncluded();
        return elsewhere;
      }
      if (answer.kind !== 'pending') {
        const proof = await tryToProveDeath(transaction);
        if (proof === 'dead') {
          const { purpose } = transaction;
          if (await repeating(() => ledger.declareDead({ hash, nowMs: clock.now() }))) {
            observer.transactionSettled({ purpose, status: 'DEAD', burntYocto: 0n });
          }
          log.warn({ hash, purpose }, 'transaction proven dead');
          noteIncluded();
          const settled = await settledElsewhere(hash);
          if (settled) return settled;
          throw new Error(`transaction ${hash} is neither open nor settled`);
        }
        if (proof !== 'alive' && (proof.kind === 'final' || proof.kind === 'included')) {
          answer = proof;
          continue;
        }
      }
      if (clock.now() - stuckSinceMs >= stuckAfterMs && (await chainAnswers())) {
        stuckSinceMs = clock.now();
        sending.included = false;
        sending.stuck = true;
        for (const watch of watches) watch.onStuck?.();
      }
      await clock.sleep(pauseMs, signal);
      if (signal.aborted) throw new StoppedError();
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      // The hash first: a node that has the transaction says so, and need not judge its nonce again.
      answer = await chain.readTransaction(transaction);
      if (answer.kind === 'unknown' || answer.kind === 'pending') {
        answer = await chain.sendTransaction(transaction);
      }
    }
  };

  const tryToProveDeath = async (transaction: StoredTransaction) => {
    try {
      return await proveDeath({ transaction, chain, clock, signal });
    } catch (error) {
      if (error instanceof ServiceFault) return 'alive';
      throw error;
    }
  };

  const chainAnswers = () =>
    chain.readFinalBlock().then(
      () => true,
      () => false,
    );

  /** Another process may have settled it. */
  const settledElsewhere = async (hash: string): Promise<SettledTransaction | null> => {
    const stored = await repeating(() => ledger.readTransaction(hash));
    if (!stored) throw new Error(`transaction ${hash} is not in the ledger`);
    const { status, failure } = stored;
    return status === 'SIGNED' || status === 'SENT' ? null : { hash, status, failure };
  };

  /** What the chain has told must not be lost because the database is busy. */
  const repeating = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof ServiceFault)) throw error;
        if (signal.aborted) throw new StoppedError();
        await clock.sleep(firstPauseMs, signal);
      }
    }
  };

  return {
    settle(transaction, watch = {}) {
      const running = inFlight.get(transaction.hash);
      if (running) {
        if (running.included) watch.onIncluded?.();
        // Lanes may go by turns: one that is heard of every 30 s only may always be another's then.
        // In a later turn: the caller may know of a newer transaction of the lane.
        else if (running.stuck) queueMicrotask(() => watch.onStuck?.());
        running.watches.push(watch);
        return running.settled;
      }
      const sending = { included: false, stuck: false, watches: [watch] };
      const settled = drive(transaction, sending).finally(() => inFlight.delete(transaction.hash));
      inFlight.set(transaction.hash, Object.assign(sending, { settled }));
      return settled;
    },
  };
}

function toOutcome(hash: string, { outcome }: TransactionAnswer & { kind: 'final' }): Outcome {
  return {
    hash,
    status: outcome.succeeded ? 'SUCCEEDED' : 'FAILED',
    gasBurnt: outcome.gasBurnt,
    burntYocto: outcome.burntYocto,
    failure: outcome.failure,
  };
}
