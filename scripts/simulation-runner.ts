import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface SeedResult {
  seed: number;
  violations: string[];
  counts: [string, number][];
  trace: string[];
}

/** Whether to continue after this result. */
type OnResult = (result: SeedResult) => 'go on' | 'stop';

/** A run takes a tenth of a second; a defect may loop for ever without advancing the clock. */
const usualLimitMs = 60_000;

interface SeedsToRun {
  from: number;
  count: number;
  /** URL of the simulation module: the engine's own, or a copy with a defect. */
  simulation: URL;
  onResult: OnResult;
  /** Passed to `simulate` with the seed. */
  options?: object;
  processes?: number;
  /** What takes longer is ended, which is a violation of its own. */
  limitMs?: number;
}

/**
 * Runs seeds in one process per core, each in ascending order.
 * @throws when a process exits before its seeds are done
 */
export async function runSeeds(run: SeedsToRun): Promise<void> {
  const { from, count, onResult, processes = availableParallelism() } = run;
  const running = new Set<ChildProcess>();
  let isStopped = false;
  const judge: OnResult = (result) => {
    const verdict = onResult(result);
    if (verdict === 'stop') {
      isStopped = true;
      for (const child of running) child.kill();
    }
    return verdict;
  };

  const share = async (first: number): Promise<void> => {
    let next = first;
    while (next < from + count && !isStopped) {
      const stalledAt = await runProcess({ ...run, first: next, step: processes, running, judge });
      if (isStopped || stalledAt === null) return;
      const violations = ['the run did not end'];
      judge({ seed: stalledAt, violations, counts: [], trace: [] });
      next = stalledAt + processes;
    }
  };
  await Promise.all(Array.from({ length: processes }, (_, index) => share(from + index)));
}

/** @returns the seed that did not end in time; null when all have ended or the run was stopped */
function runProcess({
  first,
  step,
  running,
  judge,
  from,
  count,
  simulation,
  options = {},
  limitMs = usualLimitMs,
}: SeedsToRun & {
  first: number;
  step: number;
  running: Set<ChildProcess>;
  judge: OnResult;
}): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const seeds = [first, from + count, step].map(String);
    const module = fileURLToPath(new URL('simulate-seeds.ts', import.meta.url));
    const child = fork(module, [simulation.href, ...seeds, JSON.stringify(options)]);
    running.add(child);
    let seed = first;
    let isStalled = false;
    const onStall = () => {
      isStalled = true;
      child.kill('SIGKILL');
    };
    let stall = setTimeout(onStall, limitMs);
    child.on('message', (result: SeedResult) => {
      clearTimeout(stall);
      stall = setTimeout(onStall, limitMs);
      seed += step;
      judge(result);
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(stall);
      running.delete(child);
      if (isStalled) resolve(seed);
      else if (code === 0 || child.killed) resolve(null);
      else reject(new Error(`a simulating process ended with ${signal ?? `code ${code}`}`));
    });
  });
}
