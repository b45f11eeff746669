import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Cleaner {
  /** See `cleaner.ts`. */
  write(line: string): void;
  /** Resolves when all is cleaned up. */
  finish(): Promise<void>;
}

/** Cleans up after this process, no matter how it exits. */
export function startCleaner(): Cleaner {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./cleaner.ts', import.meta.url))], {
    // A process group of its own: Ctrl-C must not interrupt the cleanup.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    write: (line) => void child.stdin.write(`${line}\n`),
    async finish() {
      child.stdin.end();
      await ended;
    },
  };
}
