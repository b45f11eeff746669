import type { PostgresSessions } from '#engine/adapters/postgres/postgres-database.ts';

/** Time limits that a connection lacks although it asked for them. */
export async function missingTimeLimits(sessions: PostgresSessions): Promise<string[]> {
  const names = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
  const [row] = await sessions.use((session) =>
    session.query({
      text: `SELECT ${names.map((name) => `current_setting('${name}') AS "${name}"`).join(', ')}`,
      values: [],
    }),
  );
  return names.filter((name) => row?.[name] === '0');
}
