import { watchDatabaseFile } from './database-file.server.ts';
import { env } from './env.server.ts';
import { startReleasing } from './half-made-users.server.ts';
import {
  prepareKeys,
  requireKnownMasterKeys,
  requireKnownSettings,
  walletEngine,
} from './near/wallet-engine.server.ts';

/**
 * Starts the background work: a request rings the queue at once, the tick (30 s by default) is the
 * safety net. With `WALLET_WORKER=off` there is none, and requests ring the workers of others. Master
 * keys that are stored wrapped are unwrapped first, and compared with what the database knows of them.
 * @throws MasterKeysUnavailableError
 * @throws ServiceError when configuration, database and chain contradict each other
 */
export async function initCronJobs(): Promise<{ stop(): Promise<void> }> {
  const watching = watchDatabaseFile();
  await prepareKeys();
  await requireKnownSettings();
  await requireKnownMasterKeys();
  const engine = walletEngine();
  if (env().walletWorker) await engine.start();
  const releasing = startReleasing();
  return {
    async stop() {
      watching.stop();
      releasing.stop();
      await engine.stop();
    },
  };
}
