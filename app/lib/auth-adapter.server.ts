import type { BetterAuthOptions, DBAdapter } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError } from 'better-auth/api';
import { and, getTableColumns, isNull, type SQL } from 'drizzle-orm';
import { QueryPromise } from 'drizzle-orm/query-promise';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { account, session, user, verification } from '#drizzle/schema.ts';
import { db, writeAtomically } from './db.server.ts';

type Query = Parameters<typeof writeAtomically>[0][number];
type Row = Record<string, unknown>;

interface AuthAdapterParts {
  /** Addresses that nobody can sign up with; they look as if somebody had. */
  readonly isReserved: (email: string) => Promise<boolean>;
}

/**
 * The auth library's database: our tables through Drizzle, with two differences. Who has left does not
 * exist for it, whatever sessions or sign-in methods are still there. And its transactions are one commit
 * at their end, so that no sign-up stays half made: they read at once and collect their writes, since a
 * transaction that stays open while a password is hashed would keep everybody else from writing.
 */
export function authAdapter({ isReserved }: AuthAdapterParts) {
  const adapterOver = (database: object) =>
    drizzleAdapter(database, {
      provider: 'sqlite',
      schema: { user, session, account, verification },
      transaction: true,
    });
  return (options: BetterAuthOptions): DBAdapter<BetterAuthOptions> => {
    const adapter = adapterOver(reading())(options);
    const findOne = async <T>(query: Parameters<typeof adapter.findOne>[0]): Promise<T | null> => {
      const found = await adapter.findOne<T>(query);
      if (query.model !== 'user') return found;
      const email = query.where.find(({ field }) => field === 'email')?.value;
      if (typeof email !== 'string') return found;
      // Asked for in either case: the answer must not tell by its time which it is.
      const reserved = await isReserved(email);
      // Only a sign-up looks for an address within a transaction, and only for whether there is one.
      return found ?? (reserved ? ({ id: 'reserved', email } as T) : null);
    };
    return {
      ...adapter,
      async transaction(run) {
        const queries: Query[] = [];
        const collecting = adapterOver(collectingInto(queries))(options);
        const result = await run({ ...collecting, findOne });
        if (queries.length > 0) await commit(queries);
        return result;
      },
    };
  };
}

async function commit(queries: readonly Query[]): Promise<void> {
  try {
    await writeAtomically(queries);
  } catch (error) {
    if (!(error instanceof Error) || !/UNIQUE.*User\.email/.test(error.message)) throw error;
    // Two sign-ups with one address at once: the second finds it taken.
    throw APIError.from('UNPROCESSABLE_ENTITY', {
      code: 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
      message: 'User already exists. Use another email.',
    });
  }
}

/** What of Drizzle's database the library's adapter uses to read. */
function reading() {
  const orm = db();
  return Object.assign(Object.create(orm), {
    select: (...fields: Parameters<typeof orm.select>) => ({
      from(table: SQLiteTable) {
        const selected = orm.select(...fields).from(table);
        if (table !== user) return selected;
        const where = selected.where.bind(selected);
        return Object.assign(selected, {
          where: (condition?: SQL) => where(and(condition, isNull(user.deletedAt))),
        });
      },
    }),
  });
}

/** A statement that is put down instead of run, and answers as if it were done. */
class CollectedWrite extends QueryPromise<{ changes: number }> {
  readonly #queries: Query[];
  readonly #query: Query;
  readonly #row: Row;

  constructor(queries: Query[], query: Query, row: Row) {
    super();
    this.#queries = queries;
    this.#query = query;
    this.#row = row;
  }

  override async execute() {
    this.#queries.push(this.#query);
    return { changes: 0 };
  }

  async returning(): Promise<Row[]> {
    await this.execute();
    return [this.#row];
  }
}

function collectingInto(queries: Query[]) {
  const orm = db();
  return Object.assign(reading(), {
    insert: (table: SQLiteTable) => ({
      values: (row: Row) =>
        new CollectedWrite(queries, orm.insert(table).values(row), { ...emptyRow(table), ...row }),
    }),
    update: (table: SQLiteTable) => ({
      set: (changes: Row) => ({
        where: (condition?: SQL) =>
          new CollectedWrite(queries, orm.update(table).set(changes).where(condition), changes),
      }),
    }),
    delete: (table: SQLiteTable) => ({
      where(condition?: SQL) {
        const query = orm.delete(table).where(condition);
        // A one-time link is used up by whoever deletes it first: that cannot wait.
        return Object.assign(new CollectedWrite(queries, query, {}), {
          returning: () => query.returning(),
        });
      },
    }),
  });
}

function emptyRow(table: SQLiteTable): Row {
  return Object.fromEntries(Object.keys(getTableColumns(table)).map((name) => [name, null]));
}
