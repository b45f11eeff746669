import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface SeedResult {
  seed: number;
  violations: string[];
  counts: [string, number][];
  trace: string[];
}

/** Whether a run goes on after this result. */
type OnResult = (result: SeedResult) => 'go on' | 'stop';

/**
 * Runs seeds on all cores, each in order on its core.
 * @param simulation the module to run: the engine's own, or a copy with a defect
 * @param wanted what its `simulate` is told beside the seed
 */
export async function runSeeds({
  from,
  count,
  simulation,
  onResult,
  wanted = {},
  processes = availableParallelism(),
}: {
  from: number;
  count: number;
  simulation: URL;
  onResult: OnResult;
  wanted?: object;
  processes?: number;
}): Promise<void> {
  const children: ChildProcess[] = [];
  const share = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const seeds = [from + index, from + count, processes].map(String);
      const child = fork(fileURLToPath(new URL('simulate-seeds.ts', import.meta.url)), [
        simulation.href,
        ...seeds,
        JSON.stringify(wanted),
      ]);
      children.push(child);
      child.on('message', (result: SeedResult) => {
        if (onResult(result) === 'stop') for (const each of children) each.kill();
      });
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        if (code === 0 || signal) resolve();
        else reject(new Error(`a simulating process ended with code ${code}`));
      });
    });
  await Promise.all(Array.from({ length: processes }, (_, index) => share(index)));
}
