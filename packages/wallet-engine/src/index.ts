/**
 * NEAR wallets for an app's users, each exactly once. This entry has the engine, its ports and the adapters
 * without a driver; `./sqlite`, `./bullmq` and `./prometheus` need the driver they are named after.
 */
export { createAesKeyVault } from './adapters/keys/aes-key-vault.ts';
export { createSealingVault } from './adapters/keys/sealing-vault.ts';
export { createVaultTransitMasterKeys } from './adapters/keys/vault-transit-master-keys.ts';
export { createJsonRpcNearChain } from './adapters/near-rpc/json-rpc-near-chain.ts';
export { createCronWalletQueue } from './adapters/queues/cron-wallet-queue.ts';
export { type Clock, systemClock } from './core/clock.ts';
export type { EngineConfig } from './core/engine-config.ts';
export { isStartRefusal, ServiceError, WalletError, type WalletErrorCode } from './core/errors.ts';
export type { EngineLog } from './core/log.ts';
export type { WalletStatus } from './core/wallet.ts';
export { type ExportedWalletKey, exportWalletKey } from './operations/export-wallet-key.ts';
export type { EngineObserver } from './ports/engine-observer.ts';
export type { KeyVault, SealingKey, SealingPublicKey, SigningPlan } from './ports/key-vault.ts';
export type { LaneStore } from './ports/lane-store.ts';
export type { NearChain } from './ports/near-chain.ts';
export type { TransactionLedger } from './ports/transaction-ledger.ts';
export type { WalletKeyStore } from './ports/wallet-key-store.ts';
export type { WalletQueue } from './ports/wallet-queue.ts';
export type { WalletChange, WalletReader, WalletView } from './ports/wallet-reader.ts';
export type { WalletStore } from './ports/wallet-store.ts';
export { type SigningTerms, signingTermsOf } from './service/signing-policy.ts';
export { usualSpendLimits } from './service/spend-limits.ts';
export { createWalletFollower } from './wallets/follow-wallets.ts';
export {
  createWalletEngine,
  type EngineParts,
  type WalletEngine,
} from './wallets/wallet-engine.ts';
