import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../../packages/wallet-engine/src/testing/free-ports.ts';
import {
  type PostgresServer,
  startPostgresServer,
} from '../../packages/wallet-engine/src/testing/postgres-server.ts';
import { ensureBuild } from '../../scripts/ensure-build.ts';
import type { ManagedProcess } from '../chaos/managed-process.ts';
import { ProcessGroup } from '../chaos/process-group.ts';
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
  queue,
  stock = 0,
}: {
  queue: QueueName;
  /** Wallets kept ready; 0: each is made on request. */
  stock?: number;
}): Promise<Fleet> {
  ensureBuild(root, { mayBuild: true });
  const server = await startPostgresServer();
  const group = new ProcessGroup('machines');
  const [web1 = 0, web2 = 0, chain = 0, redisPort = 0, unusedPort] = await freePorts(5);
  const nodeUrl = `http://127.0.0.1:${chain}`;
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  const encryptionKey = randomBytes(32);
  const database = openSharedDatabase(server.url);
  const devnet = group.addDevnet(chain, ['--data', join(group.directory, 'chain')]);
  const redis = addRedis(group, redisPort);
  const app = addApp(group, {
    queue,
    webPorts: [web1, web2],
    env: {
      DATABASE_URL: server.url,
      // Unused: no process may start its own chain.
      DEVNET_PORT: String(unusedPort),
      NEAR_NODE_URL: nodeUrl,
      WALLET_STOCK: String(stock),
      REDIS_URL: redisUrl,
      WALLET_ENCRYPTION_KEYS: `1:${encryptionKey.toString('base64')}`,
      BETTER_AUTH_SECRET: randomBytes(32).toString('base64'),
    },
  });
  const dispose = async () => {
    await database.close();
    await group.dispose();
    await server.stop();
  };
  try {
    for (const each of [devnet, redis]) each.start();
    await waitForAnswer(`${nodeUrl}/status`, group.processes);
    await app.start();
  } catch (error) {
    await dispose();
    throw error;
  }

  const { urls, webs, workers, switchTo } = app;
  const { processes, note, notes } = group;
  return {
    ...{ urls, nodeUrl, encryptionKey, database, server, redis, redisUrl },
    ...{ webs, workers, processes, note, notes, switchTo, dispose },
  };
}

function addRedis(group: ProcessGroup, port: number): ManagedProcess {
  const directory = join(group.directory, 'redis');
  mkdirSync(directory);
  return group.add({
    name: 'redis',
    program: 'redis-server',
    command: ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory],
    env: () => ({}),
  });
}

/** Two web processes, which make no wallets, and two workers. */
function addApp(
  group: ProcessGroup,
  {
    queue,
    webPorts,
    env,
  }: {
    queue: QueueName;
    webPorts: readonly [number, number];
    env: Readonly<Record<string, string>>;
  },
) {
  let currentQueue = queue;
  const add = (name: string, command: string[], own: Record<string, string> = {}) =>
    group.add({
      name,
      command,
      env: () => ({
        ...env,
        DATA_DIR: join(group.directory, name),
        WALLET_QUEUE: currentQueue,
        ...own,
      }),
    });
  const addWeb = (name: string, port: number) =>
    add(name, ['server.ts', '--no-build'], { PORT: String(port), WALLET_WORKER: 'off' });
  const webs = [addWeb('web-1', webPorts[0]), addWeb('web-2', webPorts[1])] as const;
  const workers = [add('worker-1', ['worker.ts']), add('worker-2', ['worker.ts'])] as const;
  const urls = [`http://127.0.0.1:${webPorts[0]}`, `http://127.0.0.1:${webPorts[1]}`] as const;
  const members = [...webs, ...workers];

  const start = async () => {
    for (const each of members) each.start();
    await Promise.all(urls.map((url) => waitForAnswer(`${url}/readyz`, group.processes)));
  };
  const switchTo = async (next: QueueName) => {
    group.note(`WALLET_QUEUE=${next}`);
    currentQueue = next;
    await Promise.all(members.map((each) => each.stop()));
    await start();
  };
  return { urls, webs, workers, start, switchTo };
}
