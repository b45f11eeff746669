import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createAesKeyVault } from '#provisioning/adapters/aes-key-vault.ts';
import { createCronWalletQueue } from '#provisioning/adapters/cron-wallet-queue.ts';
import { createJsonRpcClient } from '#provisioning/adapters/json-rpc-client.ts';
import { createJsonRpcNearChain } from '#provisioning/adapters/json-rpc-near-chain.ts';
import { betterSqlite3Database, libsqlDatabase } from '#provisioning/adapters/sql-database.ts';
import { createSqliteLaneStore } from '#provisioning/adapters/sqlite-lane-store.ts';
import { createSqliteTransactionLedger } from '#provisioning/adapters/sqlite-transaction-ledger.ts';
import { createSqliteWalletStore } from '#provisioning/adapters/sqlite-wallet-store.ts';
import { systemClock } from '#provisioning/clock.ts';
import { createWalletEngine, type WalletEngine } from '#provisioning/wallet-engine.ts';
import { databaseHandle } from '../db.server.ts';
import { env } from '../env.server.ts';
import { engineLog } from '../log.server.ts';
import { remember } from '../remember.server.ts';

/** The devnet's fixed, public key of its service account; a test holds it against the devnet. */
export const devnetServiceKey =
  'ed25519:2X1srLcLw6UHvna89FdMEaGZcVhuP8c7oVZSjPdjnz5EwF1zX2iJAeYXX1WjU7WYXfoFHbmUiN6VbkHiTWFvL6B7';

/** The one engine of this process, and the only place where ports meet their adapters. */
export function walletEngine(): WalletEngine {
  return remember('wallet engine', composeEngine);
}

function composeEngine(): WalletEngine {
  const settings = env();
  const handle = databaseHandle();
  const database =
    handle.kind === 'sqlite' ? betterSqlite3Database(handle.sqlite) : libsqlDatabase(handle.client);
  const log = engineLog();
  const archivalUrl = settings.nearArchivalNodeUrl;
  return createWalletEngine({
    config: {
      networkId: settings.nearNetworkId,
      serviceAccountId: settings.nearServiceAccountId,
      tokenContract: settings.chocoTokenContract,
      signupReward: settings.signupRewardChoco,
      initialBalanceYocto: settings.nearInitialBalanceYocto,
      reserveYocto: settings.nearReserveYocto,
      batchSize: settings.walletBatchSize,
      maxAttempts: settings.walletMaxAttempts,
      lanes: settings.serviceKeyLanes,
    },
    store: createSqliteWalletStore(database),
    ledger: createSqliteTransactionLedger(database),
    lanes: createSqliteLaneStore(database),
    chain: createJsonRpcNearChain({
      rpc: createJsonRpcClient({ urls: [...settings.nearNodeUrls] }),
      archival: archivalUrl ? createJsonRpcClient({ urls: [archivalUrl] }) : null,
    }),
    vault: createAesKeyVault({
      masterKeys: [...settings.walletEncryptionKeys],
      servicePrivateKey: settings.nearServicePrivateKey ?? devnetServiceKey,
    }),
    queue: createCronWalletQueue({
      tickMs: settings.walletTickSeconds * 1000,
      clock: systemClock,
      log,
    }),
    clock: systemClock,
    log,
    holder: `${hostname()}/${process.pid}/${randomUUID()}`,
    randomBytes,
  });
}
