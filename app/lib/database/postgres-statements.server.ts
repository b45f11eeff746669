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
 * Runs Drizzle's SQLite statements on PostgreSQL, with numbered parameters. A single statement is a commit of
 * its own; several are one commit that waits for the engine's lock, as every write in SQLite does, so that rows
 * they read cannot change before they commit.
 * @throws DatabaseBusyError; ConstraintError
 */
export function postgresStatements(sessions: PostgresSessions) {
  return {
    orm: ormOver((work, { sql }) =>
      isRead(sql) ? readOver(sessions, work) : again(() => sessions.use(work), isUndoneByServer),
    ),
    /** Each of its statements is a commit that takes the lock, too. */
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
    // For `get` one row or undefined, which Drizzle's type does not cover.
    return answer as { rows: unknown[] };
  };

  /** Plain SQL has no column list, so rows are objects. */
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

/** Any other statement writes: it is not repeated when its answer is lost. */
function isRead(sql: string): boolean {
  return /^\s*select\b/i.test(sql);
}

/** Placeholders, and quoted text that may contain a question mark. */
const placeOrQuoted = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g;

/**
 * `?` becomes `$n` with a cast, since PostgreSQL would otherwise infer a type from its first use; null is written
 * into the text. `instr` has another name.
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
  if (at !== params.length) throw new Error('the number of parameters and placeholders differs');
  return { text, values };
}
