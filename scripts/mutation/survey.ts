import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CoveredRanges, ranThere } from './covered-places.ts';
import type { Mutant } from './mutant.ts';
import type { TrialProcess } from './trial-pool.ts';

export const root = join(import.meta.dirname, '../..');
export const workshop = join(root, '.mutations');
const engine = join(root, 'packages/wallet-engine/src');

/** They wait for real servers or the clock, and their adapters handle no money. */
const leftOut =
  /bullmq|open-wallet-engine|vault-transit|http-rpc-transport|census|rotate-keys|forms-of-secret/;
/** More than a second of CPU time each, most of the total. */
export const slowTests =
  /wallet-engine-(spending|nodes|restart|treasury|failure|network|older-database|lanes)|diagnose|reconcile/;
const surveyLimitMs = 900_000;
/** Enough to run the code that seeds run often. */
const surveyedSeeds = { quick: 8, thorough: 25 };

export interface Survey {
  /** Digest of the sources. */
  digest: string;
  tests: { file: string; tookMs: number; covered: [file: string, CoveredRanges][] }[];
  seeds: { msOfOne: number; covered: [file: string, CoveredRanges][] };
}

/** Which test runs which part of the engine, and how long it takes; kept until a source changes. */
export async function survey(
  processes: TrialProcess[],
  { name, withSlowTests }: { name: 'quick' | 'thorough'; withSlowTests: boolean },
): Promise<Survey> {
  const digest = digestOfSources();
  const path = join(workshop, `survey-${name}.json`);
  let made: Survey = { digest, tests: [], seeds: { msOfOne: 0, covered: [] } };
  if (existsSync(path)) {
    const known = JSON.parse(readFileSync(path, 'utf8')) as Survey;
    if (known.digest === digest) made = known;
  }
  const files = globSync('**/*.test.ts', { cwd: engine })
    .filter((file) => !leftOut.test(file) && (withSlowTests || !slowTests.test(file)))
    .toSorted();
  const isDone = (file: string) => made.tests.some((test) => test.file === file);
  const orders = [
    ...(made.seeds.msOfOne > 0 ? [] : ['seeds']),
    ...files.filter((file) => !isDone(file)),
  ];
  mkdirSync(workshop, { recursive: true });
  await Promise.all(
    processes.map(async (process) => {
      for (let order = orders.shift(); order !== undefined; order = orders.shift()) {
        const answer = await process.carryOut(
          order === 'seeds'
            ? { kind: 'survey seeds', seeds: surveyedSeeds[name] }
            : { kind: 'survey', testFile: order },
          surveyLimitMs,
        );
        if (!answer || !('covered' in answer) || answer.failure !== null) {
          const failure = answer && 'covered' in answer ? answer.failure : 'no answer in time';
          // A test that fails without a mutant is useless here; `npm test` reports it.
          console.error(`left out, it fails without any mutant: ${order}: ${failure}`);
          continue;
        }
        const { tookMs, covered } = answer;
        if (order === 'seeds') made.seeds = { msOfOne: tookMs / surveyedSeeds[name], covered };
        else made.tests.push({ file: order, tookMs, covered });
        // On a busy machine this alone may take longer than a slice of time.
        writeFileSync(path, JSON.stringify(made));
      }
    }),
  );
  return made;
}

/** The tests that run the mutant's place, the quickest first; and whether the seeds do. */
export function testsOf({ file, runsAt }: Mutant, { tests, seeds }: Survey) {
  const runsIt = (covered: [string, CoveredRanges][]) =>
    covered.some(([name, ranges]) => name === file && ranThere(ranges, runsAt));
  return {
    testFiles: tests
      .filter(({ covered }) => runsIt(covered))
      .toSorted((one, other) => one.tookMs - other.tookMs),
    isSimulated: runsIt(seeds.covered),
  };
}

function digestOfSources(): string {
  const hash = createHash('sha256');
  for (const folder of ['packages/wallet-engine/src', 'packages/near-devnet/src', 'drizzle']) {
    for (const file of globSync('**/*.{ts,sql}', { cwd: join(root, folder) }).toSorted()) {
      hash.update(`${folder}/${file}\n`).update(readFileSync(join(root, folder, file)));
    }
  }
  return hash.digest('hex');
}
