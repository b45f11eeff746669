import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { patchedFiles } from './defects/patched-files.ts';
import type { ProtocolDefect } from './defects/protocol-defect.ts';
import { protocolDefects } from './protocol-defects.ts';
import { runSeeds, type SeedResult } from './simulation-runner.ts';

const usage = `Builds known defects into a copy of the engine, one at a time; the simulator must report each.
  npm run simulate:defects                        all defects, on all cores
  … --only WORDS                                those with these words in their name
  … --from NAME                                 this one and all after it
  … --seeds N                                   seeds tried before a defect counts as missed (default 2000)
  … --first SEED                                begin with this seed (default 1)
  … --processes N                               number of processes; default: all cores
The seed that found a defect is stored in scripts/protocol-defect-seeds.json and tried first.`;

const root = join(import.meta.dirname, '..');
const engine = join(root, 'packages/wallet-engine/src');
/** The same depth as in the repository: the simulator imports neighbours by relative paths. */
const copyRoot = join(root, '.defects', String(process.pid));
const workshop = join(copyRoot, 'packages/wallet-engine/src');
const neighbours = ['drizzle', 'packages/near-devnet'];
const readSource = (file: string) => readFileSync(join(engine, file), 'utf8');
const seedsFile = join(import.meta.dirname, 'protocol-defect-seeds.json');

interface Search {
  first: number;
  count: number;
  processes: number | null;
}

interface Verdict {
  /** The first seed with the expected violation. */
  found: { seed: number; violation: string } | null;
  /** Other violations, which prove nothing about the removed guard. */
  others: { seed: number; violation: string }[];
  seeds: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      from: { type: 'string' },
      seeds: { type: 'string', default: '2000' },
      first: { type: 'string', default: '1' },
      processes: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const chosen = choose(values.only ?? '', values.from ?? null);
  for (const defect of chosen) patchedFiles(defect, readSource);
  const search = {
    first: whole('first', values.first),
    count: whole('seeds', values.seeds),
    processes: values.processes === undefined ? null : whole('processes', values.processes),
  };
  let missed = 0;
  for (const defect of chosen) {
    const verdict = await findDefect(defect, search);
    if (verdict.found) remember(defect.name, verdict.found.seed);
    else missed += 1;
    console.log(lineOf(defect, verdict));
  }
  console.log(`${chosen.length} defects, ${missed} missed`);
  return missed > 0 ? 1 : 0;
}

function choose(words: string, from: string | null): ProtocolDefect[] {
  const named = protocolDefects.filter(
    ({ name, unseen }) => name.includes(words) && (unseen === undefined || words !== ''),
  );
  const start = from === null ? 0 : named.findIndex(({ name }) => name === from);
  if (named.length === 0 || start < 0) throw new Error(`there is no such defect\n${usage}`);
  return named.slice(start);
}

async function findDefect(defect: ProtocolDefect, search: Search): Promise<Verdict> {
  cpSync(engine, workshop, { recursive: true });
  for (const each of neighbours) symlinkSync(join(root, each), join(copyRoot, each));
  try {
    for (const [file, text] of patchedFiles(defect, readSource)) {
      writeFileSync(join(workshop, file), text);
    }
    const known = knownSeeds()[defect.name];
    if (known !== undefined) {
      const verdict = await run(defect, { first: known, count: 1, processes: 1 });
      if (verdict.found) return verdict;
    }
    return await run(defect, search);
  } finally {
    rmSync(copyRoot, { recursive: true, force: true });
  }
}

async function run(defect: ProtocolDefect, { first, count, processes }: Search): Promise<Verdict> {
  const verdict: Verdict = { found: null, others: [], seeds: 0 };
  const judge = ({ seed, violations }: SeedResult) => {
    verdict.seeds += 1;
    const lines = violations.map((violation) => violation.split('\n')[0] ?? violation);
    const right = lines.find((line) => defect.reportedAs.test(line));
    if (right === undefined) {
      verdict.others.push(...lines.slice(0, 1).map((violation) => ({ seed, violation })));
      return 'go on';
    }
    const { found } = verdict;
    if (!found || seed < found.seed) verdict.found = { seed, violation: right };
    return 'stop';
  };
  await runSeeds({
    from: first,
    count,
    options: { lie: defect.lie ?? null, event: defect.event ?? null },
    ...(processes !== null && { processes }),
    simulation: pathToFileURL(join(workshop, 'testing/simulator/simulation.ts')),
    onResult: judge,
  });
  return verdict;
}

function lineOf({ name }: ProtocolDefect, { found, others, seeds }: Verdict): string {
  const [other] = others;
  const aside = other
    ? `\n    otherwise: ${others.length}, seed ${other.seed}  ${other.violation}`
    : '';
  const where = found
    ? `seed ${String(found.seed).padStart(4)}  ${found.violation.slice(0, 110)}`
    : `MISSED in ${seeds} seeds`;
  return `${name.padEnd(64)} ${where}${found ? '' : aside}`;
}

function knownSeeds(): Record<string, number> {
  return JSON.parse(readFileSync(seedsFile, 'utf8'));
}

/** Keeps the order of the defects and drops removed ones. */
function remember(name: string, seed: number): void {
  const seeds = { ...knownSeeds(), [name]: seed };
  const kept = protocolDefects.flatMap(({ name: each }) =>
    seeds[each] === undefined ? [] : [[each, seeds[each]] as const],
  );
  writeFileSync(seedsFile, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new Error(`--${name}: "${text}" is not a whole number above zero\n${usage}`);
  }
  return number;
}

process.exit(await main());
