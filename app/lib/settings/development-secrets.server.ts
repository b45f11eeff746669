import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';

/** Secrets for development: created once, kept in the data directory, never printed. */
const DEVELOPMENT_SECRETS = {
  BETTER_AUTH_SECRET: { fileName: 'better-auth-secret', make: () => randomKey() },
  WALLET_ENCRYPTION_KEYS: { fileName: 'wallet-encryption-keys', make: () => `1:${randomKey()}` },
} as const;

export type DevelopmentSecretName = keyof typeof DEVELOPMENT_SECRETS;

/** Where a development secret is kept. */
export function developmentSecretFile(dataDir: string, name: DevelopmentSecretName): string {
  return join(dataDir, DEVELOPMENT_SECRETS[name].fileName);
}

/** Null if there is none yet; creates nothing. */
export function readDevelopmentSecret(dataDir: string, name: DevelopmentSecretName): string | null {
  try {
    return readFileSync(developmentSecretFile(dataDir, name), 'utf8').trim();
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

/** A secret like the first start's, stored nowhere. */
export function makeDevelopmentSecret(name: DevelopmentSecretName): string {
  return DEVELOPMENT_SECRETS[name].make();
}

/**
 * Reads the secret, creating it if the file is missing. Safe when several processes start at once:
 * the first to link its file wins and all read the same.
 */
export function ensureDevelopmentSecret(dataDir: string, name: DevelopmentSecretName): string {
  const kept = readDevelopmentSecret(dataDir, name);
  if (kept !== null) return kept;
  const file = developmentSecretFile(dataDir, name);
  makeFolder(dataDir);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${makeDevelopmentSecret(name)}\n`, { mode: 0o600 });
  try {
    // A link appears with its whole content or not at all, unlike a file being written.
    linkSync(draft, file);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(file, 'utf8').trim();
}

function randomKey(): string {
  return randomBytes(32).toString('base64');
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
