import type { Clock } from '../../core/clock.ts';
import type { EngineLog } from '../../core/log.ts';
import { createSingleFlight, type SingleFlight } from '../../core/single-flight.ts';
import type { WalletQueue } from '../../ports/wallet-queue.ts';

/** A timer in this process; a request wakes it at once, the interval is the safety net. */
export function createCronWalletQueue({
  tickMs,
  clock,
  log,
}: {
  tickMs: number;
  clock: Clock;
  log: EngineLog;
}): WalletQueue {
  const stopping = new AbortController();
  let calls: SingleFlight | null = null;

  const tick = async () => {
    while (!stopping.signal.aborted) {
      void calls?.run();
      await clock.sleep(tickMs, stopping.signal);
    }
  };

  return {
    async enqueue() {
      void calls?.run();
    },

    start(processQueue) {
      calls = createSingleFlight({
        work: processQueue,
        onError: (error) =>
          log.error({ error }, 'due wallets could not be processed; the next poll tries again'),
      });
      void tick();
    },

    async stop() {
      stopping.abort();
      await calls?.stop();
    },

    errorCode: () => null,
  };
}
