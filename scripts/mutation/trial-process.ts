import { Worker } from 'node:worker_threads';
import { CoverageMeter, type CoveredRanges } from './covered-places.ts';
import type { Mutant } from './mutant.ts';
import { installHooks, nextGeneration } from './mutated-modules.ts';
import { runTestFile } from './small-test-runner.ts';

/** A process that tries mutants one after another without a restart. */
export type Order =
  | { kind: 'survey'; testFile: string }
  | { kind: 'survey seeds'; seeds: number }
  | { kind: 'try'; mutant: Mutant; testFiles: string[]; seeds: number; limitMs: number };

export type Answer =
  /** `tookMs`: of computing time. */
  | { failure: string | null; tookMs: number; covered: [file: string, CoveredRanges][] }
  | { killedBy: string | null };

/** Of computing time; far more than any test of the engine takes. */
const testTimeoutMs = 6_000;
const enginePath = /\/wallet-engine\/src\/(.+\.ts)\?generation=(\d+)$/;

installHooks();
for (const method of ['log', 'warn', 'error', 'info'] as const) console[method] = () => undefined;
/** Rejections left behind by a failed test do not concern the next one. */
process.on('unhandledRejection', () => undefined);
process.on('uncaughtException', () => undefined);
/** The parent has exited. */
process.on('disconnect', () => process.exit());

const limit = new Worker(new URL('computing-limit.ts', import.meta.url));
let meter: CoverageMeter | null = null;

process.on('message', (order: Order) => {
  void carryOut(order)
    .catch((error: unknown) => failed(order, error))
    .then((answer) => process.send?.(answer));
});
process.send?.('ready');

/** A mutant may break the engine as it is loaded. */
function failed(order: Order, error: unknown): Answer {
  const failure = String(error);
  return order.kind === 'try' ? { killedBy: failure } : { failure, tookMs: 0, covered: [] };
}

async function carryOut(order: Order): Promise<Answer> {
  if (order.kind === 'try') {
    limit.postMessage(order.limitMs);
    const killedBy = await tryMutant(order);
    limit.postMessage(null);
    return { killedBy };
  }
  meter ??= await startMeter();
  const urlOf = nextGeneration(null);
  const started = process.cpuUsage();
  const failure =
    order.kind === 'survey'
      ? await runTestFile(urlOf(order.testFile), 10 * testTimeoutMs)
      : await runSeeds(urlOf, order.seeds);
  const { user, system } = process.cpuUsage(started);
  const tookMs = (user + system) / 1000;
  const generation = urlOf('').split('=').at(-1);
  const covered = await meter.take((url) => enginePath.exec(url)?.[2] === generation);
  return {
    failure,
    tookMs,
    covered: [...covered].map(([url, ranges]) => [enginePath.exec(url)?.[1] ?? url, ranges]),
  };
}

async function startMeter(): Promise<CoverageMeter> {
  const started = new CoverageMeter();
  await started.start();
  return started;
}

async function tryMutant({
  mutant,
  testFiles,
  seeds,
}: Extract<Order, { kind: 'try' }>): Promise<string | null> {
  const urlOf = nextGeneration(mutant);
  for (const testFile of testFiles) {
    const failure = await runTestFile(urlOf(testFile), testTimeoutMs);
    if (failure !== null) return `${testFile}: ${failure}`;
  }
  return runSeeds(urlOf, seeds);
}

async function runSeeds(urlOf: (file: string) => string, seeds: number): Promise<string | null> {
  const { simulate }: typeof import('#engine/testing/simulator/simulation.ts') = await import(
    urlOf('testing/simulator/simulation.ts')
  );
  for (let seed = 1; seed <= seeds; seed += 1) {
    const [violation] = (await simulate(seed)).violations;
    if (violation) return `seed ${seed}: ${violation}`;
  }
  return null;
}
