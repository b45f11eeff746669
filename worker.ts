import { initCronJobs } from './app/lib/cron.server.ts';
import { closeDatabase, databasePlace, migrateDatabase } from './app/lib/db.server.ts';
import { startMetricsListener } from './app/lib/near/metrics-listener.server.ts';
import { walletEngine } from './app/lib/near/wallet-engine.server.ts';
import { EnvironmentError, env } from './app/lib/settings/env.server.ts';
import { explainCrashes, explainError } from './scripts/explain-error.ts';
import { stopOnSignal } from './scripts/stop-on-signal.ts';

// Database, backups, secrets and the devnet's journal are readable by this user only.
process.umask(0o077);

/** A worker process: creates wallets, serves no pages. Any number of them share one database. */
async function main(): Promise<void> {
  const { nearNetworkId, metricsPort, metricsToken, walletWorker } = env();
  if (!walletWorker) {
    const remedy =
      'off is for web processes that create no wallets, and a worker does nothing else. Remove it here.';
    throw new EnvironmentError([{ name: 'WALLET_WORKER', remedy }]);
  }
  await migrateDatabase();
  // Before any work begins, so that a taken port leaves no work behind.
  const metrics =
    metricsPort === null
      ? null
      : await startMetricsListener({ port: metricsPort, token: metricsToken });
  const jobs = await initCronJobs();
  const paused = walletEngine().pausedBy();
  console.log(
    `Choonsim worker: ${nearNetworkId}, ${databasePlace()}${paused ? ` (waiting: ${paused})` : ''}` +
      (metrics ? `\nMetrics on port ${metrics.port}, /metrics` : ''),
  );

  stopOnSignal(async () => {
    await jobs.stop();
    metrics?.close();
    closeDatabase();
  });
}

explainCrashes();
main().catch((error: unknown) => {
  console.error(explainError(error));
  process.exit(1);
});
