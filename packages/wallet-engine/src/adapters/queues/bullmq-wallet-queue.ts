import type { Clock } from '../../core/clock.ts';
import { pollIntervalMs } from '../../core/engine-config.ts';
import type { EngineLog } from '../../core/log.ts';
import { createSingleFlight, type SingleFlight } from '../../core/single-flight.ts';
import type { WalletQueue } from '../../ports/wallet-queue.ts';
import type { WalletStore } from '../../ports/wallet-store.ts';
import { connectWalletJobs, type WalletJobs } from './bullmq-wallet-jobs.ts';

/** A row that no worker can claim, such as one damaged by hand, must not occupy a slot forever. */
const holdLimitMs = 60_000;
/** Rows beyond this number that Redis lost are found by later sweeps. */
const sweepLimit = 1_000;

interface QueueParts {
  redisUrl: string;
  store: Pick<WalletStore, 'readWallet' | 'readDueUserIds'>;
  tickMs: number;
  /** Jobs a worker holds while their wallets wait for it; the rest is left to other workers. */
  concurrency: number;
  clock: Clock;
  log: EngineLog;
}

/**
 * Jobs in Redis, through BullMQ: an enqueued user wakes a worker on any machine. A job follows its
 * row: it is due when the row is, and done when the row waits for nothing.
 */
export function createBullmqWalletQueue(parts: QueueParts): WalletQueue {
  return new BullmqQueue(parts);
}

class BullmqQueue implements WalletQueue {
  readonly #parts: QueueParts;
  readonly #jobs: WalletJobs;
  readonly #stopping = new AbortController();
  /** Enqueued users not yet added to Redis. */
  readonly #waiting = new Set<string>();
  #adding: Promise<void> | null = null;
  #calls: SingleFlight | null = null;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    const { redisUrl, concurrency, log, clock } = parts;
    const onConnected = () => void this.#sweep();
    const nowMs = () => clock.now();
    this.#jobs = connectWalletJobs({ redisUrl, concurrency, log, nowMs, onConnected });
  }

  async enqueue(userId: string): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#waiting.add(userId);
    // In a later turn of the event loop, so that simultaneous users are added together.
    this.#adding ??= new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#addWaiting())
      .finally(() => {
        this.#adding = null;
      });
  }

  start(processQueue: () => Promise<void>): void {
    this.#calls = createSingleFlight({
      work: processQueue,
      onError: (error) =>
        this.#parts.log.error(
          { error },
          'due wallets could not be processed; the next poll tries again',
        ),
    });
    this.#jobs.work((userId, isLost) => this.#handle(userId, isLost));
    void this.#tick();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#calls?.stop();
    await Promise.all([this.#adding, this.#jobs.stopWork()]);
    this.#jobs.disconnect();
  }

  errorCode(): string | null {
    return this.#jobs.isAway() ? 'REDIS_AWAY' : null;
  }

  async #addWaiting(): Promise<void> {
    while (this.#waiting.size > 0) {
      const userIds = [...this.#waiting];
      this.#waiting.clear();
      try {
        await this.#jobs.add(userIds);
      } catch {
        // `errorCode` says so. The others find it in the table, within a second.
        void this.#calls?.run();
      }
    }
  }

  /** Adds due wallets again: Redis may have lost them, or was away when they were enqueued. */
  async #sweep(): Promise<void> {
    if (!this.#calls || this.#stopping.signal.aborted) return;
    const { store, clock, log } = this.#parts;
    try {
      await this.#jobs.check();
      const userIds = await store.readDueUserIds({ nowMs: clock.now(), limit: sweepLimit });
      if (userIds.length > 0) await this.#jobs.add(userIds);
    } catch (error) {
      if (!this.#jobs.isAway())
        log.warn(
          { error },
          'due wallets could not be added to Redis: workers find them by polling the database',
        );
    }
  }

  async #tick(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      void this.#calls?.run();
      void this.#sweep();
      await this.#parts.clock.sleep(this.#parts.tickMs, signal);
    }
  }

  /**
   * A due job triggers work. While its row is unclaimed the job is held here, so that a worker without a free
   * lane leaves the next jobs to other workers.
   */
  async #handle(userId: string, isLost?: AbortSignal): Promise<number | null> {
    const { clock } = this.#parts;
    const { signal } = this.#stopping;
    const isOver = AbortSignal.any(isLost ? [signal, isLost] : [signal]);
    const untilMs = clock.now() + holdLimitMs;
    for (let hasCalled = false; ; hasCalled = true) {
      const dueAtMs = await this.#readDueAt(userId);
      const nowMs = clock.now();
      if (dueAtMs === null) return null;
      if (dueAtMs > nowMs) return dueAtMs - nowMs;
      if (isOver.aborted) return 0;
      if (nowMs >= untilMs) return holdLimitMs;
      if (hasCalled) await clock.sleep(pollIntervalMs, isOver);
      else await this.#calls?.run();
    }
  }

  async #readDueAt(userId: string): Promise<number | null> {
    const { store, clock } = this.#parts;
    try {
      return (await store.readWallet(userId))?.availableAtMs ?? null;
    } catch {
      // The database is away, which the engine reports: the row's state is unknown, so it is checked again.
      return clock.now();
    }
  }
}
