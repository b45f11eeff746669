import { setTimeout as sleep } from 'node:timers/promises';
import { comeBack, signUp } from '../chaos/visitors.ts';

/** What somebody was answered who asked for the first time. */
export interface FirstAnswer {
  readonly answer: string;
  readonly askedMs: number;
  readonly answeredMs: number;
}

export interface Crowd {
  /** Addresses of those who signed up, or could log in where the answer did not reach them. */
  readonly welcomed: Set<string>;
  /** How often what was answered. */
  readonly answers: Map<string, number>;
  readonly firsts: FirstAnswer[];
}

/** Longer nobody tries: a server that is away for half a minute has been back for as long. */
const PATIENCE_MS = 75_000;
/** As `Retry-After` says. */
const RETRY_MS = 2_000;

/**
 * Sign-ups over all addresses in turn, `atOnce` of them at a time. Who is not let in tries again and then
 * logs in, as people do.
 */
export async function signUpCrowd({
  urls,
  prefix,
  people,
  atOnce,
  onAnswer = () => undefined,
}: {
  urls: readonly string[];
  prefix: string;
  people: number;
  atOnce: number;
  onAnswer?: (answered: number) => void;
}): Promise<Crowd> {
  const crowd: Crowd = { welcomed: new Set(), answers: new Map(), firsts: [] };
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
      onAnswer(crowd.firsts.length);
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
  return crowd;
}

function count(answers: Map<string, number>, answer: string): void {
  answers.set(answer, (answers.get(answer) ?? 0) + 1);
}
