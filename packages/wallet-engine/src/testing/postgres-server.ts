import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const startupMs = 20_000;
const debianFolder = '/usr/lib/postgresql';

/** Why no real PostgreSQL can be started; null if one can. CI requires one. */
export function postgresServerMissing(): string | null {
  if (process.env.CI === 'true' || findBinaries() !== null) return null;
  return 'no PostgreSQL server (Debian, Ubuntu: apt-get install postgresql)';
}

/** A real PostgreSQL on the loopback, in a temporary folder that `stop` removes. */
export interface PostgresServer {
  readonly url: string;
  /** Its data folder, for files that a setting names. */
  readonly dataFolder: string;
  /** Runs one statement on its own connection. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** Immediate shutdown: connections break; acknowledged commits are kept. */
  kill(): Promise<void>;
  /** Starts it again on the same address and folder; does nothing while it runs. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @param settings of the server, in place of those for tests, which do not wait for the disk */
export async function startPostgresServer(
  settings: Record<string, string> = {},
): Promise<PostgresServer> {
  const binaries = findBinaries();
  if (binaries === null) throw new Error(postgresServerMissing() ?? 'no PostgreSQL server');
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const data = join(folder, 'data');
  const person = unprivileged();
  if (person.uid !== undefined) chownSync(folder, person.uid, person.gid ?? person.uid);
  const made = spawnSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...person, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr || made.error?.message}`);
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | null = null;
  const die = () => void server?.kill('SIGQUIT');
  process.once('exit', die);

  const query = async (sql: string) => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  };

  const start = async () => {
    if (server) return;
    // The page cache survives a killed server: no need to wait for the disk.
    const options = { fsync: 'off', max_connections: '200', unix_socket_directories: folder };
    const given = Object.entries({ ...options, ...settings }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const child = spawn(
      join(binaries, 'postgres'),
      ['-D', data, '-h', '127.0.0.1', '-p', String(port), ...given],
      { ...person, cwd: folder, stdio: 'ignore' },
    );
    server = child;
    const untilMs = performance.now() + startupMs;
    for (;;) {
      const answered = await query('SELECT 1').then(
        () => true,
        () => false,
      );
      if (answered) return;
      if (child.exitCode !== null || performance.now() > untilMs) {
        throw new Error(`PostgreSQL did not start (exit code ${child.exitCode})`);
      }
      await sleep(50);
    }
  };

  const end = async () => {
    const child = server;
    server = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGQUIT');
    await gone;
  };

  await start();
  return {
    url,
    dataFolder: data,
    query,
    kill: end,
    start,
    async stop() {
      process.removeListener('exit', die);
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function findBinaries(): string | null {
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder) : [];
  const installed = versions
    .sort((one, other) => Number(other) - Number(one))
    .map((version) => join(debianFolder, version, 'bin'));
  const named = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  const folders = [...installed, ...(named.status === 0 ? [named.stdout.trim()] : [])];
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}

/** PostgreSQL refuses to run as root; its package comes with a user for it. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) =>
    Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
