import { comeBack, signUp } from '../violence/visitors.ts';

export interface Crowd {
  /** Addresses of those who signed up, or could log in where the answer did not reach them. */
  readonly welcomed: Set<string>;
  /** How often what was answered. */
  readonly answers: Map<string, number>;
  /** How long each answer took. */
  readonly tookMs: number[];
}

/**
 * Sign-ups over all addresses in turn, `atOnce` of them at a time. Who gets no answer, as on a machine
 * that is too busy, tries again and then logs in, as people do.
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
  const crowd: Crowd = { welcomed: new Set(), answers: new Map(), tookMs: [] };
  let next = 0;
  const visit = async () => {
    while (next < people) {
      const index = next++;
      const email = `${prefix}-${index}@example.com`;
      const startedMs = performance.now();
      const url = urls[index % urls.length] ?? '';
      const visits = [await signUp(url, email)];
      crowd.tookMs.push(performance.now() - startedMs);
      if (visits[0] !== '200') visits.push(await signUp(url, email));
      for (const answer of visits) {
        crowd.answers.set(answer, (crowd.answers.get(answer) ?? 0) + 1);
      }
      if (visits.includes('200') || (await comeBack(url, email).catch(() => false))) {
        crowd.welcomed.add(email);
      }
      onAnswer(crowd.tookMs.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, visit));
  return crowd;
}
