import { describe, expect, it } from 'vitest';
import type { WalletQueue } from '../../ports/wallet-queue.ts';
import type { VirtualClock } from '../simulator/world/virtual-clock.ts';

export interface WalletQueueUnderTest {
  name: string;
  /** A queue that runs every `tickMs` of the clock; `errors` collects what it reports. */
  create: () => Promise<{
    queue: WalletQueue;
    clock: VirtualClock;
    tickMs: number;
    errors: unknown[];
    /** Resolves when everything enqueued has reached the worker. */
    delivered: () => Promise<void>;
  }>;
}

/** The contract of {@link WalletQueue}. */
export function describeWalletQueue({ name, create }: WalletQueueUnderTest): void {
  describe(`a wallet queue: ${name}`, () => {
    /** Counts calls; each lasts until it is released. */
    const holding = () => {
      const calls: (() => void)[] = [];
      let running = 0;
      let most = 0;
      const processQueue = async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => calls.push(resolve));
        running -= 1;
      };
      return { calls, processQueue, most: () => most };
    };

    it('calls at every interval, and at once after enqueue', async () => {
      const { queue, clock, tickMs, delivered } = await create();
      const times: number[] = [];
      const startedMs = clock.now();
      queue.start(async () => {
        times.push(clock.now() - startedMs);
      });
      await clock.advance(tickMs * 2 + 5);
      await queue.enqueue('ann');
      await delivered();
      await clock.advance(1);
      expect(times).toEqual([0, tickMs, tickMs * 2, tickMs * 2 + 5]);
      await queue.stop();
    });

    it('accepts enqueue before start', async () => {
      const { queue, clock, delivered } = await create();
      await queue.enqueue('ann');
      const { calls, processQueue } = holding();
      queue.start(processQueue);
      await delivered();
      await clock.advance(1);
      expect(calls.length).toBeGreaterThan(0);
      for (const letGo of calls) letGo();
      await queue.stop();
    });

    it('runs one call at a time, and one more for everything enqueued meanwhile', async () => {
      const { queue, clock, tickMs, delivered } = await create();
      const { calls, processQueue, most } = holding();
      queue.start(processQueue);
      await clock.advance(1);
      for (const userId of ['ann', 'bob', 'cem']) await queue.enqueue(userId);
      await delivered();
      await clock.advance(tickMs * 3);
      expect(calls).toHaveLength(1);
      calls[0]?.();
      await clock.advance(1);
      expect(calls).toHaveLength(2);
      calls[1]?.();
      await clock.advance(1);
      expect(calls).toHaveLength(2);
      expect(most()).toBe(1);
      await queue.stop();
    });

    it('reports errors and continues, also with work enqueued during the failing call', async () => {
      const { queue, clock, tickMs, errors, delivered } = await create();
      let calls = 0;
      queue.start(async () => {
        calls += 1;
        const call = calls;
        if (call === 1) await queue.enqueue('bob');
        if (call < 3) throw new Error(`call ${call}`);
      });
      await clock.advance(1);
      await delivered();
      await clock.advance(1);
      expect(calls).toBe(2);
      await clock.advance(tickMs);
      expect(calls).toBe(3);
      expect(errors.map((error) => (error instanceof Error ? error.message : error))).toEqual([
        'call 1',
        'call 2',
      ]);
      await queue.stop();
    });

    it('starts nothing after stop, which waits for the running call', async () => {
      const { queue, clock, tickMs, delivered } = await create();
      const { calls, processQueue } = holding();
      queue.start(processQueue);
      await clock.advance(1);
      await queue.enqueue('made up for');
      let stopped = false;
      const stopping = queue.stop().then(() => {
        stopped = true;
      });
      await queue.enqueue('too late');
      await delivered();
      await clock.advance(tickMs);
      expect(stopped).toBe(false);
      calls[0]?.();
      await stopping;
      await clock.advance(tickMs * 2);
      expect(calls).toHaveLength(1);
    });
  });
}
