import { initCronJobs } from './app/lib/cron.server.ts';
import { closeDatabase, migrateDatabase } from './app/lib/db.server.ts';
import { EnvironmentError, env } from './app/lib/env.server.ts';
import { startMetricsListener } from './app/lib/metrics-listener.server.ts';
import { walletEngine } from './app/lib/near/wallet-engine.server.ts';

/** A worker of its own: makes wallets, serves no pages. Any number of them share one database. */
async function main(): Promise<void> {
  const { nearNetworkId, databaseUrl, metricsPort, metricsToken, walletWorker } = env();
  if (!walletWorker) {
    const remedy = 'off is for web processes; a worker does nothing else. Remove it.';
    throw new EnvironmentError([{ name: 'WALLET_WORKER', remedy }]);
  }
  await migrateDatabase();
  const jobs = await initCronJobs();
  const metrics =
    metricsPort === null
      ? null
      : await startMetricsListener({ port: metricsPort, token: metricsToken });
  const paused = walletEngine().pausedBy();
  console.log(
    `Choonsim worker: ${nearNetworkId}, ${databaseUrl}${paused ? ` (waiting: ${paused})` : ''}` +
      (metrics ? `\nMetrics on port ${metrics.port}, /metrics` : ''),
  );

  const stop = async () => {
    await jobs.stop();
    metrics?.close();
    closeDatabase();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
}

main().catch((error: unknown) => {
  const isExplained =
    error instanceof EnvironmentError ||
    ['MasterKeysUnavailableError', 'ServiceFault'].includes(Object(error).name);
  console.error(isExplained && error instanceof Error ? error.message : error);
  process.exit(1);
});
