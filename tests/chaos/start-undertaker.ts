import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Undertaker {
  /** See `undertaker.ts`. */
  write(line: string): void;
  /** Resolves when all is cleaned up. */
  finish(): Promise<void>;
}

/** Cleans up after this process, however it ends. */
export function startUndertaker(): Undertaker {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./undertaker.ts', import.meta.url))],
    {
      // A group of its own: what interrupts the test must not interrupt the cleaning.
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    write: (line) => void child.stdin.write(`${line}\n`),
    async finish() {
      child.stdin.end();
      await ended;
    },
  };
}
