import type { Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { leaseDurationMs } from '../../core/engine-config.ts';
import type { EngineLog } from '../../core/log.ts';

/** Jobs in Redis for wallets that are due: one per user, holding only the user's id. */
export interface WalletJobs {
  /**
   * One job per user; an existing job is kept.
   * @throws when Redis does not take them within 2 s
   */
  add(userIds: readonly string[]): Promise<void>;
  /** Takes jobs from now on, several at a time. */
  work(handle: JobHandler): void;
  isAway(): boolean;
  /** Reads the queue's keys in Redis. @throws when they cannot be read within 2 s */
  check(): Promise<void>;
  /** Takes no more and waits for the handlers, 2 s at most, and not at all while Redis is away. */
  stopWork(): Promise<void>;
  disconnect(): void;
}

/**
 * Returns in how many ms the user's job is due again; null: it is done. Must not throw.
 * @param isLost aborted when the job is no longer ours: Redis lost it or gave it to another worker
 */
type JobHandler = (userId: string, isLost?: AbortSignal) => Promise<number | null>;

/** The plan's name. */
const queueName = 'wallet-creation';
const answerLimitMs = 2_000;
const reconnectMs = 1_000;
/** Each line of the log about Redis, however often it fails. */
const lineEveryMs = 60_000;

// Loaded when used: together they cost 0.4 s and 37 MB that the embedded queue does not need.
const loadLibraries = async () => {
  const [bullmq, ioredis] = await Promise.all([import('bullmq'), import('ioredis')]);
  return { ...bullmq, Client: ioredis.Redis };
};

interface JobsParts {
  redisUrl: string;
  /** Jobs taken at a time. */
  concurrency: number;
  log: EngineLog;
  nowMs: () => number;
  /** Called at the first connection and after every outage of Redis. */
  onConnected: () => void;
}

export function connectWalletJobs(parts: JobsParts): WalletJobs {
  return new RedisJobs(parts);
}

class RedisJobs implements WalletJobs {
  readonly #parts: JobsParts;
  readonly #connected: Promise<void>;
  #isClosed = false;
  #isReportedAway = false;
  #isFailing = false;
  #producer: Redis | null = null;
  #queue: Queue | null = null;
  #consumer: Consumer | null = null;
  /** When each line was last logged. */
  readonly #loggedAtMs = new Map<string, number>();

  constructor(parts: JobsParts) {
    this.#parts = parts;
    this.#connected = this.#connect().catch((error) =>
      parts.log.error(
        { error },
        'the Redis client could not be started: workers find due wallets by polling the database',
      ),
    );
  }

  isAway(): boolean {
    return this.#isFailing || this.#producer?.status !== 'ready';
  }

  async add(userIds: readonly string[]): Promise<void> {
    await this.#ask(async (client) => (await this.#openQueue(client)).addBulk(userIds.map(toJob)));
  }

  work(handle: JobHandler): void {
    this.#runWorker(handle).catch((error) =>
      this.#parts.log.error(
        { error },
        'the Redis worker could not be started: this process finds due wallets by polling the database',
      ),
    );
  }

  check(): Promise<void> {
    return this.#ask(async (client) => (await this.#openQueue(client)).getJobCounts());
  }

  async stopWork(): Promise<void> {
    this.#isClosed = true;
    await this.#connected;
    if (this.#consumer) await leave(this.#consumer, { gently: !this.isAway() });
  }

  disconnect(): void {
    this.#isClosed = true;
    this.#producer?.disconnect();
  }

  /** Once per outage, not for every attempt to reconnect. */
  readonly #reportAway = (error: unknown): void => {
    if (this.#isClosed || this.#isReportedAway) return;
    this.#isReportedAway = this.#warn(
      error,
      'Redis is away or refuses the queue: until it is back workers find due wallets by polling the database',
    );
  };

  /** @returns whether it is logged: at most once a minute */
  #warn(error: unknown, message: string): boolean {
    const nowMs = this.#parts.nowMs();
    const sinceMs = nowMs - (this.#loggedAtMs.get(message) ?? Number.NEGATIVE_INFINITY);
    // A clock that was set back silences nothing.
    if (sinceMs >= 0 && sinceMs < lineEveryMs) return false;
    this.#loggedAtMs.set(message, nowMs);
    this.#parts.log.warn({ error }, message);
    return true;
  }

  #reportBack(): void {
    if (this.#isReportedAway)
      this.#parts.log.info({}, 'Redis is back: new wallets wake the workers at once again');
    this.#isReportedAway = false;
    this.#isFailing = false;
  }

  async #connect(): Promise<void> {
    const { Client } = await loadLibraries();
    if (this.#isClosed) return;
    const producer = new Client(this.#parts.redisUrl, {
      // While Redis is away a command fails at once instead of hanging.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      commandTimeout: answerLimitMs,
    });
    this.#producer = producer;
    producer.on('error', this.#reportAway);
    producer.on('close', () => this.#reportAway(new Error('the connection was closed')));
    producer.on('ready', () => {
      this.#reportBack();
      this.#parts.onConnected();
    });
  }

  async #ask(question: (client: Redis) => Promise<unknown>): Promise<void> {
    await this.#connected;
    const producer = this.#producer;
    if (producer?.status !== 'ready') throw new Error(`Redis is ${producer?.status ?? 'away'}`);
    try {
      await within(answerLimitMs, question(producer));
      this.#reportBack();
    } catch (error) {
      this.#isFailing = true;
      this.#reportAway(error);
      throw error;
    }
  }

  async #openQueue(connection: Redis): Promise<Queue> {
    const { Queue: JobQueue } = await loadLibraries();
    this.#queue ??= new JobQueue(queueName, { connection }).on('error', this.#reportAway);
    const opened = this.#queue;
    try {
      await opened.waitUntilReady();
      return opened;
    } catch (error) {
      // Redis went away during the handshake; this queue would reject every job.
      if (this.#queue === opened) this.#queue = null;
      await opened.close().catch(() => undefined);
      throw error;
    }
  }

  async #runWorker(handle: JobHandler): Promise<void> {
    while (!this.#isClosed) {
      const consumer = await this.#createWorker(handle);
      this.#consumer = consumer;
      try {
        await consumer.worker.waitUntilReady();
        return;
      } catch {
        // Redis went away during the handshake; this worker would never take a job.
        await leave(consumer, { gently: false });
        await new Promise((resolve) => setTimeout(resolve, reconnectMs));
      }
    }
  }

  async #createWorker(handle: JobHandler): Promise<Consumer> {
    const { redisUrl, concurrency } = this.#parts;
    const { Worker: JobWorker, DelayedError, Client } = await loadLibraries();
    const process = async (job: Job, token?: string, isLost?: AbortSignal) => {
      const { userId } = job.data;
      // Not one of ours: dropping it loses no wallet, since the row is the job.
      if (typeof userId !== 'string') return;
      const delayMs = await handle(userId, isLost);
      if (delayMs === null || isLost?.aborted) return;
      await job.moveToDelayed(Date.now() + delayMs, token);
      throw new DelayedError();
    };
    const client = new Client(redisUrl, { maxRetriesPerRequest: null });
    client.on('error', this.#reportAway);
    const worker = new JobWorker(queueName, process, {
      ...workerOptions,
      connection: client,
      concurrency,
    });
    worker.on('error', (error) => {
      // Redis lost the job or gave it to another worker: the row is checked anyway.
      const isLost = /lock|Missing key/.test(error.message);
      if (this.#isClosed || isLost) return;
      // The worker would ask again at once, thousands of times a second, for what Redis refuses.
      if (client.status === 'ready') this.#pauseBriefly(worker);
      if (this.#isReportedAway) return;
      this.#warn(error, 'a Redis job failed: its wallet is found by polling the database');
    });
    worker.on('lockRenewalFailed', (jobIds) => {
      for (const jobId of jobIds) worker.cancelJob(jobId);
    });
    return { client, worker };
  }

  #pauseBriefly(worker: Worker): void {
    if (worker.isPaused()) return;
    worker.pause(true).catch(() => undefined);
    setTimeout(() => {
      if (!this.#isClosed) worker.resume().catch(() => undefined);
    }, reconnectMs);
  }
}

interface Consumer {
  readonly client: Redis;
  readonly worker: Worker;
}

const workerOptions = {
  // After both, other workers get a killed worker's jobs, about when its claims expire; with the defaults
  // that takes a minute.
  lockDuration: leaseDurationMs,
  stalledInterval: 1_000,
  // The row, not the job, counts how often workers died while processing a wallet.
  maxStalledCount: 1_000_000,
  runRetryDelay: reconnectMs,
};

/**
 * `:` is BullMQ's separator and whole numbers are its own ids: neither is allowed as a custom id.
 * The row counts attempts; a finished job must be removed, or it would block the next one.
 */
function toJob(userId: string) {
  const jobId = `user-${encodeURIComponent(userId)}`;
  const opts = { jobId, attempts: 1, removeOnComplete: true, removeOnFail: true };
  return { name: 'wallet', data: { userId }, opts };
}

/** Closing a BullMQ worker waits forever while Redis is away. */
async function leave({ client, worker }: Consumer, { gently }: { gently: boolean }): Promise<void> {
  const left = worker.close(!gently);
  if (gently) await within(answerLimitMs, left).catch(() => undefined);
  left.catch(() => undefined);
  worker.disconnect().catch(() => undefined);
  client.disconnect();
}

/** @throws when it takes longer */
async function within<Result>(limitMs: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
