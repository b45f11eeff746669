import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { postgresServerMissing } from '../../packages/wallet-engine/src/testing/postgres-server.ts';
import { redisServerMissing } from '../../packages/wallet-engine/src/testing/redis-server.ts';
import type { Violation } from '../chaos/verdict.ts';
import { type Crowd, signUpCrowd } from './crowd.ts';
import type { Fleet } from './fleet.ts';
import { comeUp, kill, play, printReport, seconds, settle, unsuccessful, wrong } from './play.ts';

const PEOPLE = Number(process.env.MACHINES_PEOPLE ?? 1_000);
const AT_ONCE = 6;
const AWAY_MS = 30_000;

const missing = redisServerMissing() ?? postgresServerMissing();

if (missing) {
  test(`NOT RUN: ${missing}`, () => console.warn(missing));
} else {
  test('two web processes and two workers make every wallet once while workers, Redis and the database are killed', () =>
    play({ queue: 'bullmq' }, async (fleet) => {
      const { urls, workers, redis, note } = fleet;
      const [first, second] = workers;
      const outage = { fromMs: 0, untilMs: 0 };
      const strikes = new Map<number, () => Promise<void> | void>([
        [0.1, () => kill(first, fleet)],
        [0.2, () => comeUp(first)],
        [0.25, () => endConnections(fleet)],
        [0.35, () => stopDatabase(fleet, outage)],
        [0.45, () => forgetAll(fleet)],
        [0.5, () => endConnections(fleet)],
        [0.6, () => away(fleet)],
        [0.7, () => redis.start()],
        [0.8, () => kill(second, fleet)],
        [0.9, () => comeUp(second)],
      ]);
      const watch = watchLanes(fleet);
      const startedMs = performance.now();
      const crowd = await signUpCrowd({
        urls,
        prefix: 'visitor',
        people: PEOPLE,
        atOnce: AT_ONCE,
        strikes,
      });
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
    play({ queue: 'cron' }, async (fleet) => {
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

function madeBy(logLines: string[]): number {
  return logLines.filter((line) => line.includes('wallet is ready')).length;
}
