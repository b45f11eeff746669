import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createAesKeyVault } from '#engine/adapters/keys/aes-key-vault.ts';
import { createSealingVault } from '#engine/adapters/keys/sealing-vault.ts';
import { createVaultTransitMasterKeys } from '#engine/adapters/keys/vault-transit-master-keys.ts';
import { createJsonRpcNearChain } from '#engine/adapters/near-rpc/json-rpc-near-chain.ts';
import { postgresDatabase } from '#engine/adapters/postgres/postgres-database.ts';
import {
  createPrometheusMetrics,
  type PrometheusMetrics,
} from '#engine/adapters/prometheus/prometheus-metrics.ts';
import { createBullmqWalletQueue } from '#engine/adapters/queues/bullmq-wallet-queue.ts';
import { createCronWalletQueue } from '#engine/adapters/queues/cron-wallet-queue.ts';
import type { SqlDatabase } from '#engine/adapters/sql/sql-database.ts';
import { createSqlLaneStore } from '#engine/adapters/sql/sql-lane-store.ts';
import { createSqlOperatorStore } from '#engine/adapters/sql/sql-operator-store.ts';
import { createSqlReconcileStore } from '#engine/adapters/sql/sql-reconcile-store.ts';
import { createSqlTransactionLedger } from '#engine/adapters/sql/sql-transaction-ledger.ts';
import { createSqlWalletCensus } from '#engine/adapters/sql/sql-wallet-census.ts';
import { createSqlWalletKeyStore } from '#engine/adapters/sql/sql-wallet-key-store.ts';
import { createSqlWalletReader } from '#engine/adapters/sql/sql-wallet-reader.ts';
import { createSqlWalletStock, leaveStockOut } from '#engine/adapters/sql/sql-wallet-stock.ts';
import { createSqlWalletStore } from '#engine/adapters/sql/sql-wallet-store.ts';
import { betterSqlite3Database } from '#engine/adapters/sqlite/better-sqlite3-database.ts';
import { toDecimal } from '#engine/core/amounts.ts';
import { systemClock } from '#engine/core/clock.ts';
import type { EngineConfig } from '#engine/core/engine-config.ts';
import { ServiceError } from '#engine/core/errors.ts';
import { chainIdOf } from '#engine/core/network-chain-id.ts';
import { diagnose } from '#engine/operations/diagnose.ts';
import { type ExportedWalletKey, exportWalletKey } from '#engine/operations/export-wallet-key.ts';
import { createReconciler } from '#engine/operations/reconcile.ts';
import { type RotationReport, rotateWalletKeys } from '#engine/operations/rotate-keys.ts';
import type { KeyVault } from '#engine/ports/key-vault.ts';
import type { NearChain } from '#engine/ports/near-chain.ts';
import type { OperatorStore } from '#engine/ports/operator-store.ts';
import type { WalletCensus } from '#engine/ports/wallet-census.ts';
import type { WalletQueue } from '#engine/ports/wallet-queue.ts';
import type { WalletReader } from '#engine/ports/wallet-reader.ts';
import type { FoundStockWallet, StockCount } from '#engine/ports/wallet-stock.ts';
import type { WalletStore } from '#engine/ports/wallet-store.ts';
import { signingTermsOf } from '#engine/service/signing-policy.ts';
import { refusalByDeployment } from '#engine/service/start-checks.ts';
import { stockTermsOf } from '#engine/service/stock-terms.ts';
import { requireMasterKeys, requireSealingKey } from '#engine/service/verify-master-keys.ts';
import {
  createWalletEngine,
  type EngineParts,
  type WalletEngine,
} from '#engine/wallets/wallet-engine.ts';
import { readCareMetrics } from '../care-count.server.ts';
import { endIfDatabaseFileWasReplaced } from '../database/database-file.server.ts';
import { databaseHandle } from '../db.server.ts';
import { engineLog } from '../log.server.ts';
import { forget, remember } from '../remember.server.ts';
import { devnetServiceKey } from '../settings/development-keys.ts';
import { type Environment, env } from '../settings/env.server.ts';
import { CHOCO_DECIMALS } from '../settings/env-fields.server.ts';
import { type Finding, wordFinding } from './finding.ts';
import { loadMasterKeys, masterKeys } from './master-keys.server.ts';

/** The one engine of this process, and the only place where ports meet their adapters. */
export function walletEngine(): WalletEngine {
  return remember('wallet engine', () => composeEngine());
}

/**
 * The engine of a process that shows whether wallets can be made, in the place of the other: it takes none that
 * stands ready, and makes none for nobody.
 */
export function walletEngineWithoutStock(): WalletEngine {
  return remember('wallet engine', () => composeEngine({ stock: 0 }));
}

/** After the engine has stopped: the next one is made from the sources as they are now. */
export function forgetWalletEngine(): void {
  forget(['wallet engine', 'wallet reader', 'wallet census', 'metrics', 'key vault']);
}

/** What operators may change, each change with its record. Needs no engine and no chain. */
export function operatorStore(): OperatorStore {
  return createSqlOperatorStore(sqlDatabase());
}

/** Compares the database with the chain, in the place of an engine: a process makes one of the two. */
export function walletReconciler(): ReturnType<typeof createReconciler> {
  const records = createSqlReconcileStore(sqlDatabase());
  const keys = createSqlWalletKeyStore(sqlDatabase());
  return createReconciler({ ...engineParts(), keys, records });
}

/** See {@link diagnose}. @param hasTables false: the database is not opened, which would make it */
export async function diagnoseDeployment({
  hasTables,
}: {
  hasTables: boolean;
}): Promise<Finding[]> {
  const tablesOf = (database: SqlDatabase) => ({
    ledger: createSqlTransactionLedger(database),
    lanes: createSqlLaneStore(database),
    keys: createSqlWalletKeyStore(database),
    stock: createSqlWalletStock(database),
  });
  const findings = await diagnose({
    config: engineConfig(),
    chain: nearChain(),
    vault: keyVault(),
    clock: systemClock,
    tables: hasTables ? tablesOf(sqlDatabase()) : null,
    expectedChainId: chainIdOf(env().nearNetworkId),
  });
  return findings.map(wordFinding);
}

/** What the chain shows of a wallet at a final block. */
export async function readChainFacts({
  accountId,
  publicKey,
}: {
  accountId: string;
  publicKey: string;
}): Promise<{
  /** Null: no such account. */
  balanceYocto: bigint | null;
  hasFullAccess: boolean;
  isRegistered: boolean;
  /** Whole tokens, a decimal. */
  tokens: string;
}> {
  const chain = nearChain();
  const { chocoTokenContract: tokenContract } = env();
  const account = await chain.viewAccount({ accountId });
  const key = await chain.viewAccessKey({ accountId, publicKey });
  const balance = await chain.viewTokenBalance({ tokenContract, accountId });
  return {
    balanceYocto: account?.amountYocto ?? null,
    hasFullAccess: key?.fullAccess ?? false,
    isRegistered: await chain.isRegistered({ tokenContract, accountId }),
    tokens: toDecimal(balance, await chain.viewTokenDecimals({ tokenContract })),
  };
}

/**
 * Each start of each process, those that make no wallets included.
 * @throws ServiceError when the configuration contradicts the database
 */
export async function requireKnownSettings(): Promise<void> {
  const deployment = await createSqlTransactionLedger(sqlDatabase()).readDeployment();
  // As long as nothing was signed, the next start that makes wallets may still overwrite it.
  if (!deployment || deployment.newestHash === null) return;
  const refusal = refusalByDeployment(engineConfig(), deployment);
  if (refusal) throw new ServiceError(refusal.code, refusal.message);
}

/**
 * Each start of each process: new keys must be under the master keys that the database knows, or sealed to
 * what its workers open. As long as no worker has said what that is, whoever asks for a wallet is told so.
 * @throws ServiceError `MASTER_KEY_CHANGED`, `SEALED_TO_NOBODY`
 */
export async function requireKnownMasterKeys(): Promise<void> {
  const keys = createSqlWalletKeyStore(sqlDatabase());
  const vault = keyVault();
  if (vault.opensKeys) return requireMasterKeys({ keys, vault, clock: systemClock, randomBytes });
  const error = await sealingError();
  if (error?.code === 'SEALED_TO_NOBODY') throw error;
  if (error) engineLog().warn({ code: error.code }, error.message);
}

/** Why this process can ask for no wallet at the moment; null when it can, and where it opens keys itself. */
export async function sealingError(): Promise<ServiceError | null> {
  const vault = keyVault();
  if (vault.opensKeys) return null;
  const keys = createSqlWalletKeyStore(sqlDatabase());
  try {
    await requireSealingKey({ keys, vault });
    return null;
  } catch (error) {
    if (error instanceof ServiceError && error.code !== 'DATABASE_BUSY') return error;
    throw error;
  }
}

/** Encrypts all stored keys anew under the first master key. See {@link rotateWalletKeys}. */
export function rotateStoredKeys(
  onProgress: (done: { rotated: number; unreadable: number }) => void,
): Promise<RotationReport> {
  const keys = createSqlWalletKeyStore(sqlDatabase());
  return rotateWalletKeys({ keys, vault: keyVault(), onProgress });
}

/** The private key of a user's READY wallet, in clear. See {@link exportWalletKey}. */
export function exportOwnersKey(ownerId: string): Promise<ExportedWalletKey | null> {
  const keys = createSqlWalletKeyStore(sqlDatabase());
  return exportWalletKey({ ownerId, nowMs: Date.now(), keys, vault: keyVault() });
}

/** What this app knows of wallets: it reads the engine's tables in no other way. */
export function walletReader(): WalletReader {
  return remember('wallet reader', () => createSqlWalletReader(sqlDatabase()));
}

/** What the tables say of all wallets, and of the treasury. */
export function walletCensus(): WalletCensus {
  return remember('wallet census', () => createSqlWalletCensus(sqlDatabase()));
}

/** The lanes that were added, and how many of them some process holds. */
export async function countLanes(): Promise<{ added: number; held: number }> {
  const lanes = createSqlLaneStore(sqlDatabase());
  const laneNumbers = (await lanes.readLanes())
    .map(({ laneNumber }) => laneNumber)
    .filter((laneNumber) => laneNumber > 0);
  const holders = await lanes.countHeldLanes({ laneNumbers, nowMs: Date.now() });
  const held = holders.reduce((sum, holder) => sum + holder.lanes, 0);
  return { added: laneNumbers.length, held };
}

/** The stock by today's settings, whatever other processes have. */
export function walletStockCount(): Promise<StockCount> {
  return createSqlWalletStock(sqlDatabase()).countStock(stockTermsOf(engineConfig()));
}

/** A wallet without an owner, by its id or its account. */
export function findStockWallet(name: string): Promise<FoundStockWallet | null> {
  return createSqlWalletStock(sqlDatabase()).findWallet(name);
}

/** See {@link leaveStockOut}. */
export function leaveStockOutOf(copy: { exec(sql: string): unknown }): void {
  copy.exec(leaveStockOut.sql);
}

/** What Prometheus reads of this process. */
export async function readMetrics(): Promise<{ text: string; contentType: string }> {
  const { contentType, text } = metrics();
  const engine = walletEngine();
  const vitals = () => engine.vitals();
  const own = await text({ census: walletCensus(), vitals, stock: walletStockCount });
  return { contentType, text: `${own.trimEnd()}\n\n${await readCareMetrics()}` };
}

function metrics(): PrometheusMetrics {
  return remember('metrics', () =>
    createPrometheusMetrics({
      config: engineConfig(),
      clock: systemClock,
      tokenLabel: 'choco',
      withNode: true,
    }),
  );
}

function sqlDatabase(): SqlDatabase {
  const handle = databaseHandle();
  if (handle.kind === 'postgres') return postgresDatabase(handle.sessions);
  const embedded = betterSqlite3Database(handle.sqlite, handle.line);
  return {
    read: embedded.read,
    // No sign-up is answered whose wallet went into a file that is deleted already.
    write(statements) {
      endIfDatabaseFileWasReplaced();
      return embedded.write(statements);
    },
  };
}

function engineConfig(): EngineConfig {
  const settings = env();
  return {
    networkId: settings.nearNetworkId,
    serviceAccountId: settings.nearServiceAccountId,
    tokenContract: settings.chocoTokenContract,
    tokenDecimals: CHOCO_DECIMALS,
    signupReward: settings.signupRewardChoco,
    initialBalanceYocto: settings.nearInitialBalanceYocto,
    reserveYocto: settings.nearReserveYocto,
    spendLimitHourYocto: settings.walletSpendLimitHourYocto,
    spendLimitDayYocto: settings.walletSpendLimitDayYocto,
    spendLimitHourTokens: settings.walletSpendLimitHourChoco,
    spendLimitDayTokens: settings.walletSpendLimitDayChoco,
    runwayWarningWallets: settings.walletRunwayWarning,
    batchSize: settings.walletBatchSize,
    maxAttempts: settings.walletMaxAttempts,
    lanes: settings.serviceKeyLanes,
    stock: settings.walletStock,
  };
}

function composeEngine(changes: Partial<EngineConfig> = {}): WalletEngine {
  const store = createSqlWalletStore(sqlDatabase());
  const queue = composeQueue(env(), store);
  const stock = createSqlWalletStock(sqlDatabase());
  const keys = createSqlWalletKeyStore(sqlDatabase());
  const parts = engineParts();
  const config = { ...parts.config, ...changes };
  return createWalletEngine({ ...parts, config, store, stock, keys, queue });
}

/** Unwraps the master keys that the configuration holds wrapped; before the engine is made. */
export function prepareKeys(): Promise<void> {
  return loadMasterKeys((wrappedKeys) => {
    const { vaultTransit } = env();
    if (!vaultTransit) throw new Error('wrapped master keys need VAULT_ADDR and VAULT_TOKEN');
    const provider = createVaultTransitMasterKeys({
      ...vaultTransit,
      wrappedKeys,
      clock: systemClock,
    });
    return provider.readMasterKeys();
  });
}

function keyVault(): KeyVault {
  return remember('key vault', () => {
    const { walletSealingKey: sealingKey, nearServicePrivateKey } = env();
    if (sealingKey) return createSealingVault({ sealingKey });
    return createAesKeyVault({
      masterKeys: masterKeys(),
      servicePrivateKey: nearServicePrivateKey ?? devnetServiceKey,
      terms: signingTermsOf(engineConfig()),
    });
  });
}

/** What processes without keys seal those of wallets with, as `WALLET_SEALING_KEY` has it. */
export function sealingKeyText(): string {
  const { version, publicKey, senderKey } = keyVault().sealingKey();
  return `${version}:${publicKey}:${senderKey}`;
}

function nearChain(): NearChain {
  const { nearNetworkId, nearNodeUrls, nearArchivalNodeUrl: archivalUrl } = env();
  return createJsonRpcNearChain({
    urls: [...nearNodeUrls],
    archivalUrls: archivalUrl ? [archivalUrl] : [],
    expectedChainId: chainIdOf(nearNetworkId),
    log: engineLog(),
    onCall: metrics().onRpcCall,
  });
}

function engineParts(): Omit<EngineParts, 'store' | 'stock' | 'keys' | 'queue'> {
  const database = sqlDatabase();
  return {
    config: engineConfig(),
    ledger: createSqlTransactionLedger(database),
    lanes: createSqlLaneStore(database),
    chain: nearChain(),
    vault: keyVault(),
    clock: systemClock,
    log: engineLog(),
    observer: metrics().observer,
    holder: `${hostname()}/${process.pid}/${randomUUID()}`,
    randomBytes,
  };
}

function composeQueue(settings: Environment, store: WalletStore): WalletQueue {
  const { redisUrl, walletBatchSize: concurrency } = settings;
  const parts = {
    tickMs: settings.walletTickSeconds * 1000,
    clock: systemClock,
    log: engineLog(),
  };
  return settings.walletQueue === 'bullmq' && redisUrl !== null
    ? createBullmqWalletQueue({ ...parts, redisUrl, store, concurrency })
    : createCronWalletQueue(parts);
}
