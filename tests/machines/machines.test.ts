import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { postgresServerMissing } from '../../packages/wallet-engine/src/testing/postgres-server.ts';
import { redisServerMissing } from '../../packages/wallet-engine/src/testing/redis-server.ts';
import type { DatabaseReader } from '../chaos/database-reader.ts';
import type { ManagedProcess } from '../chaos/managed-process.ts';
import { reportOf } from '../chaos/report.ts';
import { judge, type Violation } from '../chaos/verdict.ts';
import { type Crowd, signUpCrowd } from './crowd.ts';
import { type Fleet, launch, type QueueName } from './fleet.ts';

const PEOPLE = Number(process.env.MACHINES_PEOPLE ?? 1_000);
const AT_ONCE = 6;
const AWAY_MS = 30_000;
const START_LIMIT_MS = 60_000;
/** From the last sign-up; a proof of expiry alone takes more than a minute. */
const SETTLE_LIMIT_MS = 240_000;

const missing = redisServerMissing() ?? postgresServerMissing();

if (missing) {
  test(`NOT RUN: ${missing}`, () => console.warn(missing));
} else {
  test('two web processes and two workers make every wallet once while workers, Redis and the database are killed', () =>
    play('bullmq', async (fleet) => {
      const { urls, workers, redis, note } = fleet;
      const [first, second] = workers;
      const outage = { fromMs: 0, untilMs: 0 };
      const plan = new Map<number, () => Promise<void> | void>([
        [0.1, () => kill(fleet, 0)],
        [0.2, () => comeUp(first)],
        [0.25, () => endConnections(fleet)],
        [0.35, () => stopDatabase(fleet, outage)],
        [0.45, () => forgetAll(fleet)],
        [0.5, () => endConnections(fleet)],
        [0.6, () => away(fleet)],
        [0.7, () => redis.start()],
        [0.8, () => kill(fleet, 1)],
        [0.9, () => comeUp(second)],
      ]);
      // One after the other: a process that starts while the database is down exits with an error.
      let faults = Promise.resolve();
      const watch = watchLanes(fleet);
      const startedMs = performance.now();
      const crowd = await signUpCrowd({
        urls,
        prefix: 'visitor',
        people: PEOPLE,
        atOnce: AT_ONCE,
        onAnswer: (answered) => {
          for (const [share, strike] of plan) {
            if (answered < PEOPLE * share) continue;
            plan.delete(share);
            faults = faults.then(strike);
            // Awaited after the sign-ups; until then a failure must not end the run.
            faults.catch(() => undefined);
          }
        },
      });
      await faults;
      const tookMs = performance.now() - startedMs;
      note('all have signed up');
      for (const each of [redis, ...workers]) each.start();
      const settledMs = await settle(fleet, PEOPLE);
      const shared = await watch.stop();
      const made = workers.map((worker) => madeBy(worker.logLines()));
      printReport(fleet, crowd, [
        `${PEOPLE} sign-ups in ${seconds(tookMs)}, all READY ${seconds(settledMs)} later`,
        `wallets made: ${workers.map(({ name }, index) => `${name} ${made[index]}`).join(', ')}`,
        `leases seen: ${shared.leases}`,
      ]);
      const idle = workers.filter((_, index) => made[index] === 0);
      return [
        ...unsuccessful(crowd, PEOPLE),
        ...wrongAnswers(crowd, outage),
        ...shared.violations,
        ...idle.map(({ name }) => wrong(`${name} made no wallet`)),
      ];
    }));

  test('switching from one queue to the other and back loses no wallet in flight', () =>
    play('cron', async (fleet) => {
      const people = 40;
      const crowds: Crowd[] = [];
      const rush = async (prefix: string) => {
        crowds.push(await signUpCrowd({ urls: fleet.urls, prefix, people, atOnce: AT_ONCE }));
        const ready = (await fleet.database.states()).get('READY') ?? 0;
        fleet.note(`${crowds.length * people - ready} wallets in flight`);
        return crowds.length * people - ready;
      };
      const inFlight = [await rush('before')];
      await fleet.switchTo('bullmq');
      inFlight.push(await rush('with-redis'));
      await fleet.switchTo('cron');
      await rush('after');
      const settledMs = await settle(fleet, people * crowds.length);
      for (const crowd of crowds)
        printReport(fleet, crowd, [`settled ${seconds(settledMs)} later`]);
      return [
        ...crowds.flatMap((crowd) => unsuccessful(crowd, people)),
        ...inFlight.filter((count) => count === 0).map(() => wrong('nothing was in flight')),
      ];
    }));
}

/** A fleet for one run, removed afterwards; violations are reported with logs and rows. */
async function play(queue: QueueName, act: (fleet: Fleet) => Promise<Violation[]>): Promise<void> {
  const fleet = await launch(queue);
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
      const title = `machines, queue ${queue}`;
      throw new Error(reportOf({ title, processes, notes, database, violations }));
    }
    expect(database.users().length).toBeGreaterThan(0);
  } finally {
    database?.close();
    await fleet.dispose();
  }
}

async function kill({ workers, note }: Fleet, index: 0 | 1): Promise<void> {
  note(`${workers[index].name}: SIGKILL`);
  await workers[index].kill();
}

async function comeUp(worker: ManagedProcess): Promise<void> {
  const isUp = (line: string) => line.startsWith('Choonsim worker:');
  const before = worker.logLines().filter(isUp).length;
  worker.start();
  const untilMs = performance.now() + START_LIMIT_MS;
  while (worker.logLines().filter(isUp).length === before) {
    if (performance.now() > untilMs) throw new Error(`${worker.name} did not start`);
    await sleep(100);
  }
}

/** Ends all connections at once, as an operator or a proxy may. */
async function endConnections({ server, note }: Fleet): Promise<void> {
  const ended = await server.query(`SELECT pg_terminate_backend("pid") FROM "pg_stat_activity"
    WHERE "application_name" = 'choonsim'`);
  note(`PostgreSQL: ${ended.length} connections ended`);
}

async function stopDatabase(
  { server, note }: Fleet,
  outage: { fromMs: number; untilMs: number },
): Promise<void> {
  note('PostgreSQL: stopped');
  outage.fromMs = performance.now();
  outage.untilMs = Number.POSITIVE_INFINITY;
  await server.kill();
  await sleep(AWAY_MS);
  await server.start();
  outage.untilMs = performance.now();
  note('PostgreSQL: started');
}

/** First answers other than 200, or 503 while the database was down. */
function wrongAnswers(
  { firsts }: Crowd,
  { fromMs, untilMs }: { fromMs: number; untilMs: number },
): Violation[] {
  const wrongs = firsts.filter(({ answer, askedMs, answeredMs }) => {
    if (answer === '200') return false;
    return answer !== '503' || answeredMs < fromMs || askedMs > untilMs;
  });
  return wrongs.map(({ answer, askedMs }) =>
    wrong(
      `a first answer was ${answer}, ${seconds(askedMs - fromMs)} after the database was stopped`,
    ),
  );
}

async function forgetAll({ redisUrl, note }: Fleet): Promise<void> {
  const client = new Redis(redisUrl);
  note(`Redis: FLUSHALL, ${await client.dbsize()} keys`);
  await client.flushall();
  client.disconnect();
}

async function away({ redis, urls, note }: Fleet): Promise<void> {
  note('Redis: SIGKILL');
  await redis.kill();
  await sleep(500);
  const answer = await fetch(`${urls[0]}/readyz`);
  const body: unknown = await answer.json();
  expect({ status: answer.status, body }).toMatchObject({
    status: 200,
    body: { queue: 'REDIS_AWAY', paused: null },
  });
}

/** Each fencing token of a lane must have one holder. */
function watchLanes({ database }: Fleet) {
  const holders = new Map<string, string>();
  const violations: Violation[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      // Unreadable while the database is down.
      const leases = await database.leases().catch(() => []);
      for (const { laneNumber, fencingToken, holder } of leases) {
        if (holder === null) continue;
        const lease = `lane ${laneNumber}, token ${fencingToken}`;
        const other = holders.get(lease) ?? holder;
        holders.set(lease, other);
        if (other !== holder) violations.push(wrong(`${lease}: ${other} and ${holder}`));
      }
      await sleep(200);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await watching;
      return { violations, leases: holders.size };
    },
  };
}

/** Waits until all wallets are READY or the time is up; the verdict reports the rest. */
async function settle({ database }: Fleet, people: number): Promise<number> {
  const startedMs = performance.now();
  while (performance.now() - startedMs < SETTLE_LIMIT_MS) {
    const states = await database.states().catch(() => null);
    if (states?.get('READY') === people) break;
    await sleep(250);
  }
  return performance.now() - startedMs;
}

function unsuccessful({ answers, welcomed }: Crowd, people: number): Violation[] {
  if (welcomed.size === people) return [];
  return [wrong(`not every sign-up succeeded: ${listed(answers)}`)];
}

function printReport({ notes }: Fleet, { answers, firsts }: Crowd, lines: string[]): void {
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

function madeBy(logLines: string[]): number {
  return logLines.filter((line) => line.includes('wallet is ready')).length;
}

function wrong(text: string): Violation {
  return { text, user: null };
}

function listed(counts: Map<string, number>): string {
  return [...counts].map(([word, count]) => `${word} ${count}`).join(', ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
