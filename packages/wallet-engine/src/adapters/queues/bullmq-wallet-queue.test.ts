import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Clock, systemClock } from '../../core/clock.ts';
import type { WalletQueue } from '../../ports/wallet-queue.ts';
import {
  type RedisServer,
  redisServerMissing,
  startRedisServer,
} from '../../testing/redis-server.ts';
import { settleMicrotasks, VirtualClock } from '../../testing/simulator/world/virtual-clock.ts';
import { memoryDatabase } from '../../testing/sql-databases.ts';
import { addUser } from '../../testing/suites/table-fixtures.ts';
import { describeWalletQueue } from '../../testing/suites/wallet-queue-suite.ts';
import type { SqlDatabase, SqlValue } from '../sql/sql-database.ts';
import { createSqlWalletStore } from '../sql/sql-wallet-store.ts';
import { createBullmqWalletQueue } from './bullmq-wallet-queue.ts';

const missing = redisServerMissing();
const queueName = 'wallet-creation';
const tickMs = 30_000;
const patience = { timeout: 8_000, interval: 10 };

if (missing) {
  describe(`NOT RUN over Redis: ${missing}`, () => {
    it('is skipped on this machine', () => console.warn(missing));
  });
} else {
  describeOverRedis();
}

function describeOverRedis(): void {
  let redis: RedisServer;
  /** What an operator's tool sees. */
  let bullmq: Queue;
  let database: SqlDatabase;
  let errors: unknown[] = [];
  let warnings: string[] = [];
  /** Users whose job a worker has begun with. */
  const looked = new Set<string>();
  const open: WalletQueue[] = [];

  beforeAll(async () => {
    redis = await startRedisServer();
    bullmq = new Queue(queueName, { connection: redis.client });
    // Going away is part of the tests.
    bullmq.on('error', () => {});
    await bullmq.waitUntilReady();
  });
  afterAll(async () => {
    await bullmq.close();
    await redis.stop();
  });
  beforeEach(async () => {
    await redis.start();
    await redis.client.flushall();
    database = memoryDatabase();
    errors = [];
    warnings = [];
    looked.clear();
  });
  afterEach(async () => {
    redis.thaw();
    await Promise.all(open.splice(0).map((queue) => queue.stop()));
  });

  const createQueue = ({
    clock = systemClock,
    concurrency = 10,
  }: {
    clock?: Clock;
    concurrency?: number;
  } = {}): WalletQueue => {
    const store = createSqlWalletStore(database);
    const queue = createBullmqWalletQueue({
      redisUrl: redis.url,
      store: {
        ...store,
        readWallet(userId) {
          looked.add(userId);
          return store.readWallet(userId);
        },
      },
      tickMs,
      concurrency,
      clock,
      log: {
        info: () => undefined,
        warn: (_fields, message) => {
          warnings.push(message);
        },
        error: (fields) => {
          errors.push(fields.error);
        },
      },
    });
    open.push(queue);
    return queue;
  };
  const connected = (queue: WalletQueue) =>
    vi.waitFor(() => expect(queue.errorCode()).toBeNull(), patience);
  const addWallet = (userId: string, columns: Record<string, SqlValue> = {}) =>
    addUser(database, userId, {
      nearAccountId: `${userId.toLowerCase()}.choonsim.devnet`,
      nearPublicKey: `ed25519:public-of-${userId}`,
      nearPrivateKey: `1:secret-of-${userId}`,
      walletStatus: 'PENDING',
      walletAvailableAt: 0,
      ...columns,
    });
  const setRow = async (userId: string, status: string, availableAtMs: number | null) => {
    await database.write([
      {
        sql: `UPDATE "User" SET "walletStatus" = :status, "walletAvailableAt" = :at
          WHERE "id" = :userId`,
        params: { userId, status, at: availableAtMs },
      },
    ]);
  };
  /** Everything BullMQ knows of jobs that are not over. */
  const jobs = () => bullmq.getJobs(['waiting', 'active', 'delayed', 'failed', 'completed']);
  const users = async () => (await jobs()).map(({ data }) => data.userId).sort();
  const waitFor = (expectation: () => Promise<void> | void) => vi.waitFor(expectation, patience);

  it.each(['wait', 'meta'])(
    'a key of another program (%s) is reported once a minute, and the queue works once it is gone',
    { timeout: 20_000 },
    async (key) => {
      await redis.client.set(`bull:${queueName}:${key}`, 'of another program');
      const queue = createQueue();
      queue.start(async () => undefined);
      await addWallet('Ann');
      await queue.enqueue('Ann');
      await waitFor(() => expect(warnings).not.toEqual([]));
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(warnings.length).toBe(new Set(warnings).size);
      await redis.client.del(`bull:${queueName}:${key}`);
      await waitFor(async () => {
        await queue.enqueue('Ann');
        expect(looked).toContain('Ann');
      });
    },
  );

  describeWalletQueue({
    name: 'jobs in Redis',
    async create() {
      const clock = new VirtualClock();
      const queue = createQueue({ clock });
      await connected(queue);
      const enqueued = new Set<string>();
      let isStopped = false;
      const asInLife: WalletQueue = {
        start: (processQueue) => queue.start(processQueue),
        errorCode: () => queue.errorCode(),
        // The row is PENDING before anybody is told.
        async enqueue(userId) {
          await addWallet(userId);
          await queue.enqueue(userId);
          enqueued.add(userId);
        },
        stop() {
          isStopped = true;
          return queue.stop();
        },
      };
      const delivered = async () => {
        await waitFor(() => {
          if (!isStopped) expect(looked).toEqual(enqueued);
        });
        await settleMicrotasks();
      };
      return { queue: asInLife, clock, tickMs, errors, delivered };
    },
  });

  describe('jobs in Redis', () => {
    it('hold the user’s id only, one per user', async () => {
      const queue = createQueue();
      await connected(queue);
      await addWallet('Ann:1');
      for (let times = 0; times < 3; times += 1) {
        await queue.enqueue('Ann:1');
        await waitFor(async () => expect(await users()).toEqual(['Ann:1']));
      }
      const [job] = await jobs();
      expect(job?.id).toBe('user-Ann%3A1');
      expect(job?.asJSON().data).toBe('{"userId":"Ann:1"}');
      expect(job?.opts.attempts).toBe(1);
      const everything = await readEverything(redis.client);
      expect(everything).toContain('Ann:1');
      expect(everything).not.toMatch(/secret-of|public-of|choonsim|@example/);
    });

    it('wake a worker of another process', async () => {
      const pages = createQueue();
      const worker = createQueue();
      await Promise.all([connected(pages), connected(worker)]);
      let calls = 0;
      worker.start(async () => {
        calls += 1;
      });
      await waitFor(() => expect(calls).toBe(1));
      await addWallet('ann');
      await pages.enqueue('ann');
      await waitFor(() => expect(calls).toBe(2));
    });

    it('are due when the row is, and removed when it waits for nothing', async () => {
      const retryAtMs = Date.now() + 700;
      await addWallet('ann', { walletStatus: 'FAILED', walletAvailableAt: retryAtMs });
      const queue = createQueue();
      await connected(queue);
      const calledAtMs: number[] = [];
      queue.start(async () => {
        calledAtMs.push(Date.now());
        if (Date.now() >= retryAtMs) await setRow('ann', 'READY', null);
      });
      await queue.enqueue('ann');
      await waitFor(async () => {
        const [job] = await bullmq.getDelayed();
        expect(job && job.timestamp + job.delay).toBeGreaterThan(0);
        expect(await bullmq.getDelayedCount()).toBe(1);
      });
      await waitFor(async () => expect(await users()).toEqual([]));
      expect(calledAtMs).toHaveLength(2);
      expect(calledAtMs[1]).toBeGreaterThanOrEqual(retryAtMs);
      expect(await bullmq.getJobCounts('failed', 'completed')).toEqual({ failed: 0, completed: 0 });
    });

    it('are left to other workers by one that cannot claim their wallets', async () => {
      const [full, idle] = [createQueue({ concurrency: 1 }), createQueue({ concurrency: 1 })];
      await Promise.all([connected(full), connected(idle)]);
      full.start(async () => undefined);
      await addWallet('held');
      await full.enqueue('held');
      await waitFor(async () => expect(await bullmq.getActiveCount()).toBe(1));
      await addWallet('ann');
      await full.enqueue('ann');
      await waitFor(async () => expect(await bullmq.getWaitingCount()).toBe(1));
      idle.start(() => setRow('ann', 'READY', null));
      await waitFor(async () => expect(await users()).toEqual(['held']));
    });

    it('of a dead worker are taken by another', async () => {
      const dead = new Worker(queueName, null, {
        connection: { url: redis.url },
        lockDuration: 500,
      });
      await addWallet('ann');
      const queue = createQueue();
      await connected(queue);
      await queue.enqueue('ann');
      // It takes the job and is never heard of again.
      await waitFor(async () =>
        expect(await dead.getNextJob('token', { block: false })).toBeTruthy(),
      );
      let calls = 0;
      queue.start(async () => {
        calls += 1;
        if (calls > 1) await setRow('ann', 'READY', null);
      });
      await waitFor(async () => expect(await users()).toEqual([]));
      await dead.close(true);
    });

    it('are added again when Redis has lost them', async () => {
      const clock = new VirtualClock();
      const queue = createQueue({ clock });
      await connected(queue);
      queue.start(async () => undefined);
      await addWallet('ann');
      await queue.enqueue('ann');
      // Held by the worker, because nobody takes its row.
      await waitFor(async () => expect(await bullmq.getActiveCount()).toBe(1));
      await redis.client.flushall();
      expect(await users()).toEqual([]);
      await clock.advance(tickMs);
      await waitFor(async () => expect(await bullmq.getActiveCount()).toBe(1));
    });

    it('released by a stopping worker are available to others immediately', async () => {
      const first = createQueue();
      await connected(first);
      first.start(async () => undefined);
      await addWallet('ann');
      await first.enqueue('ann');
      await waitFor(async () => expect(await bullmq.getActiveCount()).toBe(1));
      await first.stop();
      expect(await users()).toEqual(['ann']);
      expect(await bullmq.getActiveCount()).toBe(0);
    });
  });

  describe('while Redis is away', () => {
    it('no request waits, this process works, and jobs are added afterwards', async () => {
      const pages = createQueue();
      const worker = createQueue();
      await Promise.all([connected(pages), connected(worker)]);
      let calls = 0;
      worker.start(async () => {
        calls += 1;
      });
      await waitFor(() => expect(calls).toBe(1));
      await redis.kill();
      await waitFor(() => expect(worker.errorCode()).toBe('REDIS_AWAY'));
      await addWallet('ann');
      const askedMs = performance.now();
      await pages.enqueue('ann');
      await worker.enqueue('ann');
      expect(performance.now() - askedMs).toBeLessThan(1_000);
      await waitFor(() => expect(calls).toBeGreaterThan(1));
      await redis.start();
      await Promise.all([connected(pages), connected(worker)]);
      await waitFor(async () => expect(await users()).toEqual(['ann']));
      // And the worker takes jobs again.
      await waitFor(async () => expect(await bullmq.getActiveCount()).toBe(1));
      expect(errors).toEqual([]);
    });

    it('a queue started without it begins once Redis is there', async () => {
      await redis.kill();
      const queue = createQueue();
      let calls = 0;
      queue.start(async () => {
        calls += 1;
      });
      await waitFor(() => expect(calls).toBe(1));
      expect(queue.errorCode()).toBe('REDIS_AWAY');
      await redis.start();
      await connected(queue);
      await addWallet('ann');
      await queue.enqueue('ann');
      await waitFor(() => expect(calls).toBeGreaterThan(1));
    });

    it('a hanging Redis is detected, and stopping does not wait for it', async () => {
      const queue = createQueue();
      await connected(queue);
      let calls = 0;
      queue.start(async () => {
        calls += 1;
      });
      await waitFor(async () => expect(await bullmq.getWorkersCount()).toBeGreaterThan(0));
      await addWallet('ann');
      redis.freeze();
      await queue.enqueue('ann');
      await waitFor(() => expect(queue.errorCode()).toBe('REDIS_AWAY'));
      await waitFor(() => expect(calls).toBeGreaterThan(1));
      const stoppingMs = performance.now();
      await queue.stop();
      expect(performance.now() - stoppingMs).toBeLessThan(3_500);
    });
  });
}

/** Every key of the server with all that is under it. */
async function readEverything(client: Redis): Promise<string> {
  const texts: string[] = [];
  for (const key of await client.keys('*')) {
    const type = await client.type(key);
    const read: Record<string, () => Promise<unknown>> = {
      string: () => client.get(key),
      hash: () => client.hgetall(key),
      list: () => client.lrange(key, 0, -1),
      set: () => client.smembers(key),
      zset: () => client.zrange(key, '0', '-1'),
      stream: () => client.xrange(key, '-', '+'),
    };
    const value = await read[type]?.();
    if (value === undefined) throw new Error(`${key} is a ${type}`);
    texts.push(`${key} ${JSON.stringify(value)}`);
  }
  return texts.join('\n');
}
