import type { Clock } from '../clock.ts';
import type { EngineLog } from '../log.ts';
import type { WalletQueue } from '../wallet-queue.ts';

/** A timer in this process; a request rings it at once, the tick is the safety net. */
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
  let processQueue: (() => Promise<void>) | null = null;
  let running: Promise<void> | null = null;
  let again = false;

  const ring = () => {
    if (!processQueue) return;
    if (running) {
      again = true;
      return;
    }
    const run = async () => {
      do {
        again = false;
        await processQueue?.();
      } while (again && processQueue);
    };
    // Begun in a later turn: `running` must be set before the call can ring again.
    running = Promise.resolve()
      .then(run)
      .catch((error) => log.error({ error }, 'a tick of the wallet queue failed'))
      .finally(() => {
        running = null;
        if (again) ring();
      });
  };

  const tick = async () => {
    while (!stopping.signal.aborted) {
      ring();
      await clock.sleep(tickMs, stopping.signal);
    }
  };

  return {
    async enqueue() {
      ring();
    },

    start(process) {
      processQueue = process;
      void tick();
    },

    async stop() {
      processQueue = null;
      stopping.abort();
      await running;
    },
  };
}
