import { basename, resolve } from 'node:path';
import { z } from 'zod';
import { type LimitConfig, usualSpendLimits } from '#engine/service/spend-limits.ts';
import { databasePath } from './database-path.ts';
import {
  type DevelopmentSecretName,
  developmentSecretFile,
  ensureDevelopmentSecret,
} from './development-secrets.server.ts';
import { type ChatModelConfig, chatModelConfig, chatVariables } from './env-chat.server.ts';
import { isExposed, listensPublicly } from './env-exposure.server.ts';
import * as fields from './env-fields.server.ts';
import { type MailConfig, mailConfig, mailVariables } from './env-mail.server.ts';
import { isOfServiceLink, type SettingError, takeSecrets } from './env-names.server.ts';
import { findRuleErrors } from './env-rules.server.ts';
import { readSecretFiles } from './env-secrets.server.ts';
import { type SignInProvider, signInProviders, signInVariables } from './env-sign-in.server.ts';
import { defaultNodeUrls } from './network-presets.ts';

type Source = Readonly<Record<string, string | undefined>>;

/** The devnet's service account and token. */
const DEVNET_SERVICE_ACCOUNT = 'choonsim.devnet';
const DEVNET_TOKEN_CONTRACT = 'choco.devnet';
const DEFAULT_DATA_DIR = '.data';

/** Every variable with its form and its default; docs/settings.md lists them. */
export const variables = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'], 'use production, development or test.')
    .optional(),
  PORT: fields.integer({ from: 0, to: 65_535, fallback: 3000 }),
  DEVNET_PORT: fields.integer({ from: 1, to: 65_535, fallback: 3030 }),
  DATA_DIR: z.string().default(DEFAULT_DATA_DIR),
  DATABASE_URL: fields.databaseUrl.optional(),
  DATABASE_CONNECTIONS: fields.databaseConnections,
  BETTER_AUTH_URL: fields.origin.optional(),
  BETTER_AUTH_SECRET: fields.secret(32).optional(),
  NEAR_NETWORK_ID: z
    .enum(['devnet', 'sandbox', 'testnet', 'mainnet'], 'use devnet, sandbox, testnet or mainnet.')
    .default('devnet'),
  NEAR_NODE_URL: fields.httpUrls.optional(),
  NEAR_ARCHIVAL_NODE_URL: fields.httpUrl.optional(),
  NEAR_SERVICE_ACCOUNT_ID: fields.payingAccountId.optional(),
  NEAR_SERVICE_PRIVATE_KEY: fields.nearPrivateKey.optional(),
  NEAR_INITIAL_BALANCE: fields.nearAmount({ most: 10n, fallback: '0.1' }),
  NEAR_RESERVE: fields.nearAmount({ most: 1_000_000n, fallback: '1' }),
  CHOCO_TOKEN_CONTRACT: fields.accountId.optional(),
  SIGNUP_REWARD_CHOCO: fields.rewardAmount,
  WALLET_ENCRYPTION_KEYS: fields.encryptionKeys.optional(),
  WALLET_SEALING_KEY: fields.sealingKey.optional(),
  SIGNUP_LIMIT_PER_IP: fields.integer({ from: 0, to: 1_000_000, fallback: 20 }),
  TRUSTED_PROXIES: fields.networks.optional(),
  VAULT_ADDR: fields.plainHttpUrl.optional(),
  VAULT_TOKEN: fields.bearerToken(1).optional(),
  VAULT_TRANSIT_KEY: z
    .string()
    .regex(/^[\w.-]+$/, 'use the name of the transit key, such as choonsim.')
    .default('choonsim'),
  WALLET_CREATION: z.enum(['async', 'sync'], 'use async or sync.').default('async'),
  WALLET_QUEUE: z.enum(['cron', 'bullmq'], 'use cron or bullmq.').default('cron'),
  WALLET_WORKER: z
    .enum(['on', 'off'], 'use on, or off for a process that serves pages only.')
    .default('on'),
  WALLET_SPEND_LIMIT_HOUR_NEAR: fields.nearLimit.optional(),
  WALLET_SPEND_LIMIT_DAY_NEAR: fields.nearLimit.optional(),
  WALLET_SPEND_LIMIT_HOUR_CHOCO: fields.tokenLimit.optional(),
  WALLET_SPEND_LIMIT_DAY_CHOCO: fields.tokenLimit.optional(),
  WALLET_RUNWAY_WARNING: fields.integer({ from: 0, to: 100_000_000, fallback: 500 }),
  WALLET_STOCK: fields.integer({ from: 0, to: 10_000, fallback: 20 }),
  WALLET_TICK_SECONDS: fields.integer({ from: 1, to: 3600, fallback: 30 }),
  WALLET_BATCH_SIZE: fields.integer({ from: 1, to: 1000, fallback: 10 }),
  WALLET_MAX_ATTEMPTS: fields.integer({ from: 1, to: 100, fallback: 3 }),
  SERVICE_KEY_LANES: fields.integer({ from: 1, to: 256, fallback: 8 }),
  TERMS_URL: fields.plainHttpUrl.optional(),
  PRIVACY_URL: fields.plainHttpUrl.optional(),
  MINIMUM_AGE: fields.optionalInteger({ from: 1, to: 120 }),
  SUPPORT_EMAIL: z.email('use an e-mail address such as help@example.org.').optional(),
  ADMIN_EMAILS: fields.emails.optional(),
  DEVNET_FAULTS: z.enum(['on', 'off'], 'use on or off.').default('off'),
  DEVNET_BLOCK_MS: fields.integer({ from: 50, to: 60_000, fallback: 600 }),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'use fatal, error, warn, info, debug, trace or silent.',
    )
    .default('info'),
  REDIS_URL: fields.redisUrl.optional(),
  CRON_SECRET: fields.bearerToken(16).optional(),
  METRICS_TOKEN: fields.bearerToken(16).optional(),
  METRICS_PORT: fields.optionalInteger({ from: 0, to: 65_535 }),
  CLEAR_TEXT_HOSTS: fields.hostNames.optional(),
  ...mailVariables,
  ...signInVariables,
  ...chatVariables,
});

/** Null where the operator has set none. */
export interface OperatorDuties {
  readonly termsUrl: string | null;
  readonly privacyUrl: string | null;
  /** In years. */
  readonly minimumAge: number | null;
}

export interface Environment {
  /**
   * Real value is at stake or strangers can reach the server, by network, public address or NODE_ENV: all
   * protections are on. See {@link isExposed}.
   */
  readonly isExposed: boolean;
  /** The web server accepts connections from other machines. */
  readonly listensPublicly: boolean;
  readonly port: number;
  readonly devnetPort: number;
  /** An absolute path. */
  readonly dataDir: string;
  /** `file:` with an absolute path, or `postgres://…` with its password. */
  readonly databaseUrl: string;
  /** The most connections of this process to a PostgreSQL server. */
  readonly databaseConnections: number;
  /** Null: every loopback address is accepted. */
  readonly betterAuthUrl: string | null;
  /** Browsers connect over TLS: cookies and headers may require it. */
  readonly isHttps: boolean;
  readonly betterAuthSecret: string;
  readonly nearNetworkId: 'devnet' | 'sandbox' | 'testnet' | 'mainnet';
  readonly nearNodeUrls: readonly [string, ...string[]];
  readonly nearArchivalNodeUrl: string | null;
  readonly nearServiceAccountId: string;
  /** Null on the devnet only, whose fixed public key the composition root knows. */
  readonly nearServicePrivateKey: string | null;
  readonly nearInitialBalanceYocto: bigint;
  readonly nearReserveYocto: bigint;
  readonly chocoTokenContract: string;
  /** Whole CHOCO as a decimal. */
  readonly signupRewardChoco: string;
  /**
   * Not null: this process holds no service key and no master key. It seals the keys it generates to this
   * one; the workers open them.
   */
  readonly walletSealingKey: { version: number; publicKey: string; senderKey: string } | null;
  /**
   * The first encrypts; each can decrypt. Wrapped ones are unwrapped by `vaultTransit` at startup. Empty
   * if keys are sealed.
   */
  readonly walletEncryptionKeys: readonly (fields.EncryptionKey | fields.WrappedKey)[];
  /** Sign-ups an hour from an IPv4 address or an IPv6 /48; 0: no limit. */
  readonly signupLimitPerIp: number;
  /** Of proxies with public addresses, in CIDR form. */
  readonly trustedProxies: readonly string[];
  /** Null: no key is wrapped. */
  readonly vaultTransit: { address: string; token: string; keyName: string } | null;
  readonly walletCreation: 'async' | 'sync';
  readonly walletQueue: 'cron' | 'bullmq';
  /** Null with the cron queue only. */
  readonly redisUrl: string | null;
  /** False: this process requests wallets and leaves creating them to others. */
  readonly walletWorker: boolean;
  /** Null: no limit. */
  readonly walletSpendLimitHourYocto: bigint | null;
  readonly walletSpendLimitDayYocto: bigint | null;
  /** Whole CHOCO, a decimal; null: no limit. */
  readonly walletSpendLimitHourChoco: string | null;
  readonly walletSpendLimitDayChoco: string | null;
  /** Wallets. */
  readonly walletRunwayWarning: number;
  /** Ready wallets without an owner; 0: none. */
  readonly walletStock: number;
  readonly walletTickSeconds: number;
  readonly walletBatchSize: number;
  readonly walletMaxAttempts: number;
  readonly serviceKeyLanes: number;
  /** Documents and age for sign-up; the operator's duty on a public deployment. */
  readonly duties: OperatorDuties;
  /** Null: no mail is sent, and features that need mail are not offered. */
  readonly mail: MailConfig | null;
  /** Other sites that users can sign in with. */
  readonly signInProviders: readonly SignInProvider[];
  /** Whether a wallet is created only after the address was confirmed by mail. */
  readonly mustVerifyEmail: boolean;
  /** Null: pages suggest contacting support without an address. */
  readonly supportEmail: string | null;
  /** In lower case. May be admins once they have opened their one-time link. */
  readonly adminEmails: readonly string[];
  readonly devnetFaults: boolean;
  /** Milliseconds between blocks of the devnet. */
  readonly devnetBlockMs: number;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  readonly cronSecret: string | null;
  readonly metricsToken: string | null;
  /** The port of a worker's metrics; null: none. */
  readonly metricsPort: number | null;
  /** Null: the scripted persona answers. */
  readonly chatModel: ChatModelConfig | null;
  /** Of a model, for one user; 0: no limit. */
  readonly chatRepliesPerDay: number;
  /** Of a model, for all users together; 0: no limit. */
  readonly chatRepliesPerDayInAll: number;
}

/** All errors of the configuration, each with its variable and remedy. */
export class EnvironmentError extends Error {
  readonly errors: readonly SettingError[];

  constructor(errors: readonly SettingError[]) {
    const lines = errors.map(({ name, remedy }) => `  ${name}: ${remedy}`);
    super(`The configuration is wrong; nothing was started.\n${lines.join('\n')}`);
    this.name = 'EnvironmentError';
    this.errors = errors;
  }
}

/** How development secrets are obtained: created by a server, only read by a command. */
export interface EnvironmentTools {
  /** Null: there is none, and none may be created. */
  ensureSecret(dataDir: string, name: DevelopmentSecretName): string | null;
}

/**
 * Reads a configuration without side effects except `ensureSecret`'s, which is called in development
 * only and after all checks have passed.
 * @throws EnvironmentError with all errors
 */
export function readEnvironment(
  source: Source,
  { ensureSecret }: EnvironmentTools = { ensureSecret: ensureDevelopmentSecret },
): Environment {
  // Compose files and CI forms set unused variables to nothing.
  const set = Object.fromEntries(
    Object.entries(source).filter(
      ([name, value]) => value?.trim() && !isOfServiceLink(name, value),
    ),
  );
  const { values: given, errors: fileErrors } = readSecretFiles(set);
  const parsed = variables.safeParse(given);
  const dataDir = resolve(given.DATA_DIR ?? DEFAULT_DATA_DIR);
  const errors = [...fileErrors, ...findRuleErrors({ given, fileErrors, dataDir })];
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0]);
      if (errors.some((error) => error.name === name)) continue;
      errors.push({ name, remedy: issue.message });
    }
  }
  if (!parsed.success || errors.length > 0) throw new EnvironmentError(errors);

  const secret = (name: DevelopmentSecretName) =>
    given[name] ?? developmentSecret({ dataDir, name, ensureSecret });
  const read: Read = { given, values: parsed.data, dataDir, secret };
  return {
    ...placesOf(read),
    ...chainOf(read),
    ...keysOf(read),
    ...walletsOf(read),
    ...peopleOf(read),
    logLevel: parsed.data.LOG_LEVEL,
    cronSecret: parsed.data.CRON_SECRET ?? null,
    metricsToken: parsed.data.METRICS_TOKEN ?? null,
    metricsPort: parsed.data.METRICS_PORT ?? null,
  };
}

/** A configuration whose values were checked. */
interface Read {
  readonly given: Source;
  readonly values: z.output<typeof variables>;
  readonly dataDir: string;
  readonly secret: (name: DevelopmentSecretName) => string;
}

/** Where it listens, stores its data and is reached. */
function placesOf({ given, values, dataDir, secret }: Read) {
  const file = databasePath(values.DATABASE_URL, dataDir);
  return {
    isExposed: isExposed(given),
    listensPublicly: listensPublicly(given),
    port: values.PORT,
    devnetPort: values.DEVNET_PORT,
    dataDir,
    databaseUrl: file === null ? String(values.DATABASE_URL) : `file:${file}`,
    databaseConnections: values.DATABASE_CONNECTIONS,
    betterAuthUrl: values.BETTER_AUTH_URL ?? null,
    isHttps: values.BETTER_AUTH_URL?.startsWith('https://') ?? false,
    betterAuthSecret: secret('BETTER_AUTH_SECRET'),
    redisUrl: values.REDIS_URL ?? null,
    trustedProxies: values.TRUSTED_PROXIES ?? [],
  };
}

function chainOf({ values }: Read) {
  const [firstNode, ...otherNodes] =
    values.NEAR_NODE_URL ?? defaultNodeUrls(values.NEAR_NETWORK_ID, values.DEVNET_PORT);
  const nearNodeUrls: Environment['nearNodeUrls'] = [firstNode, ...otherNodes];
  return {
    nearNetworkId: values.NEAR_NETWORK_ID,
    nearNodeUrls,
    nearArchivalNodeUrl: values.NEAR_ARCHIVAL_NODE_URL ?? null,
    nearServiceAccountId: values.NEAR_SERVICE_ACCOUNT_ID ?? DEVNET_SERVICE_ACCOUNT,
    nearServicePrivateKey: values.NEAR_SERVICE_PRIVATE_KEY ?? null,
    nearInitialBalanceYocto: values.NEAR_INITIAL_BALANCE,
    nearReserveYocto: values.NEAR_RESERVE,
    chocoTokenContract: values.CHOCO_TOKEN_CONTRACT ?? DEVNET_TOKEN_CONTRACT,
    signupRewardChoco: values.SIGNUP_REWARD_CHOCO,
    serviceKeyLanes: values.SERVICE_KEY_LANES,
    devnetFaults: values.NEAR_NETWORK_ID === 'devnet' && values.DEVNET_FAULTS === 'on',
    devnetBlockMs: values.DEVNET_BLOCK_MS,
  };
}

function keysOf({ values, secret }: Read) {
  const walletSealingKey =
    values.WALLET_WORKER === 'off' ? (values.WALLET_SEALING_KEY ?? null) : null;
  const { VAULT_ADDR: address, VAULT_TOKEN: token, VAULT_TRANSIT_KEY: keyName } = values;
  return {
    walletSealingKey,
    walletEncryptionKeys: walletSealingKey
      ? []
      : fields.encryptionKeys.parse(secret('WALLET_ENCRYPTION_KEYS')),
    vaultTransit: address && token ? { address, token, keyName } : null,
  };
}

function walletsOf({ values }: Read) {
  const usualLimits = usualSpendLimits({
    initialBalanceYocto: values.NEAR_INITIAL_BALANCE,
    signupReward: values.SIGNUP_REWARD_CHOCO,
    tokenDecimals: fields.CHOCO_DECIMALS,
  });
  // On the devnet nothing has value, and tests create wallets by the thousand.
  const isDevnet = values.NEAR_NETWORK_ID === 'devnet';
  const limit = <Name extends keyof LimitConfig>(
    given: LimitConfig[Name] | undefined,
    name: Name,
  ): LimitConfig[Name] | null =>
    given !== undefined ? given : isDevnet ? null : usualLimits[name];
  return {
    walletCreation: values.WALLET_CREATION,
    walletQueue: values.WALLET_QUEUE,
    walletWorker: values.WALLET_WORKER === 'on',
    walletSpendLimitHourYocto: limit(values.WALLET_SPEND_LIMIT_HOUR_NEAR, 'spendLimitHourYocto'),
    walletSpendLimitDayYocto: limit(values.WALLET_SPEND_LIMIT_DAY_NEAR, 'spendLimitDayYocto'),
    walletSpendLimitHourChoco: limit(values.WALLET_SPEND_LIMIT_HOUR_CHOCO, 'spendLimitHourTokens'),
    walletSpendLimitDayChoco: limit(values.WALLET_SPEND_LIMIT_DAY_CHOCO, 'spendLimitDayTokens'),
    walletRunwayWarning: values.WALLET_RUNWAY_WARNING,
    walletStock: values.WALLET_STOCK,
    walletTickSeconds: values.WALLET_TICK_SECONDS,
    walletBatchSize: values.WALLET_BATCH_SIZE,
    walletMaxAttempts: values.WALLET_MAX_ATTEMPTS,
  };
}

/** What users and operators meet: sign-up, mail, support, chat. */
function peopleOf({ given, values }: Read) {
  return {
    signupLimitPerIp: values.SIGNUP_LIMIT_PER_IP,
    duties: {
      termsUrl: values.TERMS_URL ?? null,
      privacyUrl: values.PRIVACY_URL ?? null,
      minimumAge: values.MINIMUM_AGE ?? null,
    },
    mail: mailConfig(given),
    signInProviders: signInProviders(given),
    mustVerifyEmail: values.SIGNUP_VERIFICATION === 'mail',
    supportEmail: values.SUPPORT_EMAIL ?? null,
    adminEmails: values.ADMIN_EMAILS ?? [],
    chatModel: chatModelConfig(given),
    chatRepliesPerDay: values.CHAT_REPLIES_PER_DAY,
    chatRepliesPerDayInAll: values.CHAT_REPLIES_PER_DAY_IN_ALL,
  };
}

/** @throws EnvironmentError if it is invalid or cannot be read or created */
function developmentSecret({
  dataDir,
  name,
  ensureSecret,
}: EnvironmentTools & { dataDir: string; name: DevelopmentSecretName }): string {
  const file = developmentSecretFile(dataDir, name);
  let kept: string | null;
  try {
    kept = ensureSecret(dataDir, name);
  } catch (error) {
    if (typeof Object(error).code !== 'string') throw error;
    // Of a folder in the file's place Node does not say the path.
    const reason = `${basename(file)}: ${Object(error).message}`;
    const remedy = `use a folder that this process may write to (${reason}).`;
    throw new EnvironmentError([{ name: 'DATA_DIR', remedy }]);
  }
  if (kept === null) {
    const remedy = `nothing was started in ${dataDir} yet: it has no ${basename(file)}. Name the server's folder, or start the server once.`;
    throw new EnvironmentError([{ name: 'DATA_DIR', remedy }]);
  }
  if (variables.shape[name].safeParse(kept).success) return kept;
  const remedy = `the file ${file} is empty or broken. Restore it; if nothing was made with it yet, delete it and start again.`;
  throw new EnvironmentError([{ name, remedy }]);
}

let current: Environment | undefined;

/** The configuration of this process, read at the first call. @throws EnvironmentError */
export function env(): Environment {
  return current ?? configureEnvironment(process.env);
}

/**
 * Reads the configuration from the initial environment, and removes the secrets from
 * `process.env`. Called by `server.ts`, which sets NODE_ENV before React is loaded: that must not count as
 * the operator's setting. And by commands, which create no secrets.
 * @throws EnvironmentError
 */
export function configureEnvironment(source: Source, tools?: EnvironmentTools): Environment {
  const given = { ...source };
  takeSecrets(process.env);
  current = readEnvironment(given, tools);
  return current;
}
