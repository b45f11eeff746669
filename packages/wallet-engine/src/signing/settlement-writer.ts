import type { Clock } from '../core/clock.ts';
import { ServiceError, StoppedError } from '../core/errors.ts';
import { createGroupCommit } from '../core/group-commit.ts';
import type { EngineLog } from '../core/log.ts';
import type { EngineObserver } from '../ports/engine-observer.ts';
import type {
  EndedTransaction,
  Outcome,
  StoredTransaction,
  TransactionLedger,
} from '../ports/transaction-ledger.ts';

export interface SettledTransaction {
  hash: string;
  status: 'SUCCEEDED' | 'FAILED' | 'DEAD';
  /** JSON of the chain's ActionError, when FAILED. */
  failure: string | null;
}

/**
 * Writes down what became of transactions, with those that end at about the same time in one commit.
 * What the chain has shown must not be lost because the database is busy: each call but
 * `recordIncluded` is repeated until it comes through.
 * @throws StoppedError when the process stops first
 */
export interface SettlementWriter {
  writeOutcome(transaction: StoredTransaction, outcome: Outcome): Promise<SettledTransaction>;
  /** To be called with a proof that it can never execute. */
  writeNeverExecuted(transaction: StoredTransaction): Promise<void>;
  /**
   * The end that another process may have written; null: it has none.
   * @throws ServiceError `DATABASE_BEHIND_CHAIN` when the ledger has forgotten the transaction
   */
  readEnd(hash: string): Promise<SettledTransaction | null>;
  /** What SENT saves is one needless sending after a restart: a lost write is no loss. */
  recordIncluded(hash: string): void;
}

const retryPauseMs = 500;
const maxInCommit = 200;

export function createSettlementWriter({
  ledger,
  clock,
  log,
  observer,
  signal,
}: {
  ledger: TransactionLedger;
  clock: Clock;
  log: EngineLog;
  observer: EngineObserver;
  signal: AbortSignal;
}): SettlementWriter {
  const settleTogether = createGroupCommit<Outcome, EndedTransaction | null>({
    maxItems: maxInCommit,
    clock,
    commit: async (outcomes) => {
      const ended = await ledger.settleTransactions({ outcomes, nowMs: clock.now() });
      return outcomes.map(({ hash }) => ended.find((each) => each.hash === hash) ?? null);
    },
  });
  const recordTogether = createGroupCommit<string, void>({
    maxItems: maxInCommit,
    clock,
    commit: async (hashes) => {
      await ledger.recordIncluded({ hashes, nowMs: clock.now() });
      return hashes.map(() => undefined);
    },
  });
  /** One that cannot be written must keep no other from being written. */
  const settleAlone = async (outcome: Outcome) => {
    const [ended] = await ledger.settleTransactions({ outcomes: [outcome], nowMs: clock.now() });
    return ended ?? null;
  };
  const repeating = <T>(work: () => Promise<T>) => whileDatabaseIsBusy(work, { clock, signal });
  const readEnd = async (hash: string) =>
    endOf(hash, await repeating(() => ledger.readTransaction(hash)));

  return {
    readEnd,

    async writeOutcome({ hash, purpose }, outcome) {
      const { status, burntYocto, failure } = outcome;
      const ended = await repeating(() =>
        settleTogether(outcome).catch(async (error) => {
          if (error instanceof ServiceError) throw error;
          return settleAlone(outcome);
        }),
      );
      // Another process may have been the first to write it; then it is that one's to report.
      if (ended) {
        observer.transactionSettled({ purpose, status, burntYocto });
        log.info({ hash, purpose, status, userIds: ended.userIds }, 'transaction settled');
      }
      return { hash, status, failure };
    },

    async writeNeverExecuted({ hash, purpose }) {
      const ended = await repeating(() => ledger.declareDead({ hash, nowMs: clock.now() }));
      if (ended) observer.transactionSettled({ purpose, status: 'DEAD', burntYocto: 0n });
      const userIds = ended?.userIds ?? [];
      log.warn({ hash, purpose, userIds }, 'transaction can never execute');
    },

    recordIncluded(hash) {
      recordTogether(hash).catch((error) => log.warn({ hash, error }, 'inclusion not recorded'));
    },
  };
}

function endOf(hash: string, stored: StoredTransaction | null): SettledTransaction | null {
  if (!stored) {
    const message = `transaction ${hash} was sent and is in the database no more`;
    throw new ServiceError('DATABASE_BEHIND_CHAIN', message);
  }
  const { status, failure } = stored;
  return status === 'SIGNED' || status === 'SENT' ? null : { hash, status, failure };
}

async function whileDatabaseIsBusy<T>(
  work: () => Promise<T>,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (signal.aborted) throw new StoppedError();
      await clock.sleep(retryPauseMs, signal);
    }
  }
}
