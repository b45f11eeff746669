import { join } from 'node:path';
import Database from 'better-sqlite3';
import { percentile } from './percentile.ts';
import { type Progress, sleep } from './progress.ts';
import { addUsers, setStage, temporaryDirectory, warmUp } from './stage.ts';

export interface RequestFigures {
  p50Ms: number;
  p99Ms: number;
  chainDownP99Ms: number;
  bareCommitP99Ms: number;
}

const samples = 300;
const pauseMs = 50;

/**
 * One request after another, 20 a second, while the workers of the same process handle the earlier ones, as
 * in the app. After each, a commit of one row in a separate database with the same settings on the same
 * disk.
 */
export async function measureRequest(_: object, progress: Progress): Promise<RequestFigures> {
  const stage = await setStage({ lanes: 64 });
  const { engine, sql, devnet } = stage;
  await engine.start();
  await warmUp(stage);
  const bareCommit = openBareCommit();
  const bareMs: number[] = [];

  const measure = async (prefix: string) => {
    const requestMs: number[] = [];
    for (const userId of await addUsers(sql, prefix, samples)) {
      const startMs = performance.now();
      await engine.requestWallet(userId);
      const betweenMs = performance.now();
      bareCommit();
      requestMs.push(betweenMs - startMs);
      bareMs.push(performance.now() - betweenMs);
      progress(`chain ${prefix}, ${requestMs.length} of ${samples}`);
      await sleep(pauseMs);
    }
    return requestMs;
  };

  const up = await measure('up');
  await devnet.kill();
  const down = await measure('down');
  return {
    p50Ms: percentile(up, 50),
    p99Ms: percentile(up, 99),
    chainDownP99Ms: percentile(down, 99),
    bareCommitP99Ms: percentile(bareMs, 99),
  };
}

function openBareCommit(): () => void {
  const database = new Database(join(temporaryDirectory(), 'bare.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE "Row" ("id" INTEGER PRIMARY KEY, "text" TEXT NOT NULL)');
  const insert = database.prepare(`INSERT INTO "Row" ("text") VALUES ('one row')`);
  return () => void insert.run();
}
