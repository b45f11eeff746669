import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePorts } from '../../packages/wallet-engine/src/testing/free-ports.ts';
import { ensureBuild } from '../../scripts/ensure-build.ts';
import type { ManagedProcess } from './managed-process.ts';
import { ProcessGroup } from './process-group.ts';
import { waitForAnswer } from './wait-for-answer.ts';

const root = join(import.meta.dirname, '../..');

export interface Deployment {
  readonly url: string;
  readonly nodeUrl: string;
  readonly databaseFile: string;
  readonly encryptionKey: Uint8Array;
  readonly devnet: ManagedProcess;
  readonly server: ManagedProcess;
  readonly workers: readonly [ManagedProcess, ManagedProcess];
  /** One line of what happened, with its time. */
  note(line: string): void;
  readonly notes: readonly string[];
  /** Starts and resumes all processes; resolves when server and chain answer. */
  calm(): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * A chain, a web server and two workers as separate processes on one database file.
 * @param serverSeesChain false: the server only requests wallets; the workers make them
 */
export async function deploy({
  serverSeesChain,
}: {
  serverSeesChain: boolean;
}): Promise<Deployment> {
  ensureBuild(root, { mayBuild: true });
  const group = new ProcessGroup('chaos');
  const [port = 0, devnetPort = 0, unusedPort] = await freePorts(3);
  const nodeUrl = `http://127.0.0.1:${devnetPort}`;
  const url = `http://127.0.0.1:${port}`;
  const encryptionKey = randomBytes(32);
  const dataDir = join(group.directory, 'data');
  const env = {
    PORT: String(port),
    // Not the node's port: the server must not start its own chain while the node is down.
    DEVNET_PORT: String(unusedPort),
    NEAR_NODE_URL: nodeUrl,
    // The test is about wallets being made.
    WALLET_STOCK: '0',
    DATA_DIR: dataDir,
    WALLET_ENCRYPTION_KEYS: `1:${encryptionKey.toString('base64')}`,
    BETTER_AUTH_SECRET: randomBytes(32).toString('base64'),
  };
  // An unused port, and not the address of the devnet that the server would start itself.
  const blind = {
    NEAR_NODE_URL: `http://127.0.0.1:${unusedPort}`,
    DEVNET_PORT: String(devnetPort),
  };
  const addWorker = (name: string) => group.add({ name, command: ['worker.ts'], env: () => env });

  return {
    url,
    nodeUrl,
    databaseFile: join(dataDir, 'choonsim.db'),
    encryptionKey,
    devnet: group.addDevnet(devnetPort, ['--data', join(group.directory, 'chain')]),
    server: group.add({
      name: 'server',
      command: ['server.ts', '--no-build'],
      env: () => (serverSeesChain ? env : { ...env, ...blind }),
    }),
    workers: [addWorker('worker-1'), addWorker('worker-2')],
    note: group.note,
    notes: group.notes,
    calm: () => calm(group, [`${nodeUrl}/status`, `${url}/healthz`]),
    dispose: () => group.dispose(),
  };
}

async function calm({ processes }: ProcessGroup, urls: readonly string[]): Promise<void> {
  for (const each of processes) {
    each.thaw();
    each.start();
  }
  await Promise.all(urls.map((url) => waitForAnswer(url, processes)));
}
