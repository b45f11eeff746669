import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'vitest';
import { postgresServerMissing } from '../../packages/wallet-engine/src/testing/postgres-server.ts';
import type { ManagedProcess } from '../chaos/managed-process.ts';
import { signUpCrowd } from './crowd.ts';
import type { Fleet } from './fleet.ts';
import { comeUp, kill, play, printReport, seconds, settle, unsuccessful, wrong } from './play.ts';
import { watchOwners } from './watched-owners.ts';

const PEOPLE = Number(process.env.MACHINES_TAKERS ?? 1_000);
/** Many at once, so that both web processes take the same wallets at the same moment. */
const AT_ONCE = 12;
const STOCK = 100;
const FILL_LIMIT_MS = 180_000;
/** A web process is down for so long. */
const AWAY_MS = 1_500;

const missing = postgresServerMissing();

if (missing) {
  test(`NOT RUN: ${missing}`, () => console.warn(missing));
} else {
  test('two web processes take from one stock: one owner a wallet and one wallet a user, whatever is killed', () =>
    play({ queue: 'cron', stock: STOCK }, async (fleet) => {
      const { webs, workers, note } = fleet;
      await untilStocked(fleet);
      note(`${STOCK} wallets in stock`);
      const owners = watchOwners(fleet);
      const strikes = new Map<number, () => Promise<void>>([
        [0.02, () => restart(webs[0], fleet)],
        [0.05, () => restart(webs[1], fleet)],
        [0.2, () => kill(workers[0], fleet)],
        [0.3, () => comeUp(workers[0])],
        [0.4, () => restart(webs[1], fleet)],
        [0.5, () => kill(workers[1], fleet)],
        [0.6, () => comeUp(workers[1])],
        [0.7, () => restart(webs[0], fleet)],
      ]);
      const startedMs = performance.now();
      const crowd = await signUpCrowd({
        urls: fleet.urls,
        prefix: 'taker',
        people: PEOPLE,
        atOnce: AT_ONCE,
        strikes,
      });
      const tookMs = performance.now() - startedMs;
      note('all have signed up');
      const settledMs = await settle(fleet, PEOPLE);
      await untilStocked(fleet);
      const seen = await owners.stop();
      const takes = webs.map((web) => takenBy(web));
      const copy = await fleet.database.copy();
      const takenTwice = copy.takes().filter(({ times }) => times > 1);
      copy.close();
      printReport(fleet, crowd, [
        `${PEOPLE} sign-ups in ${seconds(tookMs)}, all READY ${seconds(settledMs)} later`,
        `taken from the stock: ${webs.map(({ name }, index) => `${name} ${takes[index]}`).join(', ')}`,
      ]);
      const idle = webs.filter((_, index) => takes[index] === 0);
      return [
        ...unsuccessful(crowd, PEOPLE),
        ...seen.violations,
        ...(seen.owned === PEOPLE ? [] : [wrong(`${seen.owned} wallets have owners`)]),
        ...takenTwice.map(({ walletId, times }) => wrong(`${walletId} was taken ${times} times`)),
        ...idle.map(({ name }) => wrong(`${name} took nothing from the stock`)),
      ];
    }));
}

/** Waits until the stock is full and none of it is being made. */
async function untilStocked({ database }: Fleet): Promise<void> {
  const untilMs = performance.now() + FILL_LIMIT_MS;
  for (;;) {
    const stock = await database.stock();
    const isSettled = [...stock.keys()].every((status) => status === 'READY');
    if (isSettled && (stock.get('READY') ?? 0) >= STOCK) return;
    if (performance.now() > untilMs) {
      throw new Error(`the stock is not filled: ${JSON.stringify([...stock])}`);
    }
    await sleep(250);
  }
}

/** `kill -9` in the middle of its requests, and a start soon after. */
async function restart(web: ManagedProcess, fleet: Fleet): Promise<void> {
  await kill(web, fleet);
  await sleep(AWAY_MS);
  web.start();
}

function takenBy(web: ManagedProcess): number {
  return web.logLines().filter((line) => line.includes('wallet taken')).length;
}
