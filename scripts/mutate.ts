import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Mutant } from './mutation/mutant.ts';
import { mutantsOf } from './mutation/source-changes.ts';
import { root, type Survey, slowTests, survey, testsOf, workshop } from './mutation/survey.ts';
import { TrialProcess } from './mutation/trial-pool.ts';

const usage = `Makes one small change to the money path at a time; tests or the simulator must fail.
  npm run test:mutations                      a quick sample of forty; fails below 85 % killed
  npm run test:mutations -- --sample N        so many, drawn by --seed S (1 unless given)
  npm run test:mutations -- --thorough        runs every test and more seeds on what survives
  npm run test:mutations -- --all             all of them, thoroughly: hours
                            --file NAME       of one file only
                            --seconds T       stop after that; the same command continues
                            --only ID         one mutant; prints what it is and what finds it`;

/** Signing, settling, proofs, lanes, gate, claims, and the parsing of nodes' replies. */
const moneyPath = [
  'core/lane-nonce.ts',
  'service/{database-memory,interruption,meet-chain,pause-knowledge,service-gate,spend-limits,transaction-plan,treasury}.ts',
  'signing/*.ts',
  'wallets/{create-wallet-on-chain,process-wallet-queue,refusal-break,worker-decisions}.ts',
  'adapters/near-rpc/{json-rpc,near,rpc}-*.ts',
  'adapters/sql/sql-{lane-store,transaction-ledger,wallet-store}.ts',
];

interface Effort {
  name: 'quick' | 'thorough';
  /** Of {@link slowTests} as well. */
  withSlowTests: boolean;
  seeds: number;
}
const quick: Effort = { name: 'quick', withSlowTests: false, seeds: 8 };
const thorough: Effort = { name: 'thorough', withSlowTests: true, seeds: 40 };
/** Below the measured score by a margin for chance: of tests that kill 95 %, one sample of forty in fifty kills less than 90 %. */
const leastKilledInSample = 0.85;
/** CPU time allowed to a mutant, which may be slower or loop for ever. */
const patience = { factor: 4, leastMs: 5_000 };
/** Wall-clock time after which a silent process counts as gone. */
const silenceMs = 1_800_000;

interface Result {
  killedBy: string | null;
}

type Try = (mutant: Mutant, process: TrialProcess) => Promise<Result>;

async function main(): Promise<number> {
  const options = readOptions();
  const { effort } = options;
  const results = new Results(effort);
  const chosen = choose(options);
  const processes = Array.from({ length: availableParallelism() }, () => new TrialProcess());
  try {
    const surveyed = await survey(processes, effort);
    results.open(surveyed.digest);
    const tryOne = trialsOf(surveyed, effort);
    if (options.only) return await showOne(chosen, tryOne, processes[0] ?? new TrialProcess());
    const todo = chosen.filter(({ id }) => !results.has(id));
    const endsAt = performance.now() + options.seconds * 1000;
    let done = chosen.length - todo.length;
    await Promise.all(
      processes.map(async (process) => {
        while (performance.now() < endsAt) {
          const mutant = todo.shift();
          if (!mutant) return;
          results.add(mutant.id, await tryOne(mutant, process));
          done += 1;
          if (globalThis.process.stdout.isTTY) console.log(`${done} of ${chosen.length}`);
        }
      }),
    );
  } finally {
    for (const each of processes) each.close();
  }
  return report(chosen, results, options.isSample);
}

/** The quick part first: it kills most mutants. */
function trialsOf(surveyed: Survey, effort: Effort): Try {
  return async (mutant, process) => {
    const { testFiles, isSimulated } = testsOf(mutant, surveyed);
    const isSlow = ({ file }: { file: string }) => slowTests.test(file);
    const parts = [
      { tests: testFiles.filter((test) => !isSlow(test)), seeds: quick.seeds },
      ...(effort.withSlowTests ? [{ tests: testFiles.filter(isSlow), seeds: effort.seeds }] : []),
    ];
    for (const { tests, seeds } of parts) {
      const part = { tests, seeds: isSimulated ? seeds : 0 };
      const result = await tryPart(mutant, { ...part, process, msOfSeed: surveyed.seeds.msOfOne });
      if (result.killedBy !== null) return result;
    }
    return { killedBy: null };
  };
}

async function tryPart(
  mutant: Mutant,
  {
    tests,
    seeds,
    process,
    msOfSeed,
  }: { tests: Survey['tests']; seeds: number; process: TrialProcess; msOfSeed: number },
): Promise<Result> {
  if (tests.length === 0 && seeds === 0) return { killedBy: null };
  const usualMs = tests.reduce((sum, { tookMs }) => sum + tookMs, 0) + seeds * msOfSeed;
  const answer = await process.carryOut(
    {
      kind: 'try',
      mutant,
      testFiles: tests.map(({ file }) => file),
      seeds,
      limitMs: usualMs * patience.factor + patience.leastMs,
    },
    silenceMs,
  );
  if (!answer || !('killedBy' in answer)) return { killedBy: 'it never ends' };
  return { killedBy: answer.killedBy?.split('\n')[0]?.slice(0, 200) ?? null };
}

async function showOne(chosen: Mutant[], tryOne: Try, process: TrialProcess): Promise<number> {
  for (const mutant of chosen) {
    console.log(`${mutant.id}\n- ${mutant.original}\n+ ${mutant.replacement}`);
    const { killedBy } = await tryOne(mutant, process);
    console.log(killedBy ? `killed by ${killedBy}` : 'SURVIVES');
  }
  return 0;
}

function choose({ file, only, count, seed }: ReturnType<typeof readOptions>): Mutant[] {
  const engine = join(root, 'packages/wallet-engine/src');
  const files = globSync(moneyPath, { cwd: engine })
    .filter((name) => !name.endsWith('.test.ts') && (file === undefined || name.endsWith(file)))
    .toSorted();
  const all = files.flatMap((name) => mutantsOf(name, readFileSync(join(engine, name), 'utf8')));
  if (only) return all.filter(({ id }) => id === only || id.startsWith(`${only} `));
  // Deterministic for a seed; a larger sample begins with the smaller one.
  const drawOf = ({ id }: Mutant) => createHash('sha256').update(`${seed} ${id}`).digest('hex');
  const drawn = new Map(all.map((mutant) => [mutant, drawOf(mutant)]));
  all.sort((one, other) => ((drawn.get(one) ?? '') < (drawn.get(other) ?? '') ? -1 : 1));
  return all.slice(0, count);
}

/** Results for the same sources and effort, kept between calls: all mutants take hours. */
class Results {
  readonly #effort: Effort;
  #digest = '';
  /** Mutants killed by the quick part need no second trial. */
  #killedQuickly: Record<string, Result> = {};
  #byId: Record<string, Result> = {};

  constructor(effort: Effort) {
    this.#effort = effort;
  }

  open(digest: string): void {
    this.#digest = digest;
    this.#byId = this.#stored(this.#effort.name);
    const quickly = Object.entries(this.#stored('quick'));
    this.#killedQuickly = Object.fromEntries(quickly.filter(([, { killedBy }]) => killedBy));
  }

  has(id: string): boolean {
    return this.of(id) !== undefined;
  }

  of(id: string): Result | undefined {
    return this.#byId[id] ?? this.#killedQuickly[id];
  }

  #stored(name: string): Record<string, Result> {
    const path = pathOf(name);
    if (!existsSync(path)) return {};
    const stored = JSON.parse(readFileSync(path, 'utf8')) as {
      digest: string;
      byId: Record<string, Result>;
    };
    return stored.digest === this.#digest ? stored.byId : {};
  }

  add(id: string, result: Result): void {
    this.#byId[id] = result;
    mkdirSync(workshop, { recursive: true });
    const kept = JSON.stringify({ digest: this.#digest, byId: this.#byId });
    writeFileSync(pathOf(this.#effort.name), kept);
  }
}

function pathOf(effort: string): string {
  return join(workshop, `results-${effort}.json`);
}

function report(chosen: Mutant[], results: Results, isSample: boolean): number {
  const tried = chosen.filter(({ id }) => results.has(id));
  const isKilled = ({ id }: Mutant) => typeof results.of(id)?.killedBy === 'string';
  const bySimulator = tried.filter(({ id }) => results.of(id)?.killedBy?.startsWith('seed '));
  const share = (killed: number, all: number) =>
    `${((100 * killed) / Math.max(all, 1)).toFixed(1)} %`;
  for (const mutant of tried.filter((each) => !isKilled(each))) {
    const change = [mutant.original, mutant.replacement].map((text) =>
      text.replace(/\s+/g, ' ').slice(0, 90),
    );
    console.log(`survives  ${mutant.id}\n            ${change[0]}  =>  ${change[1]}`);
  }
  console.log(`\n${'file'.padEnd(44)} mutants  killed`);
  for (const file of [...new Set(tried.map((mutant) => mutant.file))].toSorted()) {
    const ofFile = tried.filter((mutant) => mutant.file === file);
    const killed = ofFile.filter(isKilled).length;
    console.log(
      `${file.padEnd(44)} ${String(ofFile.length).padStart(7)}  ${share(killed, ofFile.length).padStart(7)}`,
    );
  }
  const killed = tried.filter(isKilled).length;
  const left = chosen.length - tried.length;
  if (left > 0) console.log(`${left} are left; the same command goes on`);
  console.log(
    `${tried.length} mutants, ${killed} killed (${share(killed, tried.length)}), ${bySimulator.length} of them by the simulator`,
  );
  return isSample && killed < leastKilledInSample * tried.length ? 1 : 0;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      all: { type: 'boolean' },
      thorough: { type: 'boolean' },
      sample: { type: 'string' },
      seed: { type: 'string' },
      seconds: { type: 'string' },
      file: { type: 'string' },
      only: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const whole = (name: string, text: string | undefined, otherwise: number) => {
    const number = text === undefined ? otherwise : Number(text);
    if (Number.isSafeInteger(number) && number >= 0) return number;
    console.error(`--${name}: "${text}" is no whole number.\n${usage}`);
    process.exit(2);
  };
  const isWhole = values.all === true;
  return {
    count: isWhole ? Number.POSITIVE_INFINITY : whole('sample', values.sample, 40),
    seed: whole('seed', values.seed, 1),
    seconds: whole('seconds', values.seconds, 86_400),
    effort: isWhole || values.thorough || values.only !== undefined ? thorough : quick,
    isSample: !isWhole && values.only === undefined,
    file: values.file,
    only: values.only,
  };
}

process.exit(await main());
