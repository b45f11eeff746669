import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { systemClock } from '../core/clock.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import type { EngineLog } from '../core/log.ts';
import { chainIdOf } from '../core/network-chain-id.ts';
import { safeErrorText } from '../core/safe-error.ts';
import { type ExportedWalletKey, exportWalletKey } from '../operations/export-wallet-key.ts';
import type { EngineObserver } from '../ports/engine-observer.ts';
import type { WalletView } from '../ports/wallet-reader.ts';
import { signingTermsOf } from '../service/signing-policy.ts';
import { type LimitConfig, usualSpendLimits } from '../service/spend-limits.ts';
import { createWalletFollower } from '../wallets/follow-wallets.ts';
import { createWalletEngine } from '../wallets/wallet-engine.ts';
import { createAesKeyVault } from './keys/aes-key-vault.ts';
import { createJsonRpcNearChain } from './near-rpc/json-rpc-near-chain.ts';
import { createCronWalletQueue } from './queues/cron-wallet-queue.ts';
import type { SqlDatabase } from './sql/sql-database.ts';
import { createSqlLaneStore } from './sql/sql-lane-store.ts';
import { createSqlTransactionLedger } from './sql/sql-transaction-ledger.ts';
import { createSqlWalletKeyStore } from './sql/sql-wallet-key-store.ts';
import { createSqlWalletReader } from './sql/sql-wallet-reader.ts';
import { createSqlWalletStock } from './sql/sql-wallet-stock.ts';
import { createSqlWalletStore } from './sql/sql-wallet-store.ts';

/** What cannot be guessed; everything else of {@link EngineConfig} has a value that suits a small app. */
type Required = 'networkId' | 'serviceAccountId' | 'tokenContract' | 'tokenDecimals';

const usualConfig: Omit<EngineConfig, Required | keyof LimitConfig> = {
  signupReward: '100',
  initialBalanceYocto: 10n ** 23n,
  reserveYocto: 10n ** 24n,
  runwayWarningWallets: 500,
  batchSize: 10,
  maxAttempts: 3,
  lanes: 8,
  stock: 0,
};

export interface EngineTerms {
  /** `mainnet`, `testnet` or the chain id of a local node; nodes of another chain are not believed. */
  networkId: string;
  /** JSON-RPC, in order of preference. With two or more, no single one's word costs money. */
  nodeUrls: string[];
  /** Pays for all, and is the parent of every wallet's account. `privateKey`: `ed25519:` and base58. */
  serviceAccount: { accountId: string; privateKey: string };
  /** A NEP-141 token; `signupReward` in whole tokens, as a decimal string. */
  token: { contractId: string; decimals: number; signupReward?: string };
  /** 32 bytes each: the first encrypts, all decrypt. Whoever loses them loses the wallets. */
  masterKeys: { version: number; key: Uint8Array }[];
  /** Spend limits, lanes, initial balance, …; usual values unless given. */
  config?: Partial<Omit<EngineConfig, Required | 'signupReward'>>;
  /** pino fits. Warnings and errors go to the console unless given. Never given a key. */
  log?: EngineLog;
  observer?: EngineObserver;
}

export interface OpenWalletEngine {
  /** Makes wallets in the background from now on. Returns although the chain does not answer. */
  start(): Promise<void>;
  /**
   * Asks for the owner's wallet: one local commit that never waits for the chain. Safe to repeat.
   * @param ownerId opaque, of your choice: the id of your user
   * @returns the wallet as it is now, PENDING the first time; null when a trigger of yours refused it
   */
  requestWallet(ownerId: string): Promise<WalletView | null>;
  /** @returns null when the owner has asked for none */
  wallet(ownerId: string): Promise<WalletView | null>;
  /** Hears of every wallet that changes, by whatever process. @returns how to stop listening */
  onChange(listener: (wallet: WalletView) => void): () => void;
  /** A wallet that FAILED for good starts again. @returns false in any other state */
  retryWallet(ownerId: string): Promise<boolean>;
  /**
   * The private key of the owner's READY wallet, in clear, for the owner alone: make sure of who asks, and
   * neither log, keep nor cache it. Recorded before it is opened; see {@link exportWalletKey}.
   * @returns null when the owner has no READY wallet
   */
  exportKey(ownerId: string): Promise<ExportedWalletKey | null>;
  /** For platforms without a background, in the place of `start`: works for 25 s at most. */
  processQueue(): Promise<void>;
  /** A code that says why nothing is signed at the moment; null when all is well. */
  pausedBy(): string | null;
  /** Hands open work to other processes and closes the database. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * The engine over tables that stand already, for an app that has no composition root of its own.
 * @param close after the engine has stopped
 */
export function assembleWalletEngine({
  sql,
  terms,
  close,
}: {
  sql: SqlDatabase;
  terms: EngineTerms;
  close: () => void | Promise<void>;
}): OpenWalletEngine {
  const { log = consoleLog } = terms;
  const parts = partsOver(sql, terms);
  const { keys, vault } = parts;
  const engine = createWalletEngine({ ...parts, log });
  const reader = createSqlWalletReader(sql);
  const follower = createWalletFollower({
    reader,
    clock: systemClock,
    onError: (error) => log.warn({ error: safeErrorText(error) }, 'changes were not read'),
  });
  const stop = async () => {
    follower.stop();
    await engine.stop();
    await close();
  };
  return {
    start: engine.start,
    async requestWallet(ownerId) {
      await engine.requestWallet(ownerId);
      return reader.read(ownerId);
    },
    wallet: reader.read,
    onChange: follower.onChange,
    retryWallet: engine.retryWallet,
    exportKey: (ownerId) => exportWalletKey({ ownerId, nowMs: Date.now(), keys, vault }),
    processQueue: engine.processQueue,
    pausedBy: engine.pausedBy,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function partsOver(sql: SqlDatabase, options: EngineTerms) {
  const { networkId, nodeUrls, serviceAccount, token, masterKeys, observer } = options;
  const { log = consoleLog } = options;
  const terms: Omit<EngineConfig, keyof LimitConfig> & Partial<LimitConfig> = {
    ...usualConfig,
    ...options.config,
    networkId,
    serviceAccountId: serviceAccount.accountId,
    tokenContract: token.contractId,
    tokenDecimals: token.decimals,
    signupReward: token.signupReward ?? usualConfig.signupReward,
  };
  // Whoever has not thought of limits has some.
  const config = { ...usualSpendLimits(terms), ...terms };
  return {
    config,
    store: createSqlWalletStore(sql),
    stock: createSqlWalletStock(sql),
    ledger: createSqlTransactionLedger(sql),
    lanes: createSqlLaneStore(sql),
    keys: createSqlWalletKeyStore(sql),
    chain: createJsonRpcNearChain({ urls: nodeUrls, expectedChainId: chainIdOf(networkId), log }),
    vault: createAesKeyVault({
      masterKeys,
      servicePrivateKey: serviceAccount.privateKey,
      terms: signingTermsOf(config),
    }),
    queue: createCronWalletQueue({ tickMs: 30_000, clock: systemClock, log }),
    clock: systemClock,
    ...(observer && { observer }),
    holder: `${hostname()}/${process.pid}/${randomUUID()}`,
    randomBytes,
  };
}

export const consoleLog: EngineLog = {
  info: () => undefined,
  warn: (fields, message) => console.warn(message, fields),
  error: (fields, message) => console.error(message, fields),
};
