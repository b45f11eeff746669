import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../../packages/wallet-engine/src/testing/simulator/seeded-random.ts';
import type { Deployment } from './deployment.ts';
import type { ManagedProcess } from './managed-process.ts';

type Blow = 'kill' | 'freeze';

interface Torture {
  readonly victim: ManagedProcess;
  readonly random: SeededRandom;
  /** The first is given, so that no run goes without it; the others are thrown. */
  readonly firstBlow: Blow;
  /** Between two blows, so long at least and at most. */
  readonly respiteMs: readonly [number, number];
  readonly untilMs: number;
  readonly note: Deployment['note'];
}

const LEASE_MS = 6_000;
const LONGEST_FREEZE_MS = 15_000;

/**
 * SIGKILL and a start after a while, or SIGSTOP and SIGCONT, again and again. The seed decides what
 * and for how long; the machine what it meets. @returns how many blows of each kind.
 */
export async function torment({
  victim,
  random,
  firstBlow,
  respiteMs,
  untilMs,
  note,
}: Torture): Promise<Map<Blow, number>> {
  const blows = new Map<Blow, number>();
  const rest = (ms: number) => sleep(Math.max(Math.min(ms, untilMs - Date.now()), 0));
  for (let blow = firstBlow; ; blow = random.chance(0.6) ? 'kill' : 'freeze') {
    await rest(random.between(...respiteMs));
    if (Date.now() >= untilMs) return blows;
    blows.set(blow, (blows.get(blow) ?? 0) + 1);
    if (blow === 'kill') {
      const awayMs = random.between(50, random.chance(0.3) ? 8_000 : 2_000);
      note(`${victim.name}: SIGKILL, away for ${awayMs} ms`);
      await victim.kill();
      await rest(awayMs);
      victim.start();
    } else {
      // Half of them outlast a lease: their holder wakes up to claims that are others' now.
      const frozenMs = random.chance(0.5)
        ? random.between(200, LEASE_MS)
        : random.between(LEASE_MS + 500, LONGEST_FREEZE_MS);
      note(`${victim.name}: SIGSTOP for ${frozenMs} ms`);
      victim.freeze();
      await rest(frozenMs);
      victim.thaw();
    }
  }
}
