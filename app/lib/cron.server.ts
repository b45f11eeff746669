import { startReleasing } from './account/half-made-users.server.ts';
import { watchDatabaseFile } from './database/database-file.server.ts';
import {
  prepareKeys,
  requireKnownMasterKeys,
  requireKnownSettings,
  walletEngine,
} from './near/wallet-engine.server.ts';
import { env } from './settings/env.server.ts';

/**
 * Starts the background work: a request wakes the queue at once, the scheduled run (every 30 s by default) is
 * the safety net. With `WALLET_WORKER=off` nothing starts, and requests wake other processes. Wrapped master
 * keys are unwrapped first, and compared with their check values in the database.
 * @throws MasterKeysUnavailableError
 * @throws ServiceError if configuration, database and chain contradict each other
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
      releasing.stop();
      await engine.stop();
      watching.stop();
    },
  };
}
