import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ephemeral range: while a process is down, no other program may get its port by chance.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = 10_000 + (randomBytes(2).readUInt16LE() % 20_000);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
