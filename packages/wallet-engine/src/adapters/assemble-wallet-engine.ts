import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { systemClock } from '../core/clock.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import { ServiceError } from '../core/errors.ts';
import type { EngineLog } from '../core/log.ts';
import { chainIdOf } from '../core/network-chain-id.ts';
import { safeErrorText } from '../core/safe-error.ts';
import { type ExportedWalletKey, exportWalletKey } from '../operations/export-wallet-key.ts';
import type { EngineObserver } from '../ports/engine-observer.ts';
import type { KeyVault, SealingKey } from '../ports/key-vault.ts';
import type { WalletView } from '../ports/wallet-reader.ts';
import { type SigningTerms, signingTermsOf } from '../service/signing-policy.ts';
import { type LimitConfig, usualSpendLimits } from '../service/spend-limits.ts';
import { createWalletFollower } from '../wallets/follow-wallets.ts';
import { createWalletEngine } from '../wallets/wallet-engine.ts';
import { createAesKeyVault } from './keys/aes-key-vault.ts';
import { createSealingVault } from './keys/sealing-vault.ts';
import { createJsonRpcNearChain } from './near-rpc/json-rpc-near-chain.ts';
import { createCronWalletQueue } from './queues/cron-wallet-queue.ts';
import type { SqlDatabase } from './sql/sql-database.ts';
import { createSqlLaneStore } from './sql/sql-lane-store.ts';
import { createSqlTransactionLedger } from './sql/sql-transaction-ledger.ts';
import { createSqlWalletKeyStore } from './sql/sql-wallet-key-store.ts';
import { createSqlWalletReader } from './sql/sql-wallet-reader.ts';
import { createSqlWalletStock } from './sql/sql-wallet-stock.ts';
import { createSqlWalletStore } from './sql/sql-wallet-store.ts';

/** Settings without a default; the rest of {@link EngineConfig} has defaults that suit a small app. */
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

interface CommonTerms {
  /** `mainnet`, `testnet` or the chain id of a local node; nodes of another chain are ignored. */
  networkId: string;
  /** JSON-RPC, in order of preference. With two or more, no single node's answer can cause a payment. */
  nodeUrls: string[];
  /** A NEP-141 token; `signupReward` in whole tokens, as a decimal string. */
  token: { contractId: string; decimals: number; signupReward?: string };
  /** Spend limits, lanes, initial balance, …; defaults unless given. */
  config?: Partial<Omit<EngineConfig, Required | 'signupReward'>>;
  /** A pino logger fits. By default warnings and errors go to the console. Keys are never logged. */
  log?: EngineLog;
  observer?: EngineObserver;
}

/** A process that creates wallets. */
interface WorkerKeys {
  /** Pays for everything and is the parent account of every wallet. `privateKey`: `ed25519:` and base58. */
  serviceAccount: { accountId: string; privateKey: string };
  /** 32 bytes each: the first encrypts, all decrypt. If they are lost, so are the wallets. */
  masterKeys: { version: number; key: Uint8Array }[];
  sealingKey?: never;
}

/**
 * A process without secrets, such as one that renders pages: it requests wallets, hands out those in stock and
 * reads, and leaves the rest to workers on the same database.
 */
interface RequesterKeys {
  serviceAccount: { accountId: string; privateKey?: never };
  /** What {@link OpenWalletEngine.sealingKey} of a worker returns. New wallet keys are sealed to it (HPKE, RFC 9180). */
  sealingKey: SealingKey;
  masterKeys?: never;
}

export type EngineTerms = CommonTerms & (WorkerKeys | RequesterKeys);

export interface OpenWalletEngine {
  /**
   * Starts background work. Returns even if the chain does not answer.
   * @throws ServiceError `KEYS_ELSEWHERE` in a process without secrets; so do `processQueue` and `exportKey`
   */
  start(): Promise<void>;
  /**
   * Requests the owner's wallet: one local commit that never waits for the chain. Safe to repeat.
   * @param ownerId an opaque id of your choice, such as your user's id
   * @returns the wallet as it is now, PENDING the first time; null when a trigger of yours rejected it
   */
  requestWallet(ownerId: string): Promise<WalletView | null>;
  /** @returns null when the owner has not requested one */
  wallet(ownerId: string): Promise<WalletView | null>;
  /** Calls the listener for every wallet that changes, in any process. @returns a function that unsubscribes */
  onChange(listener: (wallet: WalletView) => void): () => void;
  /** Restarts a wallet that has FAILED permanently. @returns false in any other state */
  retryWallet(ownerId: string): Promise<boolean>;
  /**
   * The plaintext private key of the owner's READY wallet, for the owner alone: authenticate the caller, and
   * do not log, store or cache it. The export is recorded before the key is decrypted; see {@link exportWalletKey}.
   * @returns null when the owner has no READY wallet
   */
  exportKey(ownerId: string): Promise<ExportedWalletKey | null>;
  /** For platforms without background processes, instead of `start`: works for at most 25 s. */
  processQueue(): Promise<void>;
  /** For processes without secrets on this database: lets them seal, and opens nothing. Keep it from others. */
  sealingKey(): SealingKey;
  /** A code for why nothing is signed at the moment; null when signing is open. */
  pausedBy(): string | null;
  /** Releases claimed work to other processes and closes the database. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * The engine over existing tables, for an app without its own composition root.
 * @param close called after the engine has stopped
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
    onError: (error) =>
      log.warn(
        { error: safeErrorText(error) },
        'wallet changes could not be read from the database; listeners get them later',
      ),
  });
  const stop = async () => {
    follower.stop();
    await engine.stop();
    await close();
  };
  const requireKeys = () => {
    if (vault.opensKeys) return;
    throw new ServiceError(
      'KEYS_ELSEWHERE',
      'this process has a sealing key only: workers create the wallets',
    );
  };
  return {
    async start() {
      requireKeys();
      await engine.start();
    },
    async requestWallet(ownerId) {
      await engine.requestWallet(ownerId);
      return reader.read(ownerId);
    },
    wallet: reader.read,
    onChange: (listener) => follower.onChange(listener),
    retryWallet: (ownerId) => engine.retryWallet(ownerId),
    exportKey: (ownerId) => exportWalletKey({ ownerId, nowMs: Date.now(), keys, vault }),
    async processQueue() {
      requireKeys();
      await engine.processQueue();
    },
    sealingKey: () => vault.sealingKey(),
    pausedBy: () => engine.pausedBy(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function partsOver(sql: SqlDatabase, options: EngineTerms) {
  const { networkId, nodeUrls, serviceAccount, token, observer } = options;
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
  // Spend limits apply even if none are given.
  const config = { ...usualSpendLimits(terms), ...terms };
  return {
    config,
    store: createSqlWalletStore(sql),
    stock: createSqlWalletStock(sql),
    ledger: createSqlTransactionLedger(sql),
    lanes: createSqlLaneStore(sql),
    keys: createSqlWalletKeyStore(sql),
    chain: createJsonRpcNearChain({ urls: nodeUrls, expectedChainId: chainIdOf(networkId), log }),
    vault: vaultOf(options, signingTermsOf(config)),
    queue: createCronWalletQueue({ tickMs: 30_000, clock: systemClock, log }),
    clock: systemClock,
    ...(observer && { observer }),
    holder: `${hostname()}/${process.pid}/${randomUUID()}`,
    randomBytes,
  };
}

/** @throws Error unless exactly one of both kinds of keys is given */
function vaultOf(
  { serviceAccount, masterKeys, sealingKey }: EngineTerms,
  terms: SigningTerms,
): KeyVault {
  const { privateKey: servicePrivateKey } = serviceAccount;
  if (sealingKey && !masterKeys && !servicePrivateKey) return createSealingVault({ sealingKey });
  if (!sealingKey && masterKeys && servicePrivateKey) {
    return createAesKeyVault({ masterKeys, servicePrivateKey, terms });
  }
  throw new Error(
    'give serviceAccount.privateKey and masterKeys to a process that creates wallets, or sealingKey alone to one that requests them',
  );
}

export const consoleLog: EngineLog = {
  info: () => undefined,
  warn: (fields, message) => console.warn(message, fields),
  error: (fields, message) => console.error(message, fields),
};
