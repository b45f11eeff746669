import { Redis } from 'ioredis';
import { MasterKeysUnavailableError } from '#engine/ports/master-keys.ts';
import { countHalfMadeUsers } from '../account/half-made-users.server.ts';
import { DatabaseUnusableError } from '../database/database-error.server.ts';
import { requireDatabase } from '../database/require-database.server.ts';
import { databaseHandle, isDurable } from '../db.server.ts';
import { hadUnnamedClients } from '../limits/unnamed-clients.server.ts';
import type { Finding } from '../near/finding.ts';
import { diagnoseDeployment, prepareKeys, walletCensus } from '../near/wallet-engine.server.ts';
import {
  makeDevelopmentSecret,
  readDevelopmentSecret,
} from '../settings/development-secrets.server.ts';
import {
  configureEnvironment,
  type Environment,
  EnvironmentError,
} from '../settings/env.server.ts';
import { isPublicNode } from '../settings/network-presets.ts';
import type { CommandResult } from './command.ts';

const redisTimeoutMs = 3_000;
const waitingTooLongMs = 120_000;
/** As the alert BackupOld: a daily backup, and two hours for it. */
const backupTooOldMs = 26 * 3_600_000;

/**
 * Checks everything that can be wrong and reports all of it; changes nothing and needs no running server. Before
 * the first start, checks that need tables are left out.
 */
export async function doctor({
  migrationsFolder,
}: {
  migrationsFolder: string;
}): Promise<CommandResult> {
  const findings = await examine(migrationsFolder);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const text = [
    ...findings.map(
      ({ severity, code, variable, message, remedy }) =>
        `${severity.toUpperCase()} ${code}${variable ? ` (${variable})` : ''}\n  ${message}\n  ${remedy}`,
    ),
    findings.length === 0
      ? 'Nothing found.'
      : `${errors} errors, ${findings.length - errors} warnings.`,
  ].join('\n');
  return { text, json: { findings, errors }, exitCode: errors > 0 ? 1 : 0 };
}

async function examine(migrationsFolder: string): Promise<Finding[]> {
  let settings: Environment;
  try {
    settings = configureEnvironment(process.env, {
      // Stands in for the secret that the first start will generate.
      ensureSecret: (dataDir, name) =>
        readDevelopmentSecret(dataDir, name) ?? makeDevelopmentSecret(name),
    });
  } catch (thrown) {
    if (!(thrown instanceof EnvironmentError)) throw thrown;
    return thrown.errors.map(({ name, remedy }) =>
      error(
        'CONFIGURATION',
        name,
        'The variable is missing, misspelt or has a wrong value.',
        remedy,
      ),
    );
  }
  const findings = [...examineSettings(settings), ...(await examineRedis(settings))];
  const ofDatabase = await examineDatabase(migrationsFolder);
  findings.push(...ofDatabase);
  const hasTables = !ofDatabase.some(({ severity }) => severity === 'error');
  try {
    await prepareKeys();
  } catch (thrown) {
    if (!(thrown instanceof MasterKeysUnavailableError)) throw thrown;
    const [variable = ''] = thrown.message.split(':');
    findings.push(error('MASTER_KEYS', variable, thrown.message, 'See docs/keys.md.'));
    return findings;
  }
  if (hasTables) findings.push(...(await examineWork(settings)));
  if (settings.walletSealingKey) {
    const message = 'This process holds no keys: chain, lanes and stored keys were not checked.';
    const remedy = 'Also run doctor with the settings of a worker.';
    findings.push(warning('KEYS_ELSEWHERE', 'WALLET_WORKER', message, remedy));
    return findings;
  }
  findings.push(...(await diagnoseDeployment({ hasTables })));
  return findings;
}

function examineSettings(settings: Environment): Finding[] {
  const { isExposed, nearNetworkId, nearNodeUrls, nearArchivalNodeUrl } = settings;
  const findings: Finding[] = [];
  if (isExposed && nearNetworkId === 'devnet') {
    findings.push(
      warning(
        'DEVNET_IN_PRODUCTION',
        'NEAR_NETWORK_ID',
        'The deployment is exposed and runs on the devnet, whose keys are public.',
        'Use the devnet for nothing of value; set NEAR_NETWORK_ID for a real network.',
      ),
    );
  }
  const missing = missingDuties(settings);
  if (isExposed && missing.length > 0) {
    findings.push(
      warning(
        'DUTIES_NOT_NAMED',
        missing.join(', '),
        'Anyone can sign up, but terms, privacy notice or minimum age are not all shown.',
        'Set these to the URLs of your documents and to an age in years.',
      ),
    );
  }
  const isPublicNetwork = nearNetworkId === 'mainnet' || nearNetworkId === 'testnet';
  if (isPublicNetwork && nearArchivalNodeUrl === null) {
    findings.push(
      warning(
        'NO_ARCHIVAL_NODE',
        'NEAR_ARCHIVAL_NODE_URL',
        'After two days nodes prune history; a transaction without an outcome then waits.',
        'Set NEAR_ARCHIVAL_NODE_URL to an archival node.',
      ),
    );
  }
  if (nearNetworkId === 'mainnet' && nearNodeUrls.every(isPublicNode)) {
    findings.push(
      warning(
        'PUBLIC_NODES_ONLY',
        'NEAR_NODE_URL',
        'Free public nodes have rate limits and no guarantees.',
        'Put a node of your own, or a paid one, in front.',
      ),
    );
  }
  return findings;
}

function missingDuties({ duties }: Environment): string[] {
  return [
    duties.termsUrl === null ? 'TERMS_URL' : null,
    duties.privacyUrl === null ? 'PRIVACY_URL' : null,
    duties.minimumAge === null ? 'MINIMUM_AGE' : null,
  ].filter((name) => name !== null);
}

async function examineRedis({ walletQueue, redisUrl }: Environment): Promise<Finding[]> {
  if (redisUrl === null) return [];
  const isQueue = walletQueue === 'bullmq';
  const redis = new Redis(redisUrl, {
    lazyConnect: true,
    connectTimeout: redisTimeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // The rejected call reports it; without a listener it would also be printed.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const policy = await redis.config('GET', 'maxmemory-policy').catch(() => null);
    const value = Array.isArray(policy) ? String(policy[1]) : 'noeviction';
    // A job that wakes a worker must not be evicted.
    if (value === 'noeviction' || !isQueue) return [];
    return [
      warning(
        'REDIS_EVICTS',
        'REDIS_URL',
        `The maxmemory-policy of Redis is ${value}: jobs of the wallet queue may vanish.`,
        'Set maxmemory-policy to noeviction in the configuration of Redis.',
      ),
    ];
  } catch (thrown) {
    const message = `Redis does not answer: ${thrown instanceof Error ? thrown.message : thrown}`;
    const without = isQueue
      ? 'set WALLET_QUEUE=cron and remove it'
      : 'remove it: nothing uses it without WALLET_QUEUE=bullmq';
    const remedy = `Check address and password, or ${without}.`;
    return [error('REDIS_UNREACHABLE', 'REDIS_URL', message, remedy)];
  } finally {
    redis.disconnect();
  }
}

/** Contains an error when there are no tables to read. */
async function examineDatabase(migrationsFolder: string): Promise<Finding[]> {
  let unusable: DatabaseUnusableError | null = null;
  try {
    await requireDatabase({ migrationsFolder });
  } catch (thrown) {
    if (!(thrown instanceof DatabaseUnusableError)) throw thrown;
    unusable = thrown;
  }
  const findings: Finding[] = [];
  if (unusable) {
    findings.push(error(unusable.code, 'DATABASE_URL', unusable.error, unusable.remedy));
    if (unusable.code !== 'DATABASE_NOT_MIGRATED') return findings;
  }
  const handle = databaseHandle();
  if (handle.kind === 'postgres' && !(await isDurable(handle.sessions))) {
    findings.push(
      warning(
        'DATABASE_NOT_DURABLE',
        'DATABASE_URL',
        'The PostgreSQL server may lose commits it has acknowledged: fsync or full_page_writes is off.',
        'Turn fsync and full_page_writes on in postgresql.conf.',
      ),
    );
  }
  return findings;
}

/** Checks that need tables: whether any process works at all. */
async function examineWork({ isExposed }: Environment): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { deployment, oldestWaitingSinceMs, backedUpAtMs } = await walletCensus().take();
  findings.push(...examineBackup({ isExposed, backedUpAtMs, nowMs: Date.now() }));
  const waitedMs = oldestWaitingSinceMs === null ? 0 : Date.now() - oldestWaitingSinceMs;
  if (waitedMs > waitingTooLongMs && deployment?.pauseReason == null) {
    const message = `The oldest waiting wallet was requested ${Math.round(waitedMs / 1000)} s ago, and signing is not paused.`;
    findings.push(
      error(
        'NOBODY_WORKS',
        'WALLET_WORKER',
        message,
        'Is a server with WALLET_WORKER=on, or npm run worker, running? On serverless platforms: is POST /api/cron/wallets called?',
      ),
    );
  }
  if (await hadUnnamedClients()) {
    findings.push(
      warning(
        'CLIENTS_NOT_NAMED',
        'TRUSTED_PROXIES',
        'In the last day requests came through a proxy that does not name its clients: rate limits count all of them as one.',
        'Let the proxy add X-Forwarded-For, and set TRUSTED_PROXIES to the networks of proxies with public addresses.',
      ),
    );
  }
  const halfMade = await countHalfMadeUsers();
  if (halfMade > 0) {
    const message = `${halfMade} users have no sign-in method: a process died during their sign-up.`;
    findings.push(
      warning(
        'USERS_WITHOUT_SIGN_IN',
        null,
        message,
        'A running server frees their addresses within an hour.',
      ),
    );
  }
  return findings;
}

/** Warns where something is at stake and no backup was recorded for a day. */
export function examineBackup({
  isExposed,
  backedUpAtMs,
  nowMs,
}: {
  isExposed: boolean;
  backedUpAtMs: number | null;
  nowMs: number;
}): Finding[] {
  const ageMs = backedUpAtMs === null ? 0 : nowMs - backedUpAtMs;
  if (!isExposed || ageMs <= backupTooOldMs) return [];
  return [
    warning(
      'BACKUP_OLD',
      null,
      `No backup was recorded in the last ${Math.floor(ageMs / 3_600_000)} hours.`,
      'Run npm run wallet -- backup FILE on a schedule, and keep the copies on another machine (docs/backups.md).',
    ),
  ];
}

function error(code: string, variable: string | null, message: string, remedy: string): Finding {
  return { severity: 'error', code, variable, message, remedy };
}

function warning(code: string, variable: string | null, message: string, remedy: string): Finding {
  return { severity: 'warning', code, variable, message, remedy };
}
