import { setTimeout as sleep } from 'node:timers/promises';
import { comeBack, signUp } from '../chaos/visitors.ts';

/** The answer to a first sign-up attempt. */
export interface FirstAnswer {
  readonly answer: string;
  readonly askedMs: number;
  readonly answeredMs: number;
}

export interface Crowd {
  /** Addresses that signed up, or could log in where the answer was lost. */
  readonly welcomed: Set<string>;
  /** Count of each answer. */
  readonly answers: Map<string, number>;
  readonly firsts: FirstAnswer[];
}

/** Limit for retries: twice as long as the database is down. */
const PATIENCE_MS = 75_000;
/** As `Retry-After` says. */
const RETRY_MS = 2_000;

/**
 * Sign-ups over all servers in turn, `atOnce` of them at a time. A visitor without success retries, and
 * logs in if the address is taken. The strikes follow one another, since a process that starts while the database
 * is down exits with an error; all are over when this resolves.
 */
export async function signUpCrowd({
  urls,
  prefix,
  people,
  atOnce,
  strikes = new Map(),
}: {
  urls: readonly string[];
  prefix: string;
  people: number;
  atOnce: number;
  /** What to do once this share of the people has had a first answer. */
  strikes?: ReadonlyMap<number, () => Promise<void> | void>;
}): Promise<Crowd> {
  const crowd: Crowd = { welcomed: new Set(), answers: new Map(), firsts: [] };
  const left = new Map(strikes);
  let struck = Promise.resolve();
  const strikeIfDue = () => {
    for (const [share, strike] of left) {
      if (crowd.firsts.length < people * share) continue;
      left.delete(share);
      struck = struck.then(strike);
      // Awaited after the sign-ups; until then a failure must not end the run.
      struck.catch(() => undefined);
    }
  };
  let next = 0;
  const visit = async () => {
    while (next < people) {
      const index = next++;
      const email = `${prefix}-${index}@example.com`;
      const url = urls[index % urls.length] ?? '';
      const askedMs = performance.now();
      let answer = await signUp(url, email);
      crowd.firsts.push({ answer, askedMs, answeredMs: performance.now() });
      count(crowd.answers, answer);
      strikeIfDue();
      while (answer !== '200' && answer !== '422' && performance.now() < askedMs + PATIENCE_MS) {
        await sleep(RETRY_MS);
        answer = await signUp(url, email);
        count(crowd.answers, answer);
      }
      if (answer === '200' || (await comeBack(url, email).catch(() => false))) {
        crowd.welcomed.add(email);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, visit));
  await struck;
  return crowd;
}

function count(answers: Map<string, number>, answer: string): void {
  answers.set(answer, (answers.get(answer) ?? 0) + 1);
}
