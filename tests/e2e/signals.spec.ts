import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../packages/wallet-engine/src/testing/free-ports.ts';
import { spawnNpm, temporaryDataDir } from './app-server.ts';
import { expect, test } from './test.ts';

/** The npm scripts, and the output by which each reports that it has started. */
const scripts = {
  start: { args: ['start', '--', '--no-build'], begun: /is ready: / },
  worker: { args: ['run', 'worker'], begun: /Metrics on port / },
  devnet: { args: ['run', 'devnet', '--', '--port', 'PORT'], begun: /Published keys/ },
};

const signals = {
  'SIGTERM to npm alone, as a supervisor sends it': (npm: number) => process.kill(npm, 'SIGTERM'),
  'Ctrl-C, which reaches npm and what it started': (npm: number) => process.kill(-npm, 'SIGINT'),
};

test.describe.configure({ timeout: 120_000 });

for (const [name, { args, begun }] of Object.entries(scripts)) {
  for (const [how, send] of Object.entries(signals)) {
    test(`npm ${name}: ${how}, stops all of it in order`, async () => {
      const [port, devnetPort] = [await freePort(), await freePort()];
      const npm = spawnNpm(
        args.map((arg) => arg.replace('PORT', String(port))),
        {
          PORT: String(port),
          METRICS_PORT: String(port),
          DEVNET_PORT: String(devnetPort),
          DATA_DIR: temporaryDataDir(),
        },
      );
      const { pid } = npm;
      if (pid === undefined) throw new Error('npm did not start');
      try {
        await saying(npm, begun);
        expect(await answers(port)).toBe(true);
        const ended = once(npm, 'exit');
        send(pid);
        // 0: it stopped gracefully, and npm waited for it.
        expect((await ended)[0]).toBe(0);
        expect(await answers(port)).toBe(false);
        expect(() => process.kill(-pid, 0)).toThrow('ESRCH');
      } finally {
        endGroup(pid);
      }
    });
  }
}

function saying(npm: ChildProcess, words: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const hear = (chunk: Buffer) => {
      output += chunk;
      if (words.test(output)) resolve();
    };
    npm.stdout?.on('data', hear);
    npm.stderr?.on('data', hear);
    npm.once('exit', (code) => reject(new Error(`npm ended with ${code}\n${output}`)));
  });
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
}

/** Cleans up after a failed test. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Already ended.
  }
}
