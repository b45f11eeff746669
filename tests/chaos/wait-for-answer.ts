import { setTimeout as sleep } from 'node:timers/promises';
import type { ManagedProcess } from './managed-process.ts';

const START_LIMIT_MS = 90_000;

/** @throws with the last log lines of the processes when the address does not answer in time */
export async function waitForAnswer(
  url: string,
  processes: readonly ManagedProcess[],
): Promise<void> {
  const untilMs = Date.now() + START_LIMIT_MS;
  while (Date.now() < untilMs) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) }).catch(() => null);
    if (answer?.ok) return;
    await sleep(200);
  }
  const logs = processes.flatMap((each) => [`${each.name}:`, ...each.logLines().slice(-15)]);
  throw new Error(`${url} does not answer\n${logs.join('\n')}`);
}
