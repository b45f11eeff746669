import type Database from 'better-sqlite3';
import { startRedisServer } from '#engine/testing/redis-server.ts';
import { type StartedProcess, startProcess } from './child-process.ts';
import { type Progress, sleep, until } from './progress.ts';
import { addUsers, type Stage, setStage, untilReady } from './stage.ts';

export interface TakeoverFigures {
  /** The worst round. */
  maxMs: number;
}

export interface TakeoverOptions {
  queue: 'cron' | 'bullmq';
}

const wallets = 8;
/** After the first signature: not yet sent, sent, included, nearly done, after a heartbeat. */
const killedAfterMs = [0, 100, 400, 900, 1_500, 2_200];

/** Two workers of the app: the one that signs for the wallets is killed, the other finishes them. */
export async function measureTakeover(
  { queue }: TakeoverOptions,
  progress: Progress,
): Promise<TakeoverFigures> {
  const stage = await setStage({ env: queue === 'bullmq' ? await queueOverRedis() : {} });
  const { sql, sqlite, engine } = stage;
  let workers = [await startWorker(stage)];
  const [first = ''] = await addUsers(sql, 'warm-up', 1);
  await engine.requestWallet(first);
  await untilReady(sql, [first], 60_000);

  let maxMs = 0;
  for (const [round, afterMs] of killedAfterMs.entries()) {
    progress(`round ${round + 1} of ${killedAfterMs.length}`);
    workers.push(await startWorker(stage));
    const userIds = await addUsers(sql, `round-${round}`, wallets);
    // This process only requests, like a web process without a worker.
    for (const userId of userIds) await engine.requestWallet(userId);
    const signerPid = await untilSigned(sqlite, userIds);
    await sleep(afterMs);
    const victim = workers.find(({ pid }) => pid === signerPid);
    if (!victim) throw new Error('the wallets are signed for by no worker of ours');
    await victim.kill();
    const killedMs = performance.now();
    await untilReady(sql, userIds, 60_000);
    maxMs = Math.max(maxMs, performance.now() - killedMs);
    workers = workers.filter((worker) => worker !== victim);
  }
  for (const worker of workers) await worker.kill();
  return { maxMs };
}

async function queueOverRedis(): Promise<Record<string, string>> {
  const { url } = await startRedisServer();
  return { WALLET_QUEUE: 'bullmq', REDIS_URL: url };
}

function startWorker({ env }: Stage): Promise<StartedProcess> {
  return startProcess({ script: 'worker.ts', env, announcement: /Choonsim worker/ });
}

/** @returns the process that holds a lane which signed for one of the wallets */
async function untilSigned(sqlite: Database.Database, userIds: string[]): Promise<number> {
  const holders = sqlite.prepare<[string], { holder: string }>(
    `SELECT "lane"."holder" FROM "ChainTransactionWallet" AS "link"
     JOIN "ChainTransaction" AS "tx" ON "tx"."hash" = "link"."hash"
     JOIN "ServiceKeyLane" AS "lane" ON "lane"."publicKey" = "tx"."publicKey"
     WHERE "link"."userId" IN (SELECT "value" FROM json_each(?)) AND "lane"."holder" IS NOT NULL`,
  );
  const ids = JSON.stringify(userIds);
  const find = () => holders.get(ids)?.holder;
  await until(() => find() !== undefined, { what: 'wallets signed for', withinMs: 60_000 });
  // Host name, process id, a random id.
  return Number(find()?.split('/').at(-2));
}
