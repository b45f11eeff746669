/** The nearest rank: of 100 values the 99th smallest is the 99th percentile. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(Math.ceil((sorted.length * percent) / 100) - 1, 0)];
  if (value === undefined) throw new Error('there is no percentile of nothing');
  return value;
}
