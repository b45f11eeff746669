export {};

/** Runs seeds in a child process: `module first end step options`. Sends each result to its parent. */
const [moduleUrl = '', first, end, step, options = '{}'] = process.argv.slice(2);
const { simulate }: typeof import('#engine/testing/simulator/simulation.ts') = await import(
  moduleUrl
);

for (let seed = Number(first); seed < Number(end); seed += Number(step)) {
  const { violations, counts, trace } = await simulate(seed, JSON.parse(options));
  const result = { seed, violations, counts: [...counts], trace: violations.length ? trace : [] };
  await new Promise<void>((resolve) => {
    process.send?.(result, () => resolve());
  });
}
process.disconnect();
