import type Database from 'better-sqlite3';
import { type SQLWrapper, sql as sqlOf } from 'drizzle-orm/sql';
import { SQLiteAsyncDialect } from 'drizzle-orm/sqlite-core';
import { drizzle } from 'drizzle-orm/sqlite-proxy';
import * as schema from '#drizzle/schema.ts';
import type { WriteLine } from '#engine/core/write-line.ts';
import { asDatabaseBusy } from './database-error.server.ts';
import { fairTurns } from './fair-turns.server.ts';

interface BuiltStatement {
  readonly sql: string;
  readonly params: unknown[];
}

type Method = 'run' | 'all' | 'values' | 'get';

/**
 * Runs Drizzle's statements: each is compiled once, since compiling takes longer than running, and
 * writes go through one queue, so that another program's lock delays only writers.
 * @throws DatabaseBusyError
 */
export function embeddedStatements(sqlite: Database.Database, line: WriteLine) {
  const compile = compileOnce(sqlite);
  const turns = fairTurns();

  /** An INSERT … RETURNING has rows as well, and writes. */
  const runInLine = <Answer>(statement: Database.Statement, work: () => Answer): Promise<Answer> =>
    (statement.readonly ? line.read(work) : line.write(work)).catch(asDatabaseBusy);

  const run = async (sql: string, params: unknown[], method: Method) => {
    const wait = turns.wait();
    if (wait) await wait;
    const statement = compile(sql);
    const answer = await runInLine(statement, () => execute(statement, params, method));
    // For `get`, one row or nothing: Drizzle's type only has rows.
    return answer as { rows: unknown[] };
  };

  /** Plain SQL has no declared columns: its rows are objects. */
  const rowsOf = async (query: SQLWrapper | string) => {
    const wait = turns.wait();
    if (wait) await wait;
    const { sql, params } = dialect.sqlToQuery(
      typeof query === 'string' ? sqlOf.raw(query) : query.getSQL(),
    );
    // Compiled each time: the cached statements return arrays.
    const statement = sqlite.prepare(sql);
    return runInLine(statement, () => statement.all(...params));
  };

  return {
    orm: Object.assign(drizzle(run, { schema }), {
      all: rowsOf,
      get: async (query: SQLWrapper | string) => (await rowsOf(query))[0],
    }),
    /** In one commit, in order; all or nothing. */
    async writeTogether(statements: readonly BuiltStatement[]): Promise<void> {
      const work = () => {
        for (const { sql, params } of statements) compile(sql).run(...params);
      };
      await line.write(work).catch(asDatabaseBusy);
    },
  };
}

function compileOnce(sqlite: Database.Database): (sql: string) => Database.Statement {
  const compiled = new Map<string, Database.Statement>();
  return (sql) => {
    let statement = compiled.get(sql);
    if (!statement) {
      statement = sqlite.prepare(sql);
      // Drizzle expects rows as arrays, in the order of its columns.
      if (statement.reader) statement.raw();
      if (compiled.size < MOST_COMPILED) compiled.set(sql, statement);
    }
    return statement;
  };
}

function execute(statement: Database.Statement, params: unknown[], method: Method) {
  if (!statement.reader) return { rows: [], changes: statement.run(...params).changes };
  const rows = statement.all(...params);
  return { rows: method === 'get' ? rows[0] : rows };
}

/** `IN` lists of every length are statements of their own. */
const MOST_COMPILED = 1_000;
const dialect = new SQLiteAsyncDialect();
