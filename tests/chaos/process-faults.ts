import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../../packages/wallet-engine/src/testing/simulator/world/seeded-random.ts';
import type { Deployment } from './deployment.ts';
import type { ManagedProcess } from './managed-process.ts';

type ProcessFault = 'kill' | 'freeze';

interface Plan {
  readonly victim: ManagedProcess;
  readonly random: SeededRandom;
  /** The first fault is fixed, so that every run has it; the others are drawn. */
  readonly firstFault: ProcessFault;
  /** Least and greatest pause between two faults. */
  readonly respiteMs: readonly [number, number];
  readonly untilMs: number;
  readonly note: Deployment['note'];
}

const LEASE_MS = 6_000;
const LONGEST_FREEZE_MS = 15_000;

/**
 * Kills and restarts, or freezes and resumes, a process again and again. The seed decides what and for
 * how long; what the process does at that moment is up to the machine.
 * @returns how many faults of each kind
 */
export async function injectFaults({
  victim,
  random,
  firstFault,
  respiteMs,
  untilMs,
  note,
}: Plan): Promise<Map<ProcessFault, number>> {
  const faults = new Map<ProcessFault, number>();
  const rest = (ms: number) => sleep(Math.max(Math.min(ms, untilMs - Date.now()), 0));
  for (let fault = firstFault; ; fault = random.chance(0.6) ? 'kill' : 'freeze') {
    await rest(random.between(...respiteMs));
    if (Date.now() >= untilMs) return faults;
    faults.set(fault, (faults.get(fault) ?? 0) + 1);
    if (fault === 'kill') {
      const awayMs = random.between(50, random.chance(0.3) ? 8_000 : 2_000);
      note(`${victim.name}: SIGKILL, away for ${awayMs} ms`);
      await victim.kill();
      await rest(awayMs);
      victim.start();
    } else {
      // Half of them outlast a lease: the process resumes with claims that others hold by then.
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
