import { type SQLWrapper, sql as sqlOf } from 'drizzle-orm/sql';
import { SQLiteAsyncDialect } from 'drizzle-orm/sqlite-core';
import { drizzle } from 'drizzle-orm/sqlite-proxy';
import * as schema from '#drizzle/schema.ts';
import {
  again,
  commitAlone,
  type PostgresSession,
  type PostgresSessions,
  readOver,
} from '#engine/adapters/postgres/postgres-database.ts';
import {
  isUndoneByServer,
  translatePostgresError,
} from '#engine/adapters/postgres/postgres-errors.ts';
import type { PostgresStatement } from '#engine/adapters/postgres/postgres-statement.ts';
import { asDatabaseBusy } from './database-error.server.ts';

interface BuiltStatement {
  readonly sql: string;
  readonly params: unknown[];
}

/**
 * What Drizzle's statements run on in PostgreSQL: the same texts as in SQLite, with the parameters numbered.
 * A statement alone is a commit of its own; several are one that waits for the engine's lock, as all
 * of SQLite's do, so that what they read of one another's rows stays true until they are done.
 * @throws DatabaseBusyError; ConstraintError
 */
export function postgresStatements(sessions: PostgresSessions) {
  return {
    orm: ormOver((work, { sql }) =>
      isRead(sql) ? readOver(sessions, work) : again(() => sessions.use(work), isUndoneByServer),
    ),
    /** Each of its statements is a commit that waits for the lock, too. */
    lockedOrm: ormOver((work) => commitAlone(sessions, work)),
    /** In one commit, in order; all or nothing. */
    async writeTogether(statements: readonly BuiltStatement[]): Promise<void> {
      try {
        await commitAlone(sessions, async (session) => {
          for (const { sql, params } of statements) await session.execute(numbered(sql, params));
        });
      } catch (error) {
        asDatabaseBusy(translatePostgresError(error));
      }
    },
  };
}

type Put<T> = (session: PostgresSession) => Promise<T>;

/** Drizzle over sessions, in which `within` runs one statement. */
function ormOver(within: <T>(work: Put<T>, statement: BuiltStatement) => Promise<T>) {
  const ask = async <T>(
    built: BuiltStatement,
    put: (session: PostgresSession, statement: PostgresStatement) => Promise<T>,
  ): Promise<T> => {
    const statement = numbered(built.sql, built.params);
    try {
      return await within((session) => put(session, statement), built);
    } catch (error) {
      return asDatabaseBusy(translatePostgresError(error));
    }
  };

  const run = async (sql: string, params: unknown[], method: 'run' | 'all' | 'values' | 'get') => {
    const { rows, count } = await ask({ sql, params }, (session, statement) =>
      session.execute(statement),
    );
    const answer = { rows: method === 'get' ? rows[0] : rows, changes: count };
    // Of `get`, one row or nothing: Drizzle's type knows rows only.
    return answer as { rows: unknown[] };
  };

  /** Of plain SQL nobody has named the columns: rows are objects then. */
  const rowsOf = (query: SQLWrapper | string) => {
    const built = dialect.sqlToQuery(typeof query === 'string' ? sqlOf.raw(query) : query.getSQL());
    return ask(built, (session, statement) => session.query(statement));
  };

  return Object.assign(drizzle(run, { schema }), {
    all: rowsOf,
    get: async (query: SQLWrapper | string) => (await rowsOf(query))[0],
  });
}

const dialect = new SQLiteAsyncDialect();

/** What begins otherwise writes: it is not repeated when its answer is lost. */
function isRead(sql: string): boolean {
  return /^\s*select\b/i.test(sql);
}

/** Places of parameters, and what may hold a question mark that is none. */
const placeOrQuoted = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g;

/**
 * `?` becomes `$n`, with its type, which PostgreSQL would otherwise guess from its first place; null is written
 * into the text. One function has another name.
 */
export function numbered(sql: string, params: readonly unknown[]): PostgresStatement {
  const values: PostgresStatement['values'] = [];
  let at = 0;
  const text = sql.replaceAll(/\binstr\(/g, 'strpos(').replaceAll(placeOrQuoted, (found) => {
    if (found !== '?') return found;
    const value = params[at++];
    if (value === null) return 'NULL';
    if (typeof value !== 'number' && typeof value !== 'string') {
      throw new Error(`a parameter is neither text nor a number: ${typeof value}`);
    }
    values.push(value);
    return `CAST($${values.length} AS ${typeof value === 'number' ? 'bigint' : 'text'})`;
  });
  if (at !== params.length)
    throw new Error('a statement has other parameters than places for them');
  return { text, values };
}
