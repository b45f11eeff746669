import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { DatabaseReader } from '../chaos/database-reader.ts';
import type { ManagedProcess } from '../chaos/managed-process.ts';
import { reportOf } from '../chaos/report.ts';
import { judge, type Violation } from '../chaos/verdict.ts';
import type { Crowd } from './crowd.ts';
import { type Fleet, launch, type QueueName } from './fleet.ts';

const START_LIMIT_MS = 60_000;
/** From the last sign-up; a proof of expiry alone takes more than a minute. */
const SETTLE_LIMIT_MS = 240_000;

/** A fleet for one run, removed afterwards; violations are reported with logs and rows. */
export async function play(
  options: { queue: QueueName; stock?: number },
  act: (fleet: Fleet) => Promise<Violation[]>,
): Promise<void> {
  const fleet = await launch(options);
  let database: DatabaseReader | null = null;
  try {
    const violations = await act(fleet).catch((error: unknown) => [
      wrong(error instanceof Error ? String(error.stack) : String(error)),
    ]);
    database = await fleet.database.copy();
    violations.push(...(await judge({ deployment: fleet, database, excused: new Set() })));
    violations.push(...fleet.notes.filter((line) => /by itself/.test(line)).map(wrong));
    if (violations.length > 0) {
      const { processes, notes } = fleet;
      const title = `machines, ${JSON.stringify(options)}`;
      throw new Error(reportOf({ title, processes, notes, database, violations }));
    }
    expect(database.users().length).toBeGreaterThan(0);
  } finally {
    database?.close();
    await fleet.dispose();
  }
}

export async function kill(process: ManagedProcess, { note }: Fleet): Promise<void> {
  note(`${process.name}: SIGKILL`);
  await process.kill();
}

/** Starts a worker and waits until its engine runs. */
export async function comeUp(worker: ManagedProcess): Promise<void> {
  const isUp = (line: string) => line.startsWith('Choonsim worker:');
  const before = worker.logLines().filter(isUp).length;
  worker.start();
  const untilMs = performance.now() + START_LIMIT_MS;
  while (worker.logLines().filter(isUp).length === before) {
    if (performance.now() > untilMs) throw new Error(`${worker.name} did not start`);
    await sleep(100);
  }
}

/** Waits until all wallets are READY or the time is up; the verdict reports the rest. */
export async function settle({ database }: Fleet, people: number): Promise<number> {
  const startedMs = performance.now();
  while (performance.now() - startedMs < SETTLE_LIMIT_MS) {
    const states = await database.states().catch(() => null);
    if (states?.get('READY') === people) break;
    await sleep(250);
  }
  return performance.now() - startedMs;
}

/** Sign-ups that never succeeded. */
export function unsuccessful({ answers, welcomed }: Crowd, people: number): Violation[] {
  if (welcomed.size === people) return [];
  return [wrong(`not every sign-up succeeded: ${listed(answers)}`)];
}

export function printReport({ notes }: Fleet, { answers, firsts }: Crowd, lines: string[]): void {
  const tookMs = firsts.map(({ askedMs, answeredMs }) => answeredMs - askedMs);
  const sorted = tookMs.toSorted((left, right) => left - right);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  console.log(
    [
      `machines: answers ${listed(answers)}; a sign-up p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`,
      ...lines.map((line) => `  ${line}`),
      ...notes,
    ].join('\n'),
  );
}

export function wrong(text: string): Violation {
  return { text, user: null };
}

export function listed(counts: Map<string, number>): string {
  return [...counts].map(([word, count]) => `${word} ${count}`).join(', ');
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
