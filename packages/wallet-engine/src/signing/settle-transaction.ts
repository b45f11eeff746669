import type { Clock } from '../core/clock.ts';
import { hourMs, stuckAfterMs } from '../core/engine-config.ts';
import { ServiceFault, StoppedError } from '../core/errors.ts';
import { createGroupCommit } from '../core/group-commit.ts';
import type { EngineLog } from '../core/log.ts';
import type { EngineObserver } from '../ports/engine-observer.ts';
import type { NearChain, TransactionAnswer } from '../ports/near-chain.ts';
import type {
  EndedTransaction,
  Outcome,
  StoredTransaction,
  TransactionLedger,
} from '../ports/transaction-ledger.ts';
import { proveDeath } from './prove-death.ts';

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
   * @param isRefused a node has refused it meanwhile: these bytes may never execute
   */
  onStuck?: (isRefused: boolean) => void;
  /** A node refuses it; a hint at a fault of the service, never an outcome. */
  onRejected?: (reason: string) => void;
}

export interface TransactionSettler {
  /**
   * Sends a stored transaction until it has an outcome or is proven dead, and writes that down.
   * Two calls for one hash are one. Facts only: needs no claim.
   * What breaks in the asking or the writing is logged once and tried again.
   * @throws StoppedError when the process stops first; another one takes it up from the ledger.
   * ServiceFault `DATABASE_BEHIND_CHAIN` when the ledger has forgotten it
   */
  settle(transaction: StoredTransaction, watch?: Watch): Promise<SettledTransaction>;
}

interface Sending {
  transaction: StoredTransaction;
  included: boolean;
  /** Since when it is said to stand in a block, without an end. */
  includedSinceMs: number;
  /** No block has had it for 30 s: whoever takes its lane now need not wait as long again. */
  stuck: boolean;
  isRefused: boolean;
  /** That an answer about it cannot be read, or cannot be written down, is logged once. */
  isFaultLogged: boolean;
  /** Since when it can execute no more and no node can say whether it has; null: that is not so. */
  unprovenSinceMs: number | null;
  toldUnprovenAtMs: number;
  stuckSinceMs: number;
  /** The final height then: a chain that stands still keeps everybody, and no noop helps. */
  stuckSinceHeight: number;
  watches: Watch[];
}

const firstPauseMs = 500;
const longestPauseMs = 5_000;
/** Final blocks in which a transaction could have been, and was not. */
const stuckAfterBlocks = 10;
const heightMaxAgeMs = 1_000;
/** A node that is away for a while is no reason to call anybody. */
const unprovenAfterMs = 600_000;

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
  const writeTogether = createGroupCommit<Outcome, EndedTransaction | null>({
    maxItems: 200,
    clock,
    commit: async (outcomes) => {
      const ended = await ledger.settleTransactions({ outcomes, nowMs: clock.now() });
      return outcomes.map(({ hash }) => ended.find((each) => each.hash === hash) ?? null);
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

  const inFlight = new Map<string, Sending & { settled: Promise<SettledTransaction> }>();

  /** One call a second, however many transactions are open. */
  const onceASecond = (ask: () => Promise<number>) => {
    let known: { height: number; atMs: number } | null = null;
    let asking: Promise<number | null> | null = null;
    const askNow = async () => {
      try {
        known = { height: await ask(), atMs: clock.now() };
        return known.height;
      } catch {
        return null;
      } finally {
        asking = null;
      }
    };
    return {
      /** @returns null when no node answers */
      async read(): Promise<number | null> {
        if (known && clock.now() - known.atMs < heightMaxAgeMs) return known.height;
        asking ??= askNow();
        return asking;
      },
      last: () => known?.height ?? 0,
    };
  };
  const finalHeight = onceASecond(async () => (await chain.readFinalBlock()).height);
  /** Of two nodes where two are configured; 0 while a second one has no answer. */
  const agreedHeight = onceASecond(() => chain.readAgreedHeight());

  /** At least what was known when it was sent, should no node answer now. */
  const knownHeight = async ({ stuckSinceHeight }: Sending): Promise<number> => {
    await finalHeight.read();
    return Math.max(finalHeight.last(), stuckSinceHeight);
  };

  const logFault = (sending: Sending, error: unknown) => {
    if (sending.isFaultLogged) return;
    sending.isFaultLogged = true;
    const { hash, purpose } = sending.transaction;
    log.error(
      { hash, purpose, error },
      'the transaction cannot be settled yet; it is asked for on',
    );
  };

  /** Whatever breaks in the asking, the transaction has its outcome elsewhere: ask again. */
  const asking = (sending: Sending, ask: () => Promise<TransactionAnswer>) =>
    ask().catch((error): TransactionAnswer => {
      logFault(sending, error);
      return { kind: 'pending' };
    });

  /** Without waiting for FINAL: a node denies a hash at once only then. */
  const lookUp = (transaction: StoredTransaction): Promise<TransactionAnswer> =>
    chain.lookUpTransaction(transaction).catch((error: unknown) => {
      if (error instanceof ServiceFault) return { kind: 'pending' };
      throw error;
    });

  const noteIncluded = (sending: Sending) => {
    if (sending.included) return;
    sending.included = true;
    for (const watch of sending.watches) watch.onIncluded?.();
  };

  /** One that cannot be written must keep no other from being written. */
  const writeOutcome = (outcome: Outcome) =>
    repeating(() =>
      writeTogether(outcome).catch(async (error) => {
        if (error instanceof ServiceFault) throw error;
        const [ended] = await ledger.settleTransactions({
          outcomes: [outcome],
          nowMs: clock.now(),
        });
        return ended ?? null;
      }),
    );

  const settleFinal = async (
    { transaction: { hash, purpose } }: Sending,
    outcome: Outcome,
  ): Promise<SettledTransaction> => {
    const { status, burntYocto, failure } = outcome;
    // Another process may have been the first to write it; then it is that one's to tell.
    const ended = await writeOutcome(outcome);
    if (ended) {
      observer.transactionSettled({ purpose, status, burntYocto });
      log.info({ hash, purpose, status, userIds: ended.userIds }, 'transaction settled');
    }
    return { hash, status, failure };
  };

  const settleDead = async (sending: Sending): Promise<SettledTransaction> => {
    const { hash, purpose } = sending.transaction;
    const ended = await repeating(() => ledger.declareDead({ hash, nowMs: clock.now() }));
    if (ended) observer.transactionSettled({ purpose, status: 'DEAD', burntYocto: 0n });
    log.warn({ hash, purpose, userIds: ended?.userIds ?? [] }, 'transaction proven dead');
    noteIncluded(sending);
    const settled = await settledElsewhere(hash);
    if (settled) return settled;
    throw new Error(`transaction ${hash} is neither open nor settled`);
  };

  const whileIncluded = async (sending: Sending): Promise<TransactionAnswer> => {
    const { transaction } = sending;
    const { hash } = transaction;
    sending.stuckSinceMs = clock.now();
    sending.stuckSinceHeight = (await finalHeight.read()) ?? sending.stuckSinceHeight;
    if (!sending.included) {
      sending.includedSinceMs = clock.now();
      noteIncluded(sending);
      // What SENT saves is one needless sending after a restart: a lost write is no loss.
      writeIncluded(hash).catch((error) => log.warn({ hash, error }, 'inclusion not noted'));
    }
    const askedAtMs = clock.now();
    let answer = await asking(sending, () => chain.readTransaction(transaction));
    if (answer.kind === 'included' && clock.now() - sending.includedSinceMs >= stuckAfterMs) {
      // The node that says so stands still, or has kept the bytes to itself.
      sending.includedSinceMs = clock.now();
      answer = await asking(sending, () =>
        chain.sendTransaction({ ...transaction, everywhere: true }),
      );
    }
    // A node that answers at once instead of waiting must not be asked in a tight loop.
    if (answer.kind !== 'final' && clock.now() - askedAtMs < firstPauseMs) {
      await clock.sleep(firstPauseMs, signal);
    }
    return answer;
  };

  const lookForStuck = async (sending: Sending) => {
    // What frees a lane is followed by another only when it seems it never will: they pile up.
    const patience = sending.transaction.purpose === 'TOMBSTONE' ? 4 : 1;
    if (clock.now() - sending.stuckSinceMs < stuckAfterMs * patience) return;
    const enough = sending.stuckSinceHeight + stuckAfterBlocks;
    if (((await finalHeight.read()) ?? 0) < enough) return;
    // One node that runs ahead, or says so, makes a halted chain look alive.
    const agreed = (await agreedHeight.read()) ?? 0;
    if (agreed < enough) return;
    sending.stuckSinceMs = clock.now();
    sending.stuckSinceHeight = agreed;
    sending.included = false;
    sending.stuck = true;
    for (const watch of sending.watches) watch.onStuck?.(sending.isRefused);
  };

  /** Its wallets would wait for ever, and nobody would know why. */
  const tellUnproven = (sending: Sending, proof: TransactionAnswer | 'alive') => {
    if (proof === 'alive' || proof.kind !== 'pending') {
      sending.unprovenSinceMs = null;
      return;
    }
    const nowMs = clock.now();
    sending.unprovenSinceMs ??= nowMs;
    if (nowMs - sending.unprovenSinceMs < unprovenAfterMs) return;
    if (nowMs - sending.toldUnprovenAtMs < hourMs) return;
    sending.toldUnprovenAtMs = nowMs;
    const code = 'TRANSACTION_FORGOTTEN';
    const { hash, purpose } = sending.transaction;
    observer.serviceFault({ code });
    log.error({ code, hash, purpose }, 'no node can say whether the transaction was executed');
  };

  /** @returns its end; or what a node says of it now, when that is more than nothing */
  const examine = async (
    sending: Sending,
    answer: TransactionAnswer,
  ): Promise<SettledTransaction | TransactionAnswer | null> => {
    const { transaction, watches } = sending;
    const { hash } = transaction;
    if (answer.kind === 'rejected') {
      sending.isRefused = true;
      log.warn({ hash, reason: answer.reason }, 'a node refuses the transaction');
      for (const watch of watches) watch.onRejected?.(answer.reason);
    }
    const elsewhere = await settledElsewhere(hash);
    if (elsewhere) {
      noteIncluded(sending);
      return elsewhere;
    }
    if (answer.kind === 'pending') return null;
    const proof = await tryToProveDeath(transaction);
    if (proof === 'dead') return settleDead(sending);
    tellUnproven(sending, proof);
    return proof !== 'alive' && (proof.kind === 'final' || proof.kind === 'included')
      ? proof
      : null;
  };

  const drive = async (sending: Sending): Promise<SettledTransaction> => {
    const { transaction } = sending;
    let pauseMs = firstPauseMs;
    let answer = await asking(sending, () =>
      transaction.status === 'SENT' ? lookUp(transaction) : chain.sendTransaction(transaction),
    );
    sending.stuckSinceHeight = (await finalHeight.read()) ?? sending.stuckSinceHeight;
    for (;;) {
      if (signal.aborted) throw new StoppedError();
      try {
        if (answer.kind === 'final') {
          noteIncluded(sending);
          return await settleFinal(sending, toOutcome(sending, answer, await knownHeight(sending)));
        }
        if (answer.kind === 'included') {
          answer = await whileIncluded(sending);
          continue;
        }
        const found = await examine(sending, answer);
        if (found && 'status' in found) return found;
        if (found) {
          answer = found;
          continue;
        }
        await lookForStuck(sending);
      } catch (error) {
        if (error instanceof StoppedError || error instanceof ServiceFault) throw error;
        logFault(sending, error);
      }
      await clock.sleep(pauseMs, signal);
      if (signal.aborted) throw new StoppedError();
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      // The hash first: a node that has the transaction says so, and need not judge its nonce again.
      answer = await asking(sending, () => lookUp(transaction));
      if (answer.kind === 'unknown' || answer.kind === 'pending') {
        answer = await asking(sending, () => chain.sendTransaction(transaction));
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

  /** Another process may have settled it. */
  const settledElsewhere = async (hash: string): Promise<SettledTransaction | null> => {
    const stored = await repeating(() => ledger.readTransaction(hash));
    if (!stored) {
      const message = `transaction ${hash} was sent and is in the database no more`;
      throw new ServiceFault('DATABASE_BEHIND_CHAIN', message);
    }
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
        else if (running.stuck) queueMicrotask(() => watch.onStuck?.(running.isRefused));
        running.watches.push(watch);
        return running.settled;
      }
      const sending: Sending = {
        transaction,
        included: false,
        includedSinceMs: clock.now(),
        stuck: false,
        isRefused: false,
        isFaultLogged: false,
        unprovenSinceMs: null,
        toldUnprovenAtMs: Number.NEGATIVE_INFINITY,
        stuckSinceMs: clock.now(),
        stuckSinceHeight: transaction.referenceHeight,
        watches: [watch],
      };
      const settled = drive(sending).finally(() => inFlight.delete(transaction.hash));
      inFlight.set(transaction.hash, Object.assign(sending, { settled }));
      return settled;
    },
  };
}

function toOutcome(
  { transaction: { hash } }: Sending,
  { outcome }: TransactionAnswer & { kind: 'final' },
  knownHeight: number,
): Outcome {
  return {
    hash,
    knownHeight,
    status: outcome.succeeded ? 'SUCCEEDED' : 'FAILED',
    gasBurnt: outcome.gasBurnt,
    burntYocto: outcome.burntYocto,
    failure: outcome.failure,
  };
}
