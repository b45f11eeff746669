import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuild } from '../../scripts/ensure-build.ts';
import { freePorts } from './free-ports.ts';
import { ManagedProcess } from './managed-process.ts';
import { startUndertaker } from './start-undertaker.ts';
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
  /** All that is down is started, all that is frozen goes on; resolves when server and chain answer. */
  calm(): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * A chain, a web server and two workers as processes of their own on one database file.
 * @param serverSeesChain false: the server asks for wallets and leaves all of their work to the workers
 */
export async function deploy({
  serverSeesChain,
}: {
  serverSeesChain: boolean;
}): Promise<Deployment> {
  ensureBuild(root, { mayBuild: true });
  const directory = mkdtempSync(join(tmpdir(), 'choonsim-chaos-'));
  const undertaker = startUndertaker();
  undertaker.write(`directory ${directory}`);
  const [port, devnetPort, unusedPort] = await freePorts(3);
  const nodeUrl = `http://127.0.0.1:${devnetPort}`;
  const url = `http://127.0.0.1:${port}`;
  const encryptionKey = randomBytes(32);
  const env = {
    PORT: String(port),
    // Another than the node's: the server must not start a chain of its own when that one is away.
    DEVNET_PORT: String(unusedPort),
    NEAR_NODE_URL: nodeUrl,
    // What is watched is a wallet being made.
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
      onLife: (event, pid) => undertaker.write(`${event} ${pid}`),
      onOwnEnd: (how, lastWords) => note(`${name} ended by itself: ${how}: ${lastWords}`),
    });
  const chainData = join(directory, 'chain');
  const devnetOptions = ['--port', String(devnetPort), '--data', chainData];
  const devnet = manage('devnet', ['packages/near-devnet/src/node/main.ts', ...devnetOptions]);
  // Nobody listens there; and it is not the address of a devnet which the server would start itself.
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
      await undertaker.finish();
    },
  };
}
