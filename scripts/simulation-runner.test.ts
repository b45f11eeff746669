import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { runSeeds, type SeedResult } from './simulation-runner.ts';

const folder = mkdtempSync(join(tmpdir(), 'choonsim-runner-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function simulationOf(body: string): URL {
  const file = join(folder, `simulation-${body.length}.mjs`);
  writeFileSync(file, `export async function simulate(seed) { ${body} }`);
  return pathToFileURL(file);
}

const clean = 'return { violations: [], counts: new Map(), trace: [] };';

async function resultsOf(body: string, { processes = 2, limitMs = 60_000 } = {}) {
  const results: SeedResult[] = [];
  const simulation = simulationOf(body);
  const onResult = (result: SeedResult) => {
    results.push(result);
    return 'go on' as const;
  };
  await runSeeds({ from: 1, count: 5, processes, limitMs, simulation, onResult });
  return results.sort((one, other) => one.seed - other.seed);
}

it('runs each seed once', async () => {
  expect((await resultsOf(clean)).map(({ seed }) => seed)).toEqual([1, 2, 3, 4, 5]);
});

it('ends a run that loops for ever, reports it, and continues with the others', async () => {
  const results = await resultsOf(`if (seed === 3) for (;;); ${clean}`, { limitMs: 1_500 });
  expect(results.map(({ seed, violations }) => [seed, violations.length])).toEqual([
    [1, 0],
    [2, 0],
    [3, 1],
    [4, 0],
    [5, 0],
  ]);
});

it('fails when a process is killed from outside, since its seeds were not run', async () => {
  const body = `if (seed === 2) process.kill(process.pid, 'SIGTERM'); ${clean}`;
  await expect(resultsOf(`${body} await new Promise(() => {});`)).rejects.toThrow(/SIGTERM/);
});

it('stops when a result asks for it', async () => {
  const seen: number[] = [];
  await runSeeds({
    ...{ from: 1, count: 500, processes: 1, simulation: simulationOf(`/* stop */ ${clean}`) },
    onResult: ({ seed }) => {
      seen.push(seed);
      return seed < 3 ? 'go on' : 'stop';
    },
  });
  expect(seen.at(-1)).toBeLessThan(500);
});
