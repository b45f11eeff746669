import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { databasePath } from './database-path.ts';
import { findChatErrors } from './env-chat.server.ts';
import { findClearText, isExposed } from './env-exposure.server.ts';
import { findMailErrors } from './env-mail.server.ts';
import { findNameErrors, type SettingError } from './env-names.server.ts';
import { findNetworkErrors } from './env-network.server.ts';
import { findPublishedServiceKey, findWeakSecrets } from './env-secrets.server.ts';
import { findSignInErrors } from './env-sign-in.server.ts';

type Source = Readonly<Record<string, string | undefined>>;

/**
 * Errors beyond the form of single values: names, rules between variables, folders.
 * @param fileErrors a value that is missing for one of them is not reported again
 */
export function findRuleErrors({
  given,
  fileErrors,
  dataDir,
}: {
  given: Source;
  fileErrors: readonly SettingError[];
  dataDir: string;
}): SettingError[] {
  const told = { ...given, ...unread(fileErrors) };
  return [
    ...findNameErrors(given),
    ...findMissing(told),
    ...findChatErrors(told),
    ...findMailErrors(told),
    ...findSignInErrors(told),
    ...findClearText(given),
    ...(isExposed(given) ? findWeakSecrets(given) : []),
    ...((given.NEAR_NETWORK_ID ?? 'devnet') === 'devnet' ? [] : findPublishedServiceKey(given)),
    ...findNetworkErrors(given),
    ...findFolderErrors(dataDir),
    ...findDatabaseFileErrors(given, dataDir),
    ...findPortErrors(given),
  ];
}

/** Secrets whose file has an error: the operator has set them, so nothing may call them missing. */
function unread(fileErrors: readonly SettingError[]): Source {
  return Object.fromEntries(fileErrors.map(({ name }) => [name.replace(/_FILE$/, ''), 'unread']));
}

/** Rules between variables, checked on the input so that they are reported with all other errors. */
function findMissing(given: Source): SettingError[] {
  const exposed = isExposed(given);
  const network = given.NEAR_NETWORK_ID ?? (exposed ? null : 'devnet');
  const isSealing = given.WALLET_SEALING_KEY !== undefined || exposed;
  const holdsKeys = given.WALLET_WORKER !== 'off' || !isSealing;
  const errors: SettingError[] = [];
  const require = (name: string, remedy: string) => {
    if (!given[name]) errors.push({ name, remedy: `missing. ${remedy}` });
  };
  if (network === null) {
    require('NEAR_NETWORK_ID', 'Set mainnet or testnet; the devnet, which is for development, is public only if named.');
  }
  if (exposed) {
    require('BETTER_AUTH_URL', 'Set the public address, such as https://chat.example.org; to try it on this machine alone, http://localhost:3000.');
    require('BETTER_AUTH_SECRET', 'Set a random text: openssl rand -base64 32');
    if (holdsKeys) {
      require('WALLET_ENCRYPTION_KEYS', 'Set 1:$(openssl rand -base64 32) and keep a copy: without it wallets cannot be decrypted.');
    } else {
      require('WALLET_SEALING_KEY', 'Set what `npm run wallet -- sealing-key` prints with the settings of a worker.');
    }
  }
  if (!holdsKeys) errors.push(...findNeedlessSecrets(given));
  if (given.WALLET_QUEUE === 'bullmq') {
    require('REDIS_URL', 'Set the address of Redis, such as redis://127.0.0.1:6379, or WALLET_QUEUE=cron.');
  }
  if (given.WALLET_WORKER === 'off' && given.WALLET_CREATION === 'sync') {
    errors.push({
      name: 'WALLET_WORKER',
      remedy: 'WALLET_CREATION=sync creates wallets in the web process. Remove one of the two.',
    });
  }
  if (given.WALLET_ENCRYPTION_KEYS?.includes(':vault:')) {
    require('VAULT_ADDR', 'Set the address of the Vault that unwraps WALLET_ENCRYPTION_KEYS.');
    require('VAULT_TOKEN', 'Set a token with "update" on transit/decrypt of VAULT_TRANSIT_KEY.');
  }
  if (network !== 'devnet') {
    require('NEAR_SERVICE_ACCOUNT_ID', 'Set the account that pays for wallets.');
    if (holdsKeys)
      require('NEAR_SERVICE_PRIVATE_KEY', 'Set the secret key of the service account.');
    require('CHOCO_TOKEN_CONTRACT', 'Set the account id of the CHOCO token.');
    if (given.DEVNET_FAULTS === 'on') {
      errors.push({ name: 'DEVNET_FAULTS', remedy: 'works on devnet only. Remove it.' });
    }
  }
  return errors;
}

/** A process that only seals keys must hold nothing that decrypts or signs. */
function findNeedlessSecrets(given: Source): SettingError[] {
  const names = ['NEAR_SERVICE_PRIVATE_KEY', 'WALLET_ENCRYPTION_KEYS', 'VAULT_TOKEN'] as const;
  return names
    .filter((name) => given[name])
    .map((name) => ({
      name,
      remedy:
        'WALLET_WORKER=off needs no secret of the wallets, and must not have one. Remove it here; the workers keep it.',
    }));
}

/** Otherwise each file created there would fail in its own way. */
function findFolderErrors(dataDir: string): SettingError[] {
  const shown = dataDir.length > 200 ? `${dataDir.slice(0, 200)}…` : dataDir;
  const remedy = `use a folder that this process may write to; ${shown} is none.`;
  try {
    if (!statSync(dataDir).isDirectory()) return [{ name: 'DATA_DIR', remedy }];
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return [];
  } catch (error) {
    return Object(error).code === 'ENOENT' ? [] : [{ name: 'DATA_DIR', remedy }];
  }
}

/** SQLite only reports that it cannot open it. */
function findDatabaseFileErrors({ DATABASE_URL }: Source, dataDir: string): SettingError[] {
  const path = databasePath(DATABASE_URL, dataDir);
  if (path === null || !isFolder(path)) return [];
  if (DATABASE_URL !== undefined) {
    const remedy = `use a file, such as file:${join(path, 'choonsim.db')}; ${path} is a folder.`;
    return [{ name: 'DATABASE_URL', remedy }];
  }
  const remedy = `use a folder whose choonsim.db is a file or missing; ${path} is a folder.`;
  return [{ name: 'DATA_DIR', remedy }];
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Both would listen there, the devnet second. */
function findPortErrors({ PORT = '3000', ...given }: Source): SettingError[] {
  const isOwnDevnet = (given.NEAR_NETWORK_ID ?? 'devnet') === 'devnet' && !given.NEAR_NODE_URL;
  if (!isOwnDevnet || given.DEVNET_PORT !== PORT) return [];
  return [{ name: 'DEVNET_PORT', remedy: 'the web server has this PORT. Choose another one.' }];
}
