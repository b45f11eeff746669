import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

const binary = 'redis-server';
const startupMs = 10_000;

/** Why no real Redis can be started; null if one can. CI requires one. */
export function redisServerMissing(): string | null {
  if (process.env.CI === 'true') return null;
  if (spawnSync(binary, ['--version']).status === 0) return null;
  return `no ${binary} (Debian, Ubuntu: apt-get install redis-server)`;
}

/** A real Redis on the loopback that can be killed and started again, empty, on the same address. */
export interface RedisServer {
  readonly url: string;
  /** A client for the test. */
  readonly client: Redis;
  /** `kill -9`; resolves when it has exited. Its data is lost. */
  kill(): Promise<void>;
  /** Does nothing while it runs. */
  start(): Promise<void>;
  /** Keeps its connections and answers nothing. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

export async function startRedisServer(): Promise<RedisServer> {
  const port = await freePort();
  let server: ChildProcess | null = null;
  const die = () => void server?.kill('SIGKILL');
  process.once('exit', die);
  const client = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => 50 });
  // Tests kill the server on purpose.
  client.on('error', () => {});

  const start = async () => {
    if (server) return;
    const args = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
    ];
    const child = spawn(binary, args, { stdio: 'ignore' });
    let failure: unknown;
    child.once('error', (error) => {
      failure = error;
    });
    server = child;
    if (client.status === 'wait') await client.connect().catch(() => {});
    const untilMs = performance.now() + startupMs;
    while (client.status !== 'ready') {
      if (failure !== undefined || child.exitCode !== null || performance.now() > untilMs) {
        throw new Error(`${binary} did not start (exit code ${child.exitCode})`, {
          cause: failure,
        });
      }
      await sleep(20);
    }
  };

  const kill = async () => {
    const child = server;
    server = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    client,
    kill,
    start,
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    async stop() {
      client.disconnect();
      process.removeListener('exit', die);
      await kill();
    },
  };
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
