export {};

/** A process of the simulator: `module first end step wanted`, each result sent to the parent. */
const [moduleUrl = '', first, end, step, wanted = '{}'] = process.argv.slice(2);
const { simulate }: typeof import('#engine/testing/simulator/simulation.ts') = await import(
  moduleUrl
);

for (let seed = Number(first); seed < Number(end); seed += Number(step)) {
  const { violations, counts, trace } = await simulate(seed, JSON.parse(wanted));
  const result = { seed, violations, counts: [...counts], trace: violations.length ? trace : [] };
  await new Promise<void>((resolve) => {
    process.send?.(result, () => resolve());
  });
}
process.disconnect();
