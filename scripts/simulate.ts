import { parseArgs } from 'node:util';
import { type SimulationOptions, simulate } from '#engine/testing/simulator/simulation.ts';
import { runSeeds } from './simulation-runner.ts';

const usage = `The fault simulator of the money path.
  npm run simulate -- --seeds N [--from SEED]   runs N seeds on all cores
  … --processes N                               number of processes; default: all cores
  npm run simulate -- --seed SEED               runs one again and prints its trace
  … --database postgres                         over PostgreSQL in memory instead of SQLite
  … --lie WORDS                                 one of two nodes tells this lie in every run
  … --event WORDS                               this event happens in every run that can have it`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      from: { type: 'string' },
      seed: { type: 'string' },
      lie: { type: 'string' },
      event: { type: 'string' },
      database: { type: 'string', default: 'sqlite' },
      processes: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const { database } = values;
  if (database !== 'sqlite' && database !== 'postgres') {
    console.error(`--database: "${database}" is neither sqlite nor postgres.\n${usage}`);
    return 2;
  }
  const options = { lie: values.lie ?? null, event: values.event ?? null, database } as const;
  if (values.seed !== undefined) return replay(whole('seed', values.seed), options);
  if (values.seeds === undefined) {
    console.log(usage);
    return 2;
  }
  return runMany({
    from: whole('from', values.from ?? '1'),
    count: whole('seeds', values.seeds),
    processes: values.processes === undefined ? null : whole('processes', values.processes),
    options,
  });
}

async function replay(seed: number, options: SimulationOptions): Promise<number> {
  const { violations, trace } = await simulate(seed, options);
  console.log(trace.join('\n'));
  for (const violation of violations) console.log(`VIOLATION ${violation}`);
  console.log(`1 seeds, ${violations.length} violations`);
  return violations.length > 0 ? 1 : 0;
}

interface ManyRuns {
  from: number;
  count: number;
  /** Number of processes; null: one per core. */
  processes: number | null;
  options: SimulationOptions;
}

async function runMany({ from, count, processes, options }: ManyRuns): Promise<number> {
  const totals = new Map<string, number>();
  const startedAt = performance.now();
  let done = 0;
  let violated = 0;
  await runSeeds({
    from,
    count,
    options,
    ...(processes !== null && { processes }),
    simulation: new URL(
      '../packages/wallet-engine/src/testing/simulator/simulation.ts',
      import.meta.url,
    ),
    onResult: ({ seed, violations, counts, trace }) => {
      done += 1;
      for (const [name, times] of counts) totals.set(name, (totals.get(name) ?? 0) + times);
      if (violations.length > 0) {
        violated += 1;
        console.log(`\nseed ${seed}:\n  ${trace.slice(-40).join('\n  ')}`);
        for (const violation of violations) console.log(`  VIOLATION ${violation}`);
        const same = options.database === 'postgres' ? '--database postgres ' : '';
        console.log(`  again: npm run simulate -- ${same}--seed ${seed}`);
      }
      if (process.stdout.isTTY) process.stdout.write(`\r${done} of ${count} seeds`);
      return 'go on';
    },
  });
  if (process.stdout.isTTY) process.stdout.write('\r');
  const missed = print(totals);
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`${(done / seconds).toFixed(1)} runs a second, ${seconds.toFixed(0)} s`);
  console.log(`${done} seeds, ${violated} violations`);
  return violated > 0 || done < count || (missed > 0 && count >= seedsForAllPoints) ? 1 : 0;
}

/** With this many seeds every crash point is hit; fewer may miss some. */
const seedsForAllPoints = 10_000;

/** @returns how many crash points were not hit */
function print(totals: Map<string, number>): number {
  const named = (prefix: string) =>
    [...totals].filter(([name]) => name.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const prefix of ['fault: ', 'event: ', 'end: ', 'crash point: ']) {
    console.log(`\n${prefix.trim()}`);
    for (const [name, times] of named(prefix)) {
      console.log(`  ${name.slice(prefix.length).padEnd(44)} ${times}`);
    }
  }
  const points = named('point: ').map(([name]) => name.slice('point: '.length));
  const missed = points.filter((point) => !totals.has(`crash point: ${point}`));
  console.log(`\ncrash points: ${points.length - missed.length} of ${points.length} hit`);
  if (missed.length > 0) console.log(`  not hit: ${missed.join(', ')}`);
  return missed.length;
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) {
    console.error(`--${name}: "${text}" is not a whole number.\n${usage}`);
    process.exit(2);
  }
  return number;
}

// No process.exit: output into a pipe may not be flushed yet.
process.exitCode = await main();
