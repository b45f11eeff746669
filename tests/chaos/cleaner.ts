import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * A separate process that outlives the test: when its input ends, because the test has ended or was
 * killed, it kills the remaining processes of the test and removes its directory.
 * Lines: `born PID`, `gone PID`, `directory PATH`.
 */
const alive = new Set<number>();
const directories: string[] = [];

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [word, ...rest] = line.split(' ');
    const value = rest.join(' ');
    if (word === 'born') alive.add(Number(value));
    if (word === 'gone') alive.delete(Number(value));
    if (word === 'directory') directories.push(value);
  })
  .on('close', () => {
    for (const pid of alive) kill(pid);
    for (const directory of directories) {
      // A killed process may still be writing.
      rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
  });

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has exited meanwhile.
  }
}
