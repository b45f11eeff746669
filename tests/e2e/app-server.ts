import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../packages/wallet-engine/src/testing/free-ports.ts';

const root = join(import.meta.dirname, '../..');
const START_LIMIT_MS = 60_000;

export interface AppServer {
  readonly url: string;
  readonly databaseFile: string;
  readonly devnetPort: number;
  /** Everything the process has written so far. */
  output(): string;
  /** Halts or resumes the chain. */
  chain(fault: { kind: 'halt' | 'resume' | 'clear' }): Promise<void>;
  stop(): Promise<void>;
}

const temporary: string[] = [];
process.once('exit', () => {
  for (const directory of temporary) rmSync(directory, { recursive: true, force: true });
});

/** Removed when this process exits. */
export function temporaryDataDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'choonsim-e2e-'));
  temporary.push(directory);
  return directory;
}

/** Runs what `npm start` runs, on free ports and with its own data. */
export async function startAppServer({
  dataDir = temporaryDataDir(),
  devnetPort,
  env = {},
}: {
  dataDir?: string;
  /** Another server's chain, to share it; by default the server starts its own. */
  devnetPort?: number;
  /** In BETTER_AUTH_URL, `*` is replaced by the port: the address is the server's, not a proxy's. */
  env?: Record<string, string>;
} = {}): Promise<AppServer> {
  const port = await freePort();
  const ownAddress = env.BETTER_AUTH_URL?.endsWith(':*')
    ? env.BETTER_AUTH_URL.replace('*', String(port))
    : null;
  const chainPort = devnetPort ?? (await freePort());
  const server = spawnStart({
    PORT: String(port),
    DEVNET_PORT: String(chainPort),
    DATA_DIR: dataDir,
    DEVNET_FAULTS: 'on',
    // Four times the pace of a real chain: most of a test was waiting for blocks.
    DEVNET_BLOCK_MS: '150',
    // Most tests observe a wallet being made.
    WALLET_STOCK: '0',
    ...env,
    ...(ownAddress && { BETTER_AUTH_URL: ownAddress }),
  });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  const url = await waitForAddress(server);
  return {
    // A public address belongs to a proxy, and there is none in the tests.
    url: env.BETTER_AUTH_URL && !ownAddress ? `http://127.0.0.1:${port}` : url,
    databaseFile: join(dataDir, 'choonsim.db'),
    devnetPort: chainPort,
    output: () => output,
    async chain(fault) {
      const response = await fetch(`http://127.0.0.1:${chainPort}/devnet/faults`, {
        method: 'POST',
        body: JSON.stringify(fault),
      });
      if (!response.ok) throw new Error(await response.text());
    },
    stop: () => stop(server),
  };
}

/** The script of package.json without npm, whose own start takes as long as a page. */
function spawnStart(env: Record<string, string>): ChildProcess {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { PATH } = process.env;
  return spawn('sh', ['-c', `${scripts.start} --no-build`], {
    cwd: root,
    detached: true,
    env: {
      ...withoutOurVariables(process.env),
      PATH: `${join(root, 'node_modules/.bin')}:${PATH}`,
      ...env,
    },
  });
}

/** In its own process group, so that a signal can go to npm alone or to all its children. */
export function spawnNpm(args: string[], env: Record<string, string>): ChildProcess {
  return spawn('npm', args, {
    cwd: root,
    detached: true,
    env: { ...withoutOurVariables(process.env), ...env },
  });
}

/** The address the server prints once it accepts requests. */
function waitForAddress(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (reason: string) => reject(new Error(`${reason}\n${output}`));
    const timer = setTimeout(() => fail('the server did not start in time'), START_LIMIT_MS);
    server.once('exit', (code) => fail(`the server ended with ${code}`));
    server.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    server.stdout?.on('data', (chunk) => {
      output += chunk;
      const address = /is ready: (https?:\S+)/.exec(output)?.[1];
      if (!address) return;
      clearTimeout(timer);
      resolve(address);
    });
  });
}

function stop(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const hasEnded = server.exitCode !== null || server.signalCode !== null;
    if (hasEnded || server.pid === undefined) return resolve();
    server.once('exit', () => resolve());
    process.kill(-server.pid, 'SIGTERM');
  });
}

/** The developer's own settings must not reach the tests' server. */
export function withoutOurVariables(source: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours =
    /^(NODE_ENV|PORT|DATA_DIR|LOG_LEVEL|(NEAR|WALLET|CHOCO|DEVNET|SIGNUP|SIGN_IN|SERVICE)_.*)$/;
  const more = /^(BETTER_AUTH|DATABASE|CHAT|CRON|REDIS|ADMIN|METRICS|SUPPORT|SMTP|MAIL)_/;
  return Object.fromEntries(
    Object.entries(source).filter(([name]) => !ours.test(name) && !more.test(name)),
  );
}
