import type { World } from '../world/world.ts';

const pollIntervalMs = 100;

/**
 * Calls `strike` once: as soon as a signed transaction is in no block yet, with its hash, or with an
 * empty list when the time is up. A fault tests little while no transaction is open.
 */
export function whenUnderWay(
  world: World,
  { withinMs, strike }: { withinMs: number; strike: (hashes: string[]) => void },
): void {
  const { clock, devnet } = world;
  const untilMs = clock.now() + withinMs;
  const poll = () => {
    const hashes = world.openHashes().filter((hash) => devnet.inspect().transaction(hash) === null);
    if (hashes.length > 0 || clock.now() >= untilMs) strike(hashes);
    else clock.setTimer(poll, pollIntervalMs);
  };
  poll();
}
