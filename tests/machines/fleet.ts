import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type PostgresServer,
  startPostgresServer,
} from '../../packages/wallet-engine/src/testing/postgres-server.ts';
import { ensureBuild } from '../../scripts/ensure-build.ts';
import { freePorts } from '../chaos/free-ports.ts';
import { ManagedProcess } from '../chaos/managed-process.ts';
import { startCleaner } from '../chaos/start-cleaner.ts';
import { waitForAnswer } from '../chaos/wait-for-answer.ts';
import { openSharedDatabase, type SharedDatabase } from './shared-database.ts';

const root = join(import.meta.dirname, '../..');

export type QueueName = 'cron' | 'bullmq';

export interface Fleet {
  /** Addresses of the two web processes, which make no wallets. */
  readonly urls: readonly [string, string];
  readonly nodeUrl: string;
  readonly encryptionKey: Uint8Array;
  readonly database: SharedDatabase;
  readonly server: PostgresServer;
  readonly redis: ManagedProcess;
  readonly redisUrl: string;
  readonly webs: readonly [ManagedProcess, ManagedProcess];
  readonly workers: readonly [ManagedProcess, ManagedProcess];
  readonly processes: readonly ManagedProcess[];
  /** One line of what happened, with its time. */
  note(line: string): void;
  readonly notes: readonly string[];
  /** Stops the app's processes with SIGTERM and starts them with another queue. */
  switchTo(queue: QueueName): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * A deployment over several machines, as separate processes: a chain, a PostgreSQL server, Redis, two
 * web processes and two workers, each with its own data directory.
 */
export async function launch({
  queue: firstQueue,
  stock = 0,
}: {
  queue: QueueName;
  /** Wallets kept ready; 0: each is made on request. */
  stock?: number;
}): Promise<Fleet> {
  ensureBuild(root, { mayBuild: true });
  const directory = mkdtempSync(join(tmpdir(), 'choonsim-machines-'));
  const cleaner = startCleaner();
  cleaner.write(`directory ${directory}`);
  const [web1 = 0, web2 = 0, chain = 0, redisPort = 0, unused = 0] = await freePorts(5);
  const server = await startPostgresServer();
  const encryptionKey = randomBytes(32);
  const nodeUrl = `http://127.0.0.1:${chain}`;
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  const shared = {
    DATABASE_URL: server.url,
    // Unused: no process may start its own chain.
    DEVNET_PORT: String(unused),
    NEAR_NODE_URL: nodeUrl,
    WALLET_STOCK: String(stock),
    REDIS_URL: redisUrl,
    WALLET_ENCRYPTION_KEYS: `1:${encryptionKey.toString('base64')}`,
    BETTER_AUTH_SECRET: randomBytes(32).toString('base64'),
  };
  const startedAtMs = Date.now();
  const notes: string[] = [];
  const note = (line: string) => {
    notes.push(`${((Date.now() - startedAtMs) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  };
  let queue = firstQueue;
  const manage = (
    name: string,
    { command, env, program }: { command: string[]; env?: object; program?: string },
  ) =>
    new ManagedProcess({
      name,
      command,
      program: program ?? null,
      env: () => ({ ...env }),
      logFile: join(directory, `${name}.log`),
      onLife: (event, pid) => cleaner.write(`${event} ${pid}`),
      onOwnEnd: (how, lastWords) => note(`${name} ended by itself: ${how}: ${lastWords}`),
    });
  const manageApp = (name: string, command: string[], own: Record<string, string> = {}) =>
    new ManagedProcess({
      name,
      command,
      env: () => ({
        ...shared,
        DATA_DIR: join(directory, name),
        WALLET_QUEUE: queue,
        ...own,
      }),
      logFile: join(directory, `${name}.log`),
      onLife: (event, pid) => cleaner.write(`${event} ${pid}`),
      onOwnEnd: (how, lastWords) => note(`${name} ended by itself: ${how}: ${lastWords}`),
    });
  mkdirSync(join(directory, 'redis'));

  const devnet = manage('devnet', {
    command: [
      'packages/near-devnet/src/node/main.ts',
      '--port',
      String(chain),
      '--data',
      join(directory, 'chain'),
    ],
  });
  const redis = manage('redis', {
    program: 'redis-server',
    command: [
      '--port',
      String(redisPort),
      '--bind',
      '127.0.0.1',
      '--dir',
      join(directory, 'redis'),
    ],
  });
  const manageWeb = (name: string, port: number) =>
    manageApp(name, ['server.ts', '--no-build'], { PORT: String(port), WALLET_WORKER: 'off' });
  const webs = [manageWeb('web-1', web1), manageWeb('web-2', web2)] as const;
  const workers = [
    manageApp('worker-1', ['worker.ts']),
    manageApp('worker-2', ['worker.ts']),
  ] as const;
  const app = [...webs, ...workers];
  const processes = [devnet, redis, ...app];
  const urls = [`http://127.0.0.1:${web1}`, `http://127.0.0.1:${web2}`] as const;
  const database = openSharedDatabase(server.url);

  const startApp = async () => {
    for (const each of app) each.start();
    await Promise.all(urls.map((url) => waitForAnswer(`${url}/readyz`, processes)));
  };
  const dispose = async () => {
    await database.close();
    await Promise.all(processes.map((each) => each.end()));
    await server.stop();
    await cleaner.finish();
  };
  try {
    for (const each of [devnet, redis]) each.start();
    await waitForAnswer(`${nodeUrl}/status`, processes);
    await startApp();
  } catch (error) {
    await dispose();
    throw error;
  }

  return {
    urls,
    nodeUrl,
    encryptionKey,
    database,
    server,
    redis,
    redisUrl,
    webs,
    workers,
    processes,
    note,
    notes,
    dispose,
    async switchTo(next) {
      note(`WALLET_QUEUE=${next}`);
      queue = next;
      await Promise.all(app.map((each) => each.stop()));
      await startApp();
    },
  };
}
