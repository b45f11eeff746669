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
 * Records how transactions end; those that end at about the same time share a commit. What the chain has
 * shown must not be lost because the database is busy: each call but `recordIncluded` is repeated until it
 * succeeds.
 * @throws StoppedError when the process stops first
 */
export interface SettlementWriter {
  writeOutcome(transaction: StoredTransaction, outcome: Outcome): Promise<SettledTransaction>;
  /** Call it only with a proof that the transaction can never execute. */
  writeNeverExecuted(transaction: StoredTransaction): Promise<void>;
  /**
   * The end that another process may have recorded; null: none.
   * @throws ServiceError `DATABASE_BEHIND_CHAIN` when the ledger no longer has the transaction
   */
  readEnd(hash: string): Promise<SettledTransaction | null>;
  /** SENT only saves sending it again after a restart, so a lost write does no harm. */
  recordIncluded(hash: string): void;
}

const retryPauseMs = 500;
const maxInCommit = 200;

interface WriterParts {
  ledger: TransactionLedger;
  clock: Clock;
  log: EngineLog;
  observer: EngineObserver;
  signal: AbortSignal;
}

export function createSettlementWriter(parts: WriterParts): SettlementWriter {
  return new Writer(parts);
}

class Writer implements SettlementWriter {
  readonly #parts: WriterParts;
  readonly #settleTogether: (outcome: Outcome) => Promise<EndedTransaction | null>;
  readonly #recordTogether: (hash: string) => Promise<undefined>;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    const { clock } = parts;
    this.#settleTogether = createGroupCommit({
      ...{ maxItems: maxInCommit, clock },
      commit: (outcomes) => this.#settle(outcomes),
    });
    this.#recordTogether = createGroupCommit({
      ...{ maxItems: maxInCommit, clock },
      commit: (hashes) => this.#record(hashes),
    });
  }

  async readEnd(hash: string): Promise<SettledTransaction | null> {
    const { ledger } = this.#parts;
    return endOf(hash, await this.#repeating(() => ledger.readTransaction(hash)));
  }

  async writeOutcome(
    { hash, purpose }: StoredTransaction,
    outcome: Outcome,
  ): Promise<SettledTransaction> {
    const { observer, log } = this.#parts;
    const { status, burntYocto, failure } = outcome;
    const ended = await this.#repeating(() =>
      this.#settleTogether(outcome).catch(async (error) => {
        if (error instanceof ServiceError) throw error;
        return this.#settleAlone(outcome);
      }),
    );
    // Only the first process to record it reports it.
    if (ended) {
      observer.transactionSettled({ purpose, status, burntYocto });
      log.info({ hash, purpose, status, userIds: ended.userIds }, 'transaction settled');
    }
    return { hash, status, failure };
  }

  async writeNeverExecuted({ hash, purpose }: StoredTransaction): Promise<void> {
    const { ledger, clock, observer, log } = this.#parts;
    const ended = await this.#repeating(() => ledger.declareDead({ hash, nowMs: clock.now() }));
    if (ended) observer.transactionSettled({ purpose, status: 'DEAD', burntYocto: 0n });
    const userIds = ended?.userIds ?? [];
    log.warn({ hash, purpose, userIds }, 'transaction can never execute');
  }

  recordIncluded(hash: string): void {
    const { log } = this.#parts;
    this.#recordTogether(hash).catch((error) =>
      log.warn(
        { hash, error },
        'it was not recorded that the transaction is in a block; its outcome will be',
      ),
    );
  }

  async #settle(outcomes: Outcome[]): Promise<(EndedTransaction | null)[]> {
    const { ledger, clock } = this.#parts;
    const ended = await ledger.settleTransactions({ outcomes, nowMs: clock.now() });
    return outcomes.map(({ hash }) => ended.find((each) => each.hash === hash) ?? null);
  }

  /** An outcome that cannot be written must not keep the others from being written. */
  async #settleAlone(outcome: Outcome): Promise<EndedTransaction | null> {
    const { ledger, clock } = this.#parts;
    const [ended] = await ledger.settleTransactions({ outcomes: [outcome], nowMs: clock.now() });
    return ended ?? null;
  }

  async #record(hashes: string[]): Promise<undefined[]> {
    const { ledger, clock } = this.#parts;
    await ledger.recordIncluded({ hashes, nowMs: clock.now() });
    return hashes.map(() => undefined);
  }

  #repeating<T>(work: () => Promise<T>): Promise<T> {
    const { clock, signal } = this.#parts;
    return whileDatabaseIsBusy(work, { clock, signal });
  }
}

function endOf(hash: string, stored: StoredTransaction | null): SettledTransaction | null {
  if (!stored) {
    const message = `transaction ${hash} was sent and is no longer in the database`;
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
