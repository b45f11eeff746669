import type { World } from './world.ts';

const looksEveryMs = 100;

/**
 * Calls `strike` once, as soon as something is signed that no block has, or when the time is up, with
 * nothing then: what strikes while nobody waits for anything tempts nobody.
 */
export function whenUnderWay(
  world: World,
  { withinMs, strike }: { withinMs: number; strike: (hashes: string[]) => void },
): void {
  const { clock, devnet } = world;
  const untilMs = clock.now() + withinMs;
  const look = () => {
    const hashes = world.openHashes().filter((hash) => devnet.inspect().transaction(hash) === null);
    if (hashes.length > 0 || clock.now() >= untilMs) strike(hashes);
    else clock.setTimer(look, looksEveryMs);
  };
  look();
}
