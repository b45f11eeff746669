import type { PostgresSessions } from '#engine/adapters/postgres/postgres-database.ts';
import { causesOf } from './database-error.server.ts';

/** What a connection pooler between us and PostgreSQL does wrong; `error` continues "A connection pooler at …". */
export interface PoolerFault {
  readonly error: string;
  readonly remedy: string;
}

const mixedUp: PoolerFault = {
  error: 'mixes up the prepared statements of its clients.',
  remedy:
    'Connect to PostgreSQL itself, or use a pooler that keeps them apart: PgBouncer 1.21 or newer with ' +
    'max_prepared_statements above 0, or any that pools per session (docs/many-machines.md).',
};

/**
 * Checks what our connections rely on.
 * @param other other connections to the same database
 * @throws what the driver throws, see {@link poolerFaultOf}
 */
export async function findPoolerFault(
  sessions: PostgresSessions,
  other: PostgresSessions,
): Promise<PoolerFault | null> {
  const missing = await missingTimeLimits(sessions);
  if (missing.length > 0) {
    return {
      error: `drops the time limits of our connections: ${missing.join(', ')}.`,
      remedy:
        'Connect to PostgreSQL itself, or set these limits for the database user (docs/many-machines.md).',
    };
  }
  return (await isPreparedInBoth(sessions, other)) ? mixedUp : null;
}

/** The fault of a pooler behind a driver's error; null if it has another cause. */
export function poolerFaultOf(error: unknown): PoolerFault | null {
  for (const { code, message } of causesOf(error)) {
    // A prepared statement that exists already, or does not exist: our names belong to one text in one session.
    if (code === '42P05' || code === '26000') return mixedUp;
    if (code === '08P01' && message.includes('startup parameter')) {
      return {
        error: `refuses our connections: ${message}.`,
        remedy:
          'Connect to PostgreSQL itself, or name statement_timeout, lock_timeout and ' +
          'idle_in_transaction_session_timeout in its ignore_startup_parameters and set them for the database ' +
          'user (docs/many-machines.md).',
      };
    }
  }
  return null;
}

/** Without them a statement that hangs, or a client that died in a transaction, would block every writer. */
async function missingTimeLimits(sessions: PostgresSessions): Promise<string[]> {
  const names = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
  const [row] = await sessions.use((session) =>
    session.query({
      text: `SELECT ${names.map((name) => `current_setting('${name}') AS "${name}"`).join(', ')}`,
      values: [],
    }),
  );
  return names.filter((name) => row?.[name] === '0');
}

/**
 * Pooled per transaction, two of our connections meet in one session of the server. A pooler that keeps their
 * statements apart gives them names of its own there.
 */
async function isPreparedInBoth(one: PostgresSessions, other: PostgresSessions): Promise<boolean> {
  const probe = { text: `SELECT 1 AS "preparedByOne"`, values: [] };
  const found = {
    text: `SELECT count(*) AS "count" FROM "pg_catalog"."pg_prepared_statements"
      WHERE "name" LIKE 'choonsim%' AND "statement" = $1`,
    values: [probe.text],
  };
  // Other processes may take the session in between.
  for (let tries = 1; tries <= 3; tries += 1) {
    await one.use((session) => session.query(probe));
    const [row] = await other.use((session) => session.query(found));
    if (row?.count !== 0) return true;
  }
  return false;
}
