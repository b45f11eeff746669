import type { BetterAuthOptions, DBAdapter } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError } from 'better-auth/api';
import {
  and,
  desc,
  eq,
  getTableColumns,
  isNull,
  notExists,
  notInArray,
  type SQL,
  sql,
} from 'drizzle-orm';
import { QueryPromise } from 'drizzle-orm/query-promise';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { account, session, user, verification } from '#drizzle/schema.ts';
import { takeAddedWrites } from '../database/added-writes.server.ts';
import { isDatabaseBusy } from '../database/database-error.server.ts';
import { db, lockedDb, writeAtomically } from '../db.server.ts';
import { livingUserId } from './deleted-users.server.ts';
import { verifyPassword } from './password-hash.server.ts';
import {
  setOtherAccount,
  shownOtherAccount,
  verifiedPassword,
} from './verified-password.server.ts';

type Query = Parameters<typeof writeAtomically>[0][number];
type Row = Record<string, unknown>;

interface AuthAdapterParts {
  /** Addresses that cannot sign up; to others they look taken. */
  readonly isReserved: (email: string) => Promise<boolean>;
}

/**
 * The auth library's database: our tables through Drizzle, with two differences. Deleted users are
 * invisible to it, whatever sessions or sign-in methods remain. And each of its transactions is one commit
 * at its end, so that no sign-up is half done: reads run at once and writes are collected, because a
 * transaction held open while a password is hashed would block all other writers.
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
      // Queried in either case: the response time must not reveal which it is.
      const reserved = await isReserved(email);
      // Only a sign-up looks up an address within a transaction, and only to see whether it exists.
      return found ?? (reserved ? ({ id: 'reserved', email } as T) : null);
    };
    return {
      ...adapter,
      findMany<T>(query: Parameters<typeof adapter.findMany>[0]): Promise<T[]> {
        if (query.model === 'account') rememberOtherAccount(query.where ?? []);
        return adapter.findMany<T>(query);
      },
      create<T extends Row, R = T>(query: Creation<T>): Promise<R> {
        if (query.model !== 'session') return adapter.create<T, R>(query);
        const { userId } = Object(query.data);
        return beginSession(async () => {
          const queries: Query[] = [];
          const collecting = adapterOver(collectingInto(queries))(options);
          const made = await collecting.create<T, R>(query);
          await commit([...queries, endOldest(userId)], { session: Object(made) });
          return made;
        }, userId);
      },
      async transaction(run) {
        const queries: Query[] = [];
        const collecting = adapterOver(collectingInto(queries))(options);
        const done: Done = {};
        const create = async <T extends Row, R = T>(query: Creation<T>): Promise<R> => {
          const made = await collecting.create<T, R>(query);
          if (query.model === 'session') done.session = Object(made);
          return made;
        };
        const update: typeof collecting.update = (query) =>
          collecting.update(replacePassword(query, done));
        const result = await run({ ...collecting, findOne, create, update });
        const all = [...queries, ...takeAddedWrites()];
        if (all.length > 0) await commit(all, done);
        return result;
      },
    };
  };
}

type Where = NonNullable<Parameters<DBAdapter<BetterAuthOptions>['findMany']>[0]['where']>;

/** The library looks up an account by a site's own id only after that site has identified the user. */
function rememberOtherAccount(where: Where): void {
  const of = (name: string) => where.find(({ field }) => field === name)?.value;
  const [providerId, accountId] = [of('providerId'), of('accountId')];
  if (typeof providerId !== 'string' || typeof accountId !== 'string') return;
  setOtherAccount({ providerId, accountId });
}

/** Without a limit anyone who knows a password could fill the table. */
const MOST_SESSIONS = 20;

/** A user's newest sessions are kept. */
function endOldest(userId: unknown): Query {
  const isOwn = eq(session.userId, String(userId));
  const newest = db()
    .select({ id: session.id })
    .from(session)
    .where(isOwn)
    // Also among those of the same second.
    .orderBy(desc(session.createdAt), desc(sql`rowid`))
    .limit(MOST_SESSIONS);
  return db()
    .delete(session)
    .where(and(isOwn, notInArray(session.id, newest)));
}

/** In the library's terms. */
interface Creation<T> {
  readonly model: string;
  readonly data: Omit<T, 'id'>;
  select?: string[] | undefined;
  forceAllowId?: boolean | undefined;
}

type Update = Parameters<DBAdapter<BetterAuthOptions>['update']>[0];

/** What a commit depends on, as it was verified before. */
interface Done {
  session?: Row;
  /** The id of the credential whose password is replaced. */
  credential?: unknown;
}

/** A password is replaced only if it is still the verified one; from then on the new one counts. */
function replacePassword(query: Update, done: Done): Update {
  const verified = verifiedPassword();
  const { password } = query.update;
  if (query.model !== 'account' || !verified || typeof password !== 'string') return query;
  const isShown = { field: 'password', value: verified.hash };
  verified.hash = password;
  done.credential = query.where.find(({ field }) => field === 'id')?.value;
  return { ...query, where: [...query.where, isShown] };
}

/**
 * If the password was changed after it was verified, a log-in starts no session, unless it also matches
 * what is stored now: the same password may have been rehashed.
 * @throws APIError 401
 */
async function beginSession<Made>(begin: () => Promise<Made>, userId: unknown): Promise<Made> {
  try {
    return await begin();
  } catch (error) {
    const verified = verifiedPassword();
    if (!verified || !isPasswordChanged(error)) throw error;
    const [stored] = await accounts(and(eq(account.userId, String(userId)), isPassword));
    const { password } = verified;
    const isRight = stored?.password && (await verifyPassword({ hash: stored.password, password }));
    if (!isRight) throw error;
    return begin();
  }
}

/**
 * All or nothing. A session opened by a password or another site's account starts only while that is still
 * stored: changing or removing it ends its sessions, including those being started.
 * @throws APIError 401 if it was changed or removed meanwhile
 */
async function commit(queries: readonly Query[], done: Done): Promise<void> {
  const { session: begun } = done;
  const shown = shownAccount(done);
  if (!shown) return writeAll(queries, begun);
  const endUnlessShown = db()
    .delete(session)
    .where(and(eq(session.id, String(begun?.id)), notExists(accounts(shown.isIt))));
  await writeAll(begun ? [...queries, endUnlessShown] : queries, begun);
  const [stored] = await accounts(shown.isIt);
  if (!stored) throw APIError.from('UNAUTHORIZED', shown.refusal);
}

/** The row a commit depends on, and the error if it is gone; null: none. */
function shownAccount({ session: begun, credential }: Done) {
  const isOwn = begun && eq(account.userId, String(begun.userId));
  const verified = verifiedPassword();
  const isReplaced = credential === undefined ? undefined : eq(account.id, String(credential));
  const isCredential = isOwn ?? isReplaced;
  if (verified && isCredential) {
    const isIt = and(isCredential, isPassword, eq(account.password, verified.hash));
    return { isIt, refusal: PASSWORD_CHANGED };
  }
  const other = shownOtherAccount();
  if (!other || !isOwn) return null;
  const { providerId, accountId } = other;
  const isIt = and(isOwn, eq(account.providerId, providerId), eq(account.accountId, accountId));
  return { isIt, refusal: ACCOUNT_REMOVED };
}

const ACCOUNT_REMOVED = { code: 'access_denied', message: 'The account was removed.' };
const PASSWORD_CHANGED = {
  code: 'INVALID_EMAIL_OR_PASSWORD',
  message: 'Invalid email or password',
};

function isPasswordChanged(error: unknown): boolean {
  return error instanceof APIError && error.body?.code === PASSWORD_CHANGED.code;
}

const isPassword = eq(account.providerId, 'credential');

function accounts(condition: SQL | undefined) {
  return db().select({ password: account.password }).from(account).where(condition);
}

/** @param begun the session written among them: if it is stored, all of them are */
async function writeAll(queries: readonly Query[], begun: Row | undefined): Promise<void> {
  try {
    await writeAtomically(queries);
  } catch (error) {
    // The server may have committed although its response was lost.
    if (begun && isDatabaseBusy(error) && (await isStored(begun))) return;
    if (!(error instanceof Error) || !/UNIQUE.*User\.email/.test(error.message)) throw error;
    // Two concurrent sign-ups with one address: the second finds it taken.
    throw APIError.from('UNPROCESSABLE_ENTITY', {
      code: 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
      message: 'User already exists. Use another email.',
    });
  }
}

/** False if the database does not answer. */
async function isStored({ id }: Row): Promise<boolean> {
  const isIt = eq(session.id, String(id));
  const rows = await db()
    .select({ id: session.id })
    .from(session)
    .where(isIt)
    .catch(() => []);
  return rows.length > 0;
}

/** What the library's adapter needs of Drizzle's database to read. */
function reading() {
  const orm = db();
  return Object.assign(Object.create(orm), {
    insert: (table: SQLiteTable) => ({
      values: (row: Row) =>
        (table === account ? lockedDb() : orm).insert(table).values(ofLiving(table, row)),
    }),
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

/** A statement that is recorded instead of executed, and reports success. */
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
        new CollectedWrite(queries, orm.insert(table).values(ofLiving(table, row)), {
          ...emptyRow(table),
          ...row,
        }),
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
        // Deleting a one-time link is what uses it: that cannot be deferred.
        return Object.assign(new CollectedWrite(queries, query, {}), {
          returning: () => query.returning(),
        });
      },
    }),
  });
}

/** No sign-in method is added to a user being deleted: another site's account would be bound for ever. */
function ofLiving(table: SQLiteTable, row: Row): Row {
  return table === account ? { ...row, userId: livingUserId(String(row.userId)) } : row;
}

function emptyRow(table: SQLiteTable): Row {
  return Object.fromEntries(Object.keys(getTableColumns(table)).map((name) => [name, null]));
}
