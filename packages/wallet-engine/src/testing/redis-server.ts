import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './free-ports.ts';
import { killed } from './killed-process.ts';

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
  const server = new Server(await freePort());
  await server.start();
  return server;
}

class Server implements RedisServer {
  readonly url: string;
  readonly client: Redis;
  readonly #port: number;
  readonly #die = () => void this.#child?.kill('SIGKILL');
  #child: ChildProcess | null = null;

  constructor(port: number) {
    this.#port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.client = new Redis({
      ...{ port, host: '127.0.0.1', lazyConnect: true },
      retryStrategy: () => 50,
    });
    // Tests kill the server on purpose.
    this.client.on('error', () => {});
    process.once('exit', this.#die);
  }

  async start(): Promise<void> {
    if (this.#child) return;
    const options = { port: String(this.#port), bind: '127.0.0.1', save: '', appendonly: 'no' };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const child = spawn(binary, args, { stdio: 'ignore' });
    let failure: unknown;
    child.once('error', (error) => {
      failure = error;
    });
    this.#child = child;
    if (this.client.status === 'wait') await this.client.connect().catch(() => {});
    const untilMs = performance.now() + startupMs;
    while (this.client.status !== 'ready') {
      if (failure !== undefined || child.exitCode !== null || performance.now() > untilMs) {
        throw new Error(`${binary} did not start (exit code ${child.exitCode})`, {
          cause: failure,
        });
      }
      await sleep(20);
    }
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child) await killed(child, 'SIGKILL');
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    this.client.disconnect();
    process.removeListener('exit', this.#die);
    await this.kill();
  }
}
