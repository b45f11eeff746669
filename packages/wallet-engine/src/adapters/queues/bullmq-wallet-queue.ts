import type { Clock } from '../../core/clock.ts';
import { lookMs } from '../../core/engine-config.ts';
import type { EngineLog } from '../../core/log.ts';
import { createSingleFlight, type SingleFlight } from '../../core/single-flight.ts';
import type { WalletQueue } from '../../ports/wallet-queue.ts';
import type { WalletStore } from '../../ports/wallet-store.ts';
import { connectWalletJobs } from './bullmq-wallet-jobs.ts';

/** A row that nobody can take, such as one torn by hand, must not keep a place for ever. */
const holdLimitMs = 60_000;
/** More than this many that Redis has lost are found by later sweeps. */
const sweepLimit = 1_000;

/**
 * Jobs in Redis, through BullMQ: an enqueued user wakes a worker on any machine. A job follows its
 * row: it is due when the row is, and done when the row waits for nothing.
 */
export function createBullmqWalletQueue({
  redisUrl,
  store,
  tickMs,
  concurrency,
  clock,
  log,
}: {
  redisUrl: string;
  store: Pick<WalletStore, 'readWallet' | 'readDueUserIds'>;
  tickMs: number;
  /** Jobs a worker holds while their wallets wait for it; the others are for other workers. */
  concurrency: number;
  clock: Clock;
  log: EngineLog;
}): WalletQueue {
  const stopping = new AbortController();
  const { signal } = stopping;
  const told = new Set<string>();
  let calls: SingleFlight | null = null;
  let telling: Promise<void> | null = null;

  const jobs = connectWalletJobs({
    redisUrl,
    concurrency,
    log,
    onConnected: () => void sweep(),
  });

  const tell = async () => {
    while (told.size > 0) {
      const userIds = [...told];
      told.clear();
      try {
        await jobs.add(userIds);
      } catch {
        // `trouble` says so. The others find it in the table, within a second.
        void calls?.run();
      }
    }
  };

  /** Adds what is due again: Redis may have lost it, or was away when it was enqueued. */
  const sweep = async () => {
    if (!calls || signal.aborted) return;
    try {
      await jobs.check();
      const userIds = await store.readDueUserIds({ nowMs: clock.now(), limit: sweepLimit });
      if (userIds.length > 0) await jobs.add(userIds);
    } catch (error) {
      if (!jobs.isAway()) log.warn({ error }, 'what is due could not be added to Redis');
    }
  };

  const tick = async () => {
    while (!signal.aborted) {
      void calls?.run();
      void sweep();
      await clock.sleep(tickMs, signal);
    }
  };

  const readDueAt = async (userId: string): Promise<number | null> => {
    try {
      return (await store.readWallet(userId))?.availableAtMs ?? null;
    } catch {
      // The database is away, which the engine reports: nobody knows, so it is looked at again.
      return clock.now();
    }
  };

  /**
   * A job that is due calls for work. As long as nobody takes its row it is held here, so that a
   * worker without a free lane leaves the next jobs to the others.
   */
  const handle = async (userId: string, isLost?: AbortSignal): Promise<number | null> => {
    const isOver = AbortSignal.any(isLost ? [signal, isLost] : [signal]);
    const untilMs = clock.now() + holdLimitMs;
    for (let hasCalled = false; ; hasCalled = true) {
      const dueAtMs = await readDueAt(userId);
      const nowMs = clock.now();
      if (dueAtMs === null) return null;
      if (dueAtMs > nowMs) return dueAtMs - nowMs;
      if (isOver.aborted) return 0;
      if (nowMs >= untilMs) return holdLimitMs;
      if (hasCalled) await clock.sleep(lookMs, isOver);
      else await calls?.run();
    }
  };

  return {
    async enqueue(userId) {
      if (signal.aborted) return;
      told.add(userId);
      // In a later turn, so that users who come together are told of together.
      telling ??= new Promise<void>((resolve) => setImmediate(resolve)).then(tell).finally(() => {
        telling = null;
      });
    },

    start(processQueue) {
      calls = createSingleFlight({
        work: processQueue,
        onError: (error) => log.error({ error }, 'a call of the wallet queue failed'),
      });
      jobs.work(handle);
      void tick();
    },

    async stop() {
      stopping.abort();
      await calls?.stop();
      await Promise.all([telling, jobs.stopWork()]);
      jobs.disconnect();
    },

    trouble: () => (jobs.isAway() ? 'REDIS_AWAY' : null),
  };
}
