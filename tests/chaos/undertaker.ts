import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * A process of its own that outlives the test: when its input ends, because the test is through or
 * was itself killed, it kills what is left of the test's processes and removes the test's directory.
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
      // A process just killed may still be writing.
      rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
  });

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone in the meantime.
  }
}
