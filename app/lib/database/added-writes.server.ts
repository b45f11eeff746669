import { AsyncLocalStorage } from 'node:async_hooks';
import type { writeAtomically } from '../db.server.ts';

type Query = Parameters<typeof writeAtomically>[0][number];

const requests = new AsyncLocalStorage<{ queries: readonly Query[] }>();

/** Runs one request to the auth library, to whose commit writes may be added. */
export function withAddedWrites<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  return requests.run({ queries: [] }, act);
}

/**
 * Adds writes to the library's next transaction of this request, in the same commit.
 * @throws outside of a request
 */
export function addWrites(queries: readonly Query[]): void {
  const request = requests.getStore();
  if (!request) throw new Error('There is no request to whose commit this could be added.');
  request.queries = queries;
}

/** Removes and returns what was added, so that it is written once. */
export function takeAddedWrites(): readonly Query[] {
  const request = requests.getStore();
  if (!request) return [];
  const { queries } = request;
  request.queries = [];
  return queries;
}
