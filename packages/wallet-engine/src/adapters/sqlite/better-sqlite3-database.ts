import type Database from 'better-sqlite3';
import { ServiceError } from '../../core/errors.ts';
import { isSqliteUnavailable } from '../../core/sqlite-errors.ts';
import type { WriteLine } from '../../core/write-line.ts';
import {
  ConstraintError,
  type SqlDatabase,
  type SqlRow,
  type SqlStatement,
} from '../sql/sql-database.ts';

/** Prepared statements per connection: preparing one takes longer than running it. */
const preparedStatements = new WeakMap<Database.Database, Map<string, Database.Statement>>();

/**
 * A database in a file or in memory.
 * @param line the connection's queue of writes, shared by every writer; without one a busy file is an error immediately
 */
export function betterSqlite3Database(
  database: Database.Database,
  line: WriteLine | null = null,
): SqlDatabase {
  const prepared = preparedStatements.get(database) ?? new Map<string, Database.Statement>();
  preparedStatements.set(database, prepared);
  const run = ({ sql, params }: SqlStatement): SqlRow[] => {
    let statement = prepared.get(sql);
    if (!statement) {
      statement = database.prepare(sql);
      prepared.set(sql, statement);
    }
    if (statement.reader) return statement.all(params) as SqlRow[];
    statement.run(params);
    return [];
  };
  const runAll = database.transaction((statements: SqlStatement[]) => statements.map(run));
  return {
    read: (statement) =>
      translating(() => (line ? line.read(() => run(statement)) : run(statement))),
    write: (statements) =>
      translating(() =>
        line
          ? line.write(() => statements.map(run))
          : // IMMEDIATE: a deferred transaction that must upgrade its lock fails without waiting.
            runAll.immediate(statements),
      ),
  };
}

/** Translates errors of the driver into those of the ports. */
async function translating<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translate(error);
  }
}

function translate(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error);
  const constraint = message.match(/(NOT NULL|UNIQUE|CHECK|FOREIGN KEY) constraint failed:? ?(.*)/);
  if (constraint) {
    const [, kind = '', subject = ''] = constraint;
    return new ConstraintError({ constraint: kind, subject, cause: error });
  }
  if (!isSqliteUnavailable(error)) return error;
  return new ServiceError('DATABASE_BUSY', `the database does not answer: ${message}`, {
    cause: error,
  });
}
