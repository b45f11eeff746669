import { type ChildProcess, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { freePort } from '../../packages/wallet-engine/src/testing/free-ports.ts';
import { spawnNpm, temporaryDataDir } from './app-server.ts';
import { expect, test } from './test.ts';

test.describe.configure({ timeout: 120_000 });

/** Variables a developer's shell may hold after working with production. */
const exposed = () => ({
  BETTER_AUTH_URL: 'https://chat.example.org',
  BETTER_AUTH_SECRET: randomBytes(32).toString('base64'),
  WALLET_ENCRYPTION_KEYS: `1:${randomBytes(32).toString('base64')}`,
  NEAR_NETWORK_ID: 'devnet',
  NODE_ENV: 'production',
});

function listen(child: ChildProcess): { output(): string } {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  return { output: () => output };
}

/** Only a server on all interfaces can be reached at loopback addresses other than 127.0.0.1. */
const answersAt = (host: string, port: number) =>
  fetch(`http://${host}:${port}/healthz`).then(
    () => true,
    () => false,
  );

test('a taken port stops the start before chain or database are touched', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const dataDir = temporaryDataDir();
  const npm = spawnNpm(['start', '--', '--no-build'], {
    PORT: String(port),
    DEVNET_PORT: String(await freePort()),
    DATA_DIR: dataDir,
  });
  const { output } = listen(npm);
  const [code] = await once(npm, 'exit');
  taken.close();
  expect(code).toBe(1);
  expect(output()).toContain(`Port ${port} is used by another program`);
  expect(output()).not.toMatch(/^ {4}at /m);
  expect(readdirSync(dataDir).filter((name) => /\.db|devnet/.test(name))).toEqual([]);
});

for (const [name, args, isForOthers] of [
  ['npm start', ['start', '--', '--no-build'], true],
  ['npm run dev', ['run', 'dev'], false],
] as const) {
  test(`${name} with production variables: its interfaces, and no signal opens a debugger`, async () => {
    const port = await freePort();
    const settings = exposed();
    const npm = spawnNpm([...args], {
      ...settings,
      PORT: String(port),
      DEVNET_PORT: String(await freePort()),
      DATA_DIR: temporaryDataDir(),
    });
    const { output } = listen(npm);
    try {
      await expect.poll(output, { timeout: 60_000 }).toContain('is ready: ');
      expect(await answersAt('127.0.0.1', port)).toBe(true);
      expect(await answersAt('127.0.0.2', port)).toBe(isForOthers);
      // To npm and all its children; a process without a handler would end.
      const pids = execFileSync('pgrep', ['-g', String(npm.pid), '-f', 'server\\.ts']);
      for (const pid of String(pids).trim().split('\n')) process.kill(Number(pid), 'SIGUSR1');
      await expect.poll(() => answersAt('127.0.0.1', port)).toBe(true);
      expect(output()).not.toContain('Debugger listening');
    } finally {
      if (npm.exitCode === null && npm.pid !== undefined) {
        const ended = once(npm, 'exit');
        process.kill(-npm.pid, 'SIGTERM');
        await ended;
      }
    }
  });
}
