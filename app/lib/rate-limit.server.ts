import { remember } from './remember.server.ts';

/**
 * Counts in this process; each web process has its own count.
 * @returns whether one more is within the limit (and counts it)
 */
export function takeTurn({
  key,
  limit,
  windowMs,
}: {
  key: string;
  limit: number;
  windowMs: number;
}) {
  const turns = remember('rate-limit', () => new Map<string, number[]>());
  const now = Date.now();
  const recent = (turns.get(key) ?? []).filter((time) => time > now - windowMs);
  const isWithin = recent.length < limit;
  if (isWithin) recent.push(now);
  turns.set(key, recent);
  // Keys nobody used lately must not pile up.
  if (turns.size > 10_000) turns.clear();
  return isWithin;
}
