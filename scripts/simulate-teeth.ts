import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { type ProtocolDefect, protocolDefects } from './protocol-defects.ts';
import { runSeeds } from './simulation-runner.ts';

/** Seeds until a defect counts as missed. */
const mostSeeds = 2_000;
const root = join(import.meta.dirname, '..');
const engine = join(root, 'packages/wallet-engine/src');
const workshop = join(root, '.teeth');

/** Builds each defect into a copy of the engine and lets the simulator look for it. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, from: { type: 'string' } },
  });
  const named = protocolDefects.filter(({ name }) => name.includes(values.only ?? ''));
  // All of them take longer than some machines are given at a time.
  const first = named.findIndex(({ name }) => name === values.from);
  const chosen = named.slice(Math.max(first, 0));
  for (const defect of chosen) patch(defect, engine, 'only look');
  let missed = 0;
  rmSync(workshop, { recursive: true, force: true });
  for (const [index, defect] of chosen.entries()) {
    const found = await findDefect(defect, join(workshop, String(index)));
    if (!found) missed += 1;
    const where = found ? `seed ${String(found.seeds).padStart(4)}  ${found.violation}` : 'MISSED';
    console.log(`${defect.name.padEnd(58)} ${where}`);
  }
  rmSync(workshop, { recursive: true, force: true });
  console.log(`${chosen.length} defects, ${missed} missed`);
  return missed > 0 ? 1 : 0;
}

/** @throws when the engine has changed so that a defect's text is no longer in it, exactly once. */
function patch(defect: ProtocolDefect, folder: string, mode: 'only look' | 'write'): void {
  for (const { file, find, replace } of [defect, ...(defect.also ?? [])]) {
    const path = join(folder, file);
    const parts = readFileSync(path, 'utf8').split(find);
    if (parts.length !== 2) {
      throw new Error(`"${defect.name}": its text stands ${parts.length - 1} times in ${file}`);
    }
    if (mode === 'write') writeFileSync(path, parts.join(replace));
  }
}

async function findDefect(
  defect: ProtocolDefect,
  copy: string,
): Promise<{ seeds: number; violation: string } | null> {
  cpSync(engine, copy, { recursive: true });
  patch(defect, copy, 'write');
  let found: { seeds: number; violation: string } | null = null;
  await runSeeds({
    from: 1,
    count: mostSeeds,
    ...(defect.lie !== undefined && { wanted: { lie: defect.lie } }),
    simulation: pathToFileURL(join(copy, 'testing/simulator/simulation.ts')),
    onResult: ({ seed, violations: [violation] }) => {
      if (!violation) return 'go on';
      const line = violation.split('\n')[0] ?? violation;
      if (!found || seed < found.seeds) found = { seeds: seed, violation: line.slice(0, 110) };
      return 'stop';
    },
  });
  return found;
}

process.exit(await main());
