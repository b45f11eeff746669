import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../../provisioning/testing/seeded-random.ts';

const PASSWORD = 'spring-heart-9';
/** A frozen server answers when it goes on; a visitor gives up before. */
const PATIENCE_MS = 20_000;

export interface Visits {
  /** Addresses of those whose sign-up was answered with 200. */
  readonly welcomed: Set<string>;
  /** How often what else was answered; `refused` when nobody was there. */
  readonly answers: Map<string, number>;
}

/** Sign-ups one after another, none waiting for the one before, until the time is up. */
export async function signUpMany({
  url,
  random,
  untilMs,
  most,
}: {
  url: string;
  random: SeededRandom;
  untilMs: number;
  most: number;
}): Promise<Visits> {
  const visits: Visits = { welcomed: new Set(), answers: new Map() };
  const pending: Promise<void>[] = [];
  for (let index = 1; index <= most && Date.now() < untilMs; index += 1) {
    const email = `visitor-${index}@example.com`;
    pending.push(
      signUp(url, email).then((answer) => {
        if (answer === '200') visits.welcomed.add(email);
        visits.answers.set(answer, (visits.answers.get(answer) ?? 0) + 1);
      }),
    );
    // Mostly a trickle, now and then several at once.
    await sleep(random.chance(0.3) ? 20 : random.between(300, 1_500));
  }
  await Promise.all(pending);
  return visits;
}

/** @returns the status, or `refused` when no answer came. */
export async function signUp(url: string, email: string): Promise<string> {
  const body = { name: email.split('@')[0], email, password: PASSWORD };
  const answer = await post(`${url}/api/auth/sign-up/email`, body).catch(() => null);
  return answer ? String(answer.status) : 'refused';
}

/**
 * What the pages do with a user whose wallet was never asked for, because the server died in the
 * middle of the sign-up: the next log-in leads to `/wallet-setup`, which asks.
 * @returns false when nobody can log in as that user.
 */
export async function comeBack(url: string, email: string): Promise<boolean> {
  const loggedIn = await post(`${url}/api/auth/sign-in/email`, { email, password: PASSWORD });
  if (!loggedIn.ok) return false;
  const cookie = loggedIn.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const asked = await post(`${url}/api/wallet`, {}, { cookie });
  if (!asked.ok) throw new Error(`asking for the wallet of ${email}: ${asked.status}`);
  return true;
}

function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const { origin } = new URL(url);
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}
