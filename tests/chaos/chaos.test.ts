import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SeededRandom } from '../../packages/wallet-engine/src/testing/simulator/world/seeded-random.ts';
import { DatabaseReader, type UserRow } from './database-reader.ts';
import { type Deployment, deploy } from './deployment.ts';
import { injectFaults } from './process-faults.ts';
import { reportOf } from './report.ts';
import { judge, type Violation } from './verdict.ts';
import { comeBack, signUp, signUpMany } from './visitors.ts';
import { waitUntilSettled } from './wait-until-settled.ts';

const seed = Number(process.env.CHAOS_SEED ?? randomInt(1_000_000));
const CHAOS_MS = 60_000;
/** From the last fault; a proof of expiry alone takes more than a minute. */
const CALM_LIMIT_MS = 240_000;
/** For visitors who could not sign up before the last fault. */
const LATE_VISITORS_MS = 60_000;
const VISITORS = 80;
const TAKEOVER_LIMIT_MS = 15_000;

interface Scene {
  readonly deployment: Deployment;
  readonly database: DatabaseReader;
}

test('every user ends with one account, one key and one reward although processes are killed and frozen', () =>
  play({ serverSeesChain: true }, async ({ deployment, database }) => {
    const { url, server, devnet, workers, note } = deployment;
    console.log(`chaos: CHAOS_SEED=${seed}`);
    const untilMs = Date.now() + CHAOS_MS;
    const victims = [
      { victim: workers[0], firstFault: 'kill', respiteMs: [1_000, 7_000] },
      { victim: workers[1], firstFault: 'freeze', respiteMs: [1_000, 7_000] },
      { victim: server, firstFault: 'kill', respiteMs: [5_000, 14_000] },
      { victim: devnet, firstFault: 'kill', respiteMs: [4_000, 12_000] },
    ] as const;
    const random = (stream: number) => new SeededRandom(seed * 10 + stream);
    const [visits, keys, ...faults] = await Promise.all([
      signUpMany({
        url,
        random: random(0),
        visitors: VISITORS,
        overMs: CHAOS_MS,
        giveUpAtMs: untilMs + LATE_VISITORS_MS,
      }),
      readFirstKeys(database, untilMs),
      ...victims.map((each, index) =>
        injectFaults({ ...each, random: random(index + 1), untilMs, note }),
      ),
    ]);
    note('calm');
    await deployment.calm();
    const { without, excused } = await bringBack(url, database);
    const forgotten = without.filter((email) => visits.welcomed.has(email));
    await waitUntilSettled(database, untilMs + CALM_LIMIT_MS);

    const users = database.users();
    console.log(
      [
        `chaos: ${users.length} users, all done ${seconds(Date.now() - untilMs)} after the last fault`,
        `  sign-ups answered    ${listed(visits.answers)}`,
        ...victims.map(
          ({ victim }, index) => `  ${victim.name.padEnd(20)} ${listed(faults[index])}`,
        ),
        `  transactions         ${listed(tally(database.transactions().map(({ status }) => status)))}`,
        `  takeovers            ${users.reduce((sum, { walletTakeovers }) => sum + walletTakeovers, 0)}`,
        `  signed up, no wallet ${without.length}, answered with 200 all the same ${forgotten.length}`,
        `  without a password   ${excused.size}`,
        ...deployment.notes.filter((line) => line.includes('by itself')),
      ].join('\n'),
    );
    const violations = await judge({ deployment, database, excused });
    const emails = new Set(users.map(({ email }) => email));
    for (const email of visits.welcomed) {
      if (!emails.has(email)) violations.push({ text: `${email} is not known`, user: null });
    }
    for (const email of visits.lost) {
      violations.push({ text: `${email} could never sign up`, user: null });
    }
    for (const user of users) {
      const first = keys.get(user.id);
      if (first && first !== keyOf(user)) violations.push({ text: 'has other keys now', user });
    }
    return violations;
  }));

test('wallets of a worker killed with kill -9 are READY within seconds', () =>
  // The server cannot reach the chain, so that only the workers make wallets.
  play({ serverSeesChain: false }, async ({ deployment, database }) => {
    const { url, workers, note } = deployment;
    expect(await signUp(url, 'first@example.com')).toBe('200');
    await waitUntilSettled(database);
    const figures: number[] = [];
    for (const round of ['a', 'b', 'c']) {
      const emails = ['1', '2', '3'].map((each) => `${round}${each}@example.com`);
      const answers = await Promise.all(emails.map((email) => signUp(url, email)));
      expect(answers).toEqual(['200', '200', '200']);
      const { holder, userIds } = await findHolder({ database, workers, emails });
      await holder.kill();
      const killedAtMs = Date.now();
      note(`${holder.name}: SIGKILL while it made ${userIds.length} wallets`);
      const isReady = ({ id, walletStatus }: UserRow) =>
        !userIds.includes(id) || walletStatus === 'READY';
      while (!database.users().every(isReady) && Date.now() - killedAtMs < TAKEOVER_LIMIT_MS) {
        await sleep(20);
      }
      figures.push(Date.now() - killedAtMs);
      holder.start();
      await waitUntilSettled(database);
    }
    console.log(`chaos: from kill -9 to READY ${figures.map(seconds).join(', ')}`);
    const violations = await judge({ deployment, database, excused: new Set() });
    const isLate = figures.some((figure) => figure >= TAKEOVER_LIMIT_MS);
    return isLate ? [...violations, { text: 'a takeover was late', user: null }] : violations;
  }));

/** Processes and a database for one run, removed afterwards; violations are reported with logs and rows. */
async function play(
  options: { serverSeesChain: boolean },
  act: (scene: Scene) => Promise<Violation[]>,
): Promise<void> {
  const deployment = await deploy(options);
  try {
    await deployment.calm();
    const database = new DatabaseReader(deployment.databaseFile);
    try {
      const violations = await act({ deployment, database }).catch((error: unknown) => [
        { text: error instanceof Error ? String(error.stack) : String(error), user: null },
      ]);
      if (violations.length > 0) {
        const { notes, devnet, server, workers } = deployment;
        const processes = [devnet, server, ...workers];
        const title = `CHAOS_SEED=${seed}`;
        throw new Error(reportOf({ title, processes, notes, database, violations }));
      }
    } finally {
      database.close();
    }
  } finally {
    await deployment.dispose();
  }
}

/** Keys are written once: the first ones seen for a user must still be there at the end. */
async function readFirstKeys(
  database: DatabaseReader,
  untilMs: number,
): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  while (Date.now() < untilMs) {
    for (const user of database.users()) {
      if (user.nearAccountId && !keys.has(user.id)) keys.set(user.id, keyOf(user));
    }
    await sleep(500);
  }
  return keys;
}

function keyOf({ nearAccountId, nearPublicKey, nearPrivateKey }: UserRow): string {
  return [nearAccountId, nearPublicKey, nearPrivateKey].join(' ');
}

/**
 * Users whose sign-up ended before their wallet was requested log in and request it; users without a
 * usable password are excused.
 */
async function bringBack(
  url: string,
  database: DatabaseReader,
): Promise<{ without: string[]; excused: Set<string> }> {
  const excused = new Set<string>();
  const without = database.users().filter(({ walletStatus }) => walletStatus === null);
  for (const { id, email } of without) {
    if (!(await comeBack(url, email))) excused.add(id);
  }
  return { without: without.map(({ email }) => email), excused };
}

/** The worker that has signed for some unfinished wallets, and the users of these. */
async function findHolder({
  database,
  workers,
  emails,
}: {
  database: DatabaseReader;
  workers: Deployment['workers'];
  emails: string[];
}) {
  const untilMs = Date.now() + 30_000;
  while (Date.now() < untilMs) {
    const creating = database
      .users()
      .filter(({ email, walletStatus }) => emails.includes(email) && walletStatus === 'CREATING');
    for (const holder of workers) {
      const userIds = creating
        .map(({ id }) => id)
        .filter((id) => database.holdersFor(id).some((name) => name.includes(`/${holder.pid}/`)));
      if (userIds.length > 0) return { holder, userIds };
    }
    await sleep(10);
  }
  throw new Error('no worker took the wallets');
}

function tally(words: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function listed(counts: Map<string, number> | undefined): string {
  return [...(counts ?? [])].map(([word, count]) => `${word} ${count}`).join(', ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
