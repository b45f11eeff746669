import { initCronJobs } from './app/lib/cron.server.ts';
import { closeDatabase, migrateDatabase } from './app/lib/db.server.ts';
import { EnvironmentError, env } from './app/lib/env.server.ts';
import { walletEngine } from './app/lib/near/wallet-engine.server.ts';

/** A worker of its own: makes wallets, serves no pages. Any number of them share one database. */
async function main(): Promise<void> {
  const { nearNetworkId, databaseUrl } = env();
  await migrateDatabase();
  const jobs = await initCronJobs();
  const paused = walletEngine().pausedBy();
  console.log(
    `Choonsim worker: ${nearNetworkId}, ${databaseUrl}${paused ? ` (waiting: ${paused})` : ''}`,
  );

  const stop = async () => {
    await jobs.stop();
    closeDatabase();
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
}

main().catch((error: unknown) => {
  const isExplained = error instanceof EnvironmentError || Object(error).name === 'ServiceFault';
  console.error(isExplained && error instanceof Error ? error.message : error);
  process.exit(1);
});
