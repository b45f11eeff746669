import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-ports.ts';
import { killed } from './killed-process.ts';

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
  const person = unprivileged();
  if (person.uid !== undefined) chownSync(folder, person.uid, person.gid ?? person.uid);
  const place = { binaries, folder, person, port: await freePort() };
  const server = new Server(place, settings);
  initialise(place, server.dataFolder);
  await server.start();
  return server;
}

interface Place {
  binaries: string;
  folder: string;
  person: { uid?: number; gid?: number };
  port: number;
}

function initialise({ binaries, folder, person }: Place, dataFolder: string): void {
  const made = spawnSync(
    join(binaries, 'initdb'),
    ['-D', dataFolder, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...person, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr || made.error?.message}`);
}

class Server implements PostgresServer {
  readonly url: string;
  readonly dataFolder: string;
  readonly #place: Place;
  readonly #settings: Record<string, string>;
  readonly #die = () => void this.#child?.kill('SIGQUIT');
  #child: ChildProcess | null = null;

  constructor(place: Place, settings: Record<string, string>) {
    this.#place = place;
    this.url = `postgres://postgres@127.0.0.1:${place.port}/postgres`;
    this.dataFolder = join(place.folder, 'data');
    // The page cache survives a killed server: no need to wait for the disk.
    const fast = { fsync: 'off', max_connections: '200', unix_socket_directories: place.folder };
    this.#settings = { ...fast, ...settings };
    process.once('exit', this.#die);
  }

  async query(sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async start(): Promise<void> {
    if (this.#child) return;
    const child = this.#spawn();
    this.#child = child;
    const untilMs = performance.now() + startupMs;
    for (;;) {
      const answered = await this.query('SELECT 1').then(
        () => true,
        () => false,
      );
      if (answered) return;
      if (child.exitCode !== null || performance.now() > untilMs) {
        throw new Error(`PostgreSQL did not start (exit code ${child.exitCode})`);
      }
      await sleep(50);
    }
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child) await killed(child, 'SIGQUIT');
  }

  async stop(): Promise<void> {
    process.removeListener('exit', this.#die);
    await this.kill();
    rmSync(this.#place.folder, { recursive: true, force: true });
  }

  #spawn(): ChildProcess {
    const { binaries, folder, person, port } = this.#place;
    const given = Object.entries(this.#settings).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    return spawn(
      join(binaries, 'postgres'),
      ['-D', this.dataFolder, '-h', '127.0.0.1', '-p', String(port), ...given],
      { ...person, cwd: folder, stdio: 'ignore' },
    );
  }
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
