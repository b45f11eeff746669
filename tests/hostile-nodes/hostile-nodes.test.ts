import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHOCO_TOKEN } from '@choonsim/near-devnet';
import { expect, test } from 'vitest';
import { SeededRandom } from '../../packages/wallet-engine/src/testing/simulator/world/seeded-random.ts';
import { injectFaults } from '../chaos/process-faults.ts';
import { reportOf } from '../chaos/report.ts';
import { judge, type Violation } from '../chaos/verdict.ts';
import { waitUntilSettled } from '../chaos/wait-until-settled.ts';
import { failSomewhere } from './failed-transaction.ts';
import { atRandom } from './mischief.ts';
import { judgeNear } from './near-ledger.ts';
import { type Scene, setScene } from './scene.ts';

const seed = Number(process.env.HOSTILE_SEED ?? randomInt(1_000_000));
const USERS = 60;
const GROUP = 5;
const HOSTILE_MS = 20_000;
/** Share of requests with a fault. */
const SHARE = 0.4;
/** From the last fault; a proof that a transaction can never execute takes more than a minute. */
const CALM_LIMIT_MS = 150_000;
const LATEST_ARRIVAL_MS = 12_000;

test.concurrent('every user is paid once and the ledger equals the chain although the nodes lie', () =>
  play({ title: `HOSTILE_SEED=${seed}`, workers: 2 }, async (scene) => {
    const { nodes, workers, database, note } = scene;
    console.log(`hostile nodes: HOSTILE_SEED=${seed}`);
    const random = (stream: number) => new SeededRandom(seed * 10 + stream);
    for (const [index, node] of nodes.entries()) node.decide = atRandom(random(index), SHARE);
    const untilMs = Date.now() + HOSTILE_MS;
    const arrive = async () => {
      for (let users = 0; users < USERS; users += GROUP) {
        await scene.addUsers(GROUP);
        await sleep((HOSTILE_MS * 0.8 * GROUP) / USERS);
      }
    };
    await Promise.all([
      arrive(),
      ...workers.map((victim, index) =>
        injectFaults({
          victim,
          random: random(2 + index),
          firstFault: 'kill',
          respiteMs: [3_000, 8_000],
          untilMs,
          note,
        }),
      ),
    ]);
    for (const node of nodes) node.decide = null;
    for (const worker of workers) {
      worker.thaw();
      worker.start();
    }
    note('the nodes are honest from now on');
    const calmSinceMs = Date.now();
    // Delayed requests arrive before the verdict.
    await sleep(LATEST_ARRIVAL_MS);
    await waitUntilSettled(database, calmSinceMs + CALM_LIMIT_MS);
    const done = new Map<string, number>();
    for (const node of nodes) {
      for (const [name, count] of node.done) done.set(name, (done.get(name) ?? 0) + count);
    }
    console.log(
      [
        `hostile nodes: all done ${((Date.now() - calmSinceMs) / 1000).toFixed(1)} s after the last fault`,
        `  ${[...done].map(([name, count]) => `${name} ${count}`).join(', ')}`,
        ...scene.notes
          .filter((line) => /by itself|SIGKILL|SIGSTOP/.test(line))
          .map((line) => `  ${line.split('\n')[0]}`),
      ].join('\n'),
    );
    expect(database.users()).toHaveLength(USERS);
  }));

test.concurrent("another transaction's failure in reply to a reward is not an outcome: the delayed bytes pay once", () =>
  play({ title: 'a crossed reply', workers: 1 }, async (scene) => {
    const { nodes, nodeUrl, database } = scene;
    const hash = await failSomewhere(nodeUrl);
    // Before the engine would sign again, and long after it.
    const lateMs = [2_000, 4_000, 10_000];
    const crossed = new Set<string>();
    for (const node of nodes) {
      node.decide = ({ method, subject }) => {
        const isReward = method === 'send_tx' && subject.accountIds.includes(CHOCO_TOKEN);
        const arrivesInMs = lateMs[crossed.size];
        if (!isReward || crossed.has(subject.txHash) || arrivesInMs === undefined) return null;
        crossed.add(subject.txHash);
        return {
          name: 'crossed',
          fault: { kind: 'other-transaction', hash },
          lateMs: arrivesInMs,
        };
      };
    }
    for (const _ of lateMs) {
      await scene.addUsers(1);
      await sleep(1_500);
    }
    await sleep(LATEST_ARRIVAL_MS);
    await waitUntilSettled(database, Date.now() + CALM_LIMIT_MS);
    expect(crossed.size).toBe(lateMs.length);
  }));

/** Processes and a database for one run, removed afterwards; violations are reported with logs and rows. */
async function play(
  { title, workers }: { title: string; workers: number },
  act: (scene: Scene) => Promise<void>,
): Promise<void> {
  const scene = await setScene(workers);
  try {
    const { database, nodeUrl, encryptionKey, notes, devnet } = scene;
    const violations: Violation[] = [];
    try {
      await act(scene);
      violations.push(
        ...(await judge({ deployment: { nodeUrl, encryptionKey }, database, excused: new Set() })),
        ...(await judgeNear(scene)).map((text) => ({ text, user: null })),
      );
    } catch (error) {
      violations.push({
        text: error instanceof Error ? String(error.stack) : String(error),
        user: null,
      });
    }
    if (violations.length > 0) {
      const processes = [devnet, ...scene.workers];
      throw new Error(reportOf({ title, processes, notes, database, violations }));
    }
  } finally {
    await scene.dispose();
  }
}
