import type { EngineLog } from '../log.ts';
import type { WalletQueue } from '../wallet-queue.ts';

/** A timer in this process; a request rings it at once, the tick is the safety net. */
export function createCronWalletQueue({
  tickMs,
  log,
}: {
  tickMs: number;
  log: EngineLog;
}): WalletQueue {
  let processQueue: (() => Promise<void>) | null = null;
  let running: Promise<void> | null = null;
  let again = false;
  let timer: NodeJS.Timeout | undefined;

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
    running = run()
      .catch((error) => log.error({ error }, 'a tick of the wallet queue failed'))
      .finally(() => {
        running = null;
        if (again) ring();
      });
  };

  return {
    async enqueue() {
      ring();
    },

    start(process) {
      processQueue = process;
      timer = setInterval(ring, tickMs);
      ring();
    },

    async stop() {
      processQueue = null;
      clearInterval(timer);
      await running;
    },
  };
}
