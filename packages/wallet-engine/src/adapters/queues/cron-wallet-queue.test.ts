import { VirtualClock } from '../../testing/simulator/world/virtual-clock.ts';
import { describeWalletQueue } from '../../testing/suites/wallet-queue-suite.ts';
import { createCronWalletQueue } from './cron-wallet-queue.ts';

describeWalletQueue({
  name: 'a timer in this process',
  async create() {
    const clock = new VirtualClock();
    const errors: unknown[] = [];
    const tickMs = 30_000;
    const log = {
      info: () => undefined,
      warn: () => undefined,
      error: (fields: Record<string, unknown>) => {
        errors.push(fields.error);
      },
    };
    const queue = createCronWalletQueue({ tickMs, clock, log });
    return { clock, tickMs, errors, queue, delivered: async () => undefined };
  },
});
