import { simulate } from '#provisioning/testing/simulation.ts';

const seed = Number(process.argv[2] ?? 1);
const n = Number(process.argv[3] ?? 1);
let bad = 0;
const t = performance.now();
const total = new Map<string, number>();
for (let s = seed; s < seed + n; s += 1) {
  const report = await simulate(s);
  for (const [k, v] of report.counts) total.set(k, (total.get(k) ?? 0) + v);
  if (report.violations.length) {
    bad += 1;
    console.log(s, report.violations.slice(0, 3), Math.round(report.virtualMs / 1000));
    if (n === 1) console.log(report.trace.join('\n'));
  }
}
if (n > 1 || !bad)
  console.log(
    [...total]
      .filter(([k]) => !k.startsWith('point'))
      .sort()
      .map(([k, v]) => `${k} ${v}`)
      .join('\n'),
  );
console.log(bad, 'bad', Math.round(performance.now() - t), 'ms');
