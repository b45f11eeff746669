import { AsyncLocalStorage } from 'node:async_hooks';
import type { writeAtomically } from './db.server.ts';

type Query = Parameters<typeof writeAtomically>[0][number];

const requests = new AsyncLocalStorage<{ queries: readonly Query[] }>();

/** One request to the auth library, to whose commit something may be added. */
export function withAddedWrites<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  return requests.run({ queries: [] }, act);
}

/**
 * What the library's next transaction of this request writes as well, in the same commit.
 * @throws outside of a request, where nothing would write it
 */
export function addWrites(queries: readonly Query[]): void {
  const request = requests.getStore();
  if (!request) throw new Error('There is no request to whose commit this could be added.');
  request.queries = queries;
}

/** Takes what was added: it is written once. */
export function takeAddedWrites(): readonly Query[] {
  const request = requests.getStore();
  if (!request) return [];
  const { queries } = request;
  request.queries = [];
  return queries;
}
