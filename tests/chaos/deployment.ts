import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuild } from '../../scripts/ensure-build.ts';
import { freePorts } from './free-ports.ts';
import { ManagedProcess } from './managed-process.ts';
import { startCleaner } from './start-cleaner.ts';
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
  const directory = mkdtempSync(join(tmpdir(), 'choonsim-chaos-'));
  const cleaner = startCleaner();
  cleaner.write(`directory ${directory}`);
  const [port, devnetPort, unusedPort] = await freePorts(3);
  const nodeUrl = `http://127.0.0.1:${devnetPort}`;
  const url = `http://127.0.0.1:${port}`;
  const encryptionKey = randomBytes(32);
  const env = {
    PORT: String(port),
    // Not the node's port: the server must not start its own chain while the node is down.
    DEVNET_PORT: String(unusedPort),
    NEAR_NODE_URL: nodeUrl,
    // The test is about wallets being made.
    WALLET_STOCK: '0',
    DATA_DIR: join(directory, 'data'),
    WALLET_ENCRYPTION_KEYS: `1:${encryptionKey.toString('base64')}`,
    BETTER_AUTH_SECRET: randomBytes(32).toString('base64'),
  };
  const startedAtMs = Date.now();
  const notes: string[] = [];
  const note = (line: string) => {
    notes.push(`${((Date.now() - startedAtMs) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  };
  const manage = (name: string, command: string[], more: Record<string, string> = {}) =>
    new ManagedProcess({
      name,
      command,
      env: () => ({ ...env, ...more }),
      logFile: join(directory, `${name}.log`),
      onLife: (event, pid) => cleaner.write(`${event} ${pid}`),
      onOwnEnd: (how, lastWords) => note(`${name} ended by itself: ${how}: ${lastWords}`),
    });
  const chainData = join(directory, 'chain');
  const devnetOptions = ['--port', String(devnetPort), '--data', chainData];
  const devnet = manage('devnet', ['packages/near-devnet/src/node/main.ts', ...devnetOptions]);
  // An unused port, and not the address of the devnet that the server would start itself.
  const blind = {
    NEAR_NODE_URL: `http://127.0.0.1:${unusedPort}`,
    DEVNET_PORT: String(devnetPort),
  };
  const server = manage('server', ['server.ts', '--no-build'], serverSeesChain ? {} : blind);
  const workers = [manage('worker-1', ['worker.ts']), manage('worker-2', ['worker.ts'])] as const;
  const all = [devnet, server, ...workers];

  return {
    url,
    nodeUrl,
    databaseFile: join(env.DATA_DIR, 'choonsim.db'),
    encryptionKey,
    devnet,
    server,
    workers,
    note,
    notes,
    async calm() {
      for (const each of all) {
        each.thaw();
        each.start();
      }
      await Promise.all(
        [`${nodeUrl}/status`, `${url}/healthz`].map((each) => waitForAnswer(each, all)),
      );
    },
    async dispose() {
      await Promise.all(all.map((each) => each.end()));
      await cleaner.finish();
    },
  };
}
