import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What of stderr is kept of a program that failed. */
const keptErrorLength = 2_000;

/**
 * Dumps the database in PostgreSQL's custom format with `pg_dump`.
 * @throws Error that says why there is no dump
 */
export async function dumpPostgres({
  databaseUrl,
  file,
}: {
  databaseUrl: string;
  file: string;
}): Promise<void> {
  const args = ['--format=custom', '--no-password', '--lock-wait-timeout=30000', '--file', file];
  const child = spawn('pg_dump', args, {
    env: { ...programEnvironment(), ...libpqEnvironment(databaseUrl) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await succeeded(child, 'pg_dump');
}

/**
 * Reads a dump to its end, as a restore would.
 * @returns the number of users in it
 * @throws Error when it is damaged or cut off
 */
export async function countUsersOfDump(file: string): Promise<number> {
  const child = spawn('pg_restore', ['--file=-', file], {
    env: programEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = succeeded(child, 'pg_restore');
  let users = 0;
  let isUserRow = false;
  for await (const line of createInterface({ input: child.stdout })) {
    if (/^COPY (\S+\.)?"User" \(/.test(line)) isUserRow = true;
    else if (line === '\\.') isUserRow = false;
    else if (isUserRow) users += 1;
  }
  await ended;
  return users;
}

/** The address as libpq takes it: a password in an argument would be shown to every user of the machine. */
export function libpqEnvironment(databaseUrl: string): Record<string, string> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(databaseUrl);
  const option = (name: string) => searchParams.get(name) ?? '';
  const values = {
    PGHOST: option('host') || hostname.replace(/^\[(.+)\]$/, '$1'),
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    PGSSLCERT: option('sslcert'),
    PGSSLKEY: option('sslkey'),
    ...tlsOf(option('sslmode'), option('sslrootcert')),
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

/** The same checks as those of our own connections. */
function tlsOf(
  mode: string,
  rootCertificate: string,
): { PGSSLMODE: string; PGSSLROOTCERT: string } {
  if (mode === '' || mode === 'disable') return { PGSSLMODE: mode, PGSSLROOTCERT: '' };
  if (mode === 'no-verify') return { PGSSLMODE: 'require', PGSSLROOTCERT: '' };
  // libpq 16 and newer know the authorities of the system.
  return { PGSSLMODE: 'verify-full', PGSSLROOTCERT: rootCertificate || 'system' };
}

/** Without the variables of libpq and without our secrets. */
function programEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, LC_ALL: 'C', PGCONNECT_TIMEOUT: '10', PGAPPNAME: 'choonsim backup' };
}

/** @throws Error with what the program wrote, or that it is not installed */
function succeeded(child: ChildProcess, program: string): Promise<void> {
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors = `${errors}${chunk}`.slice(-keptErrorLength);
  });
  return new Promise((done, failed) => {
    child.once('error', (error) => {
      const isMissing = 'code' in error && error.code === 'ENOENT';
      const remedy = "install postgresql-client, of the server's version or newer";
      failed(isMissing ? new Error(`${program} is not installed: ${remedy}`) : error);
    });
    child.once('close', (exitCode, signal) => {
      if (exitCode === 0) done();
      else failed(new Error(errors.trim() || `${program} ended with ${exitCode ?? signal}`));
    });
  });
}
