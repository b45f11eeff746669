import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../../packages/wallet-engine/src/testing/simulator/world/seeded-random.ts';

const PASSWORD = 'spring-heart-9';
/** A visitor gives up sooner than a frozen server answers. */
const PATIENCE_MS = 20_000;

/** Least and greatest delay before a visitor retries after an error. */
const RETRY_MS = [500, 1_500] as const;

export interface Visits {
  /** Addresses of those whose sign-up was answered with 200. */
  readonly welcomed: Set<string>;
  /** Addresses without a conclusive answer. */
  readonly lost: string[];
  /** Count of each answer; `refused` without a connection. */
  readonly answers: Map<string, number>;
}

/**
 * Visitors arrive independently of each other. A visitor without an answer retries until there is one:
 * 200, or 422 because an earlier attempt took the address.
 */
export async function signUpMany({
  url,
  random,
  visitors,
  overMs,
  giveUpAtMs,
}: {
  url: string;
  random: SeededRandom;
  visitors: number;
  /** They come spread over this time. */
  overMs: number;
  giveUpAtMs: number;
}): Promise<Visits> {
  const visits: Visits = { welcomed: new Set(), lost: [], answers: new Map() };
  const visit = async (email: string, startMs: number) => {
    await sleep(startMs);
    while (Date.now() < giveUpAtMs) {
      const answer = await signUp(url, email);
      visits.answers.set(answer, (visits.answers.get(answer) ?? 0) + 1);
      if (answer === '200') visits.welcomed.add(email);
      if (answer === '200' || answer === '422') return;
      await sleep(random.between(...RETRY_MS));
    }
    visits.lost.push(email);
  };
  const startMs = Array.from({ length: visitors }, () => random.between(0, overMs));
  await Promise.all(startMs.map((each, index) => visit(`visitor-${index + 1}@example.com`, each)));
  return visits;
}

/** @returns the status, or `refused` when no answer came. */
export async function signUp(url: string, email: string): Promise<string> {
  const body = { name: email.split('@')[0], email, password: PASSWORD };
  const answer = await post(`${url}/api/auth/sign-up/email`, body).catch(() => null);
  return answer ? String(answer.status) : 'refused';
}

/**
 * What the pages do for a user whose wallet was never requested, because the server crashed during the
 * sign-up: the next log-in leads to `/wallet-setup`, which requests it.
 * @returns false when the user cannot log in
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
