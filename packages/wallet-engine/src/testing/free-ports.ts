import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Ports of the loopback that are free at this moment, below the ephemeral range: while a process is down, no other
 * program may get its port by chance.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = 10_000 + (randomBytes(2).readUInt16LE() % 20_000);
    if (await isFree(port)) found.add(port);
  }
  return [...found];
}

export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
