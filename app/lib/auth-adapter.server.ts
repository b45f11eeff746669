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
import { takeAddedWrites } from './added-writes.server.ts';
import { isDatabaseBusy } from './database-error.server.ts';
import { db, lockedDb, writeAtomically } from './db.server.ts';
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

/** The library looks for an account by the site's own name of it only when that site has told who asks. */
function rememberOtherAccount(where: Where): void {
  const of = (name: string) => where.find(({ field }) => field === name)?.value;
  const [providerId, accountId] = [of('providerId'), of('accountId')];
  if (typeof providerId !== 'string' || typeof accountId !== 'string') return;
  setOtherAccount({ providerId, accountId });
}

/** More devices than anybody has: without an end whoever knows a password could fill the table. */
const MOST_SESSIONS = 20;

/** Of the sessions of one user the newest stay. */
function endOldest(userId: unknown): Query {
  const isOwn = eq(session.userId, String(userId));
  const newest = db()
    .select({ id: session.id })
    .from(session)
    .where(isOwn)
    // Of those of one second, too.
    .orderBy(desc(session.createdAt), desc(sql`rowid`))
    .limit(MOST_SESSIONS);
  return db()
    .delete(session)
    .where(and(isOwn, notInArray(session.id, newest)));
}

/** As the library names it. */
interface Creation<T> {
  readonly model: string;
  readonly data: Omit<T, 'id'>;
  select?: string[] | undefined;
  forceAllowId?: boolean | undefined;
}

type Update = Parameters<DBAdapter<BetterAuthOptions>['update']>[0];

/** What of a commit depends on what was shown. */
interface Done {
  session?: Row;
  /** The id of the credential whose password is replaced. */
  credential?: unknown;
}

/** A password is replaced only while it is the one that was shown; from then on the new one counts. */
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
 * A log-in whose password was changed after it had been verified begins none, unless it is right for what
 * is stored now as well: the same password may have been hashed anew.
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
 * All or nothing. A session that a password or another site's account has opened is begun only while that is
 * stored: who changes or removes it ends its sessions, also those that are on their way.
 * @throws APIError 401 when it was changed or removed meanwhile
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

/** The row on which a commit hangs, and what is answered when it has gone; null: on none. */
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

/** @param begun the session that is written among them: whether it is there tells whether all of it is */
async function writeAll(queries: readonly Query[], begun: Row | undefined): Promise<void> {
  try {
    await writeAtomically(queries);
  } catch (error) {
    // A server may have done what it was asked and its answer be lost: then it is done.
    if (begun && isDatabaseBusy(error) && (await isStored(begun))) return;
    if (!(error instanceof Error) || !/UNIQUE.*User\.email/.test(error.message)) throw error;
    // Two sign-ups with one address at once: the second finds it taken.
    throw APIError.from('UNPROCESSABLE_ENTITY', {
      code: 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
      message: 'User already exists. Use another email.',
    });
  }
}

/** False when the database does not say so. */
async function isStored({ id }: Row): Promise<boolean> {
  const isIt = eq(session.id, String(id));
  const rows = await db()
    .select({ id: session.id })
    .from(session)
    .where(isIt)
    .catch(() => []);
  return rows.length > 0;
}

/** What of Drizzle's database the library's adapter uses to read. */
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
        // A one-time link is used up by whoever deletes it first: that cannot wait.
        return Object.assign(new CollectedWrite(queries, query, {}), {
          returning: () => query.returning(),
        });
      },
    }),
  });
}

/** A way in is added to nobody who leaves meanwhile: another site's account would be theirs for ever. */
function ofLiving(table: SQLiteTable, row: Row): Row {
  return table === account ? { ...row, userId: livingUserId(String(row.userId)) } : row;
}

function emptyRow(table: SQLiteTable): Row {
  return Object.fromEntries(Object.keys(getTableColumns(table)).map((name) => [name, null]));
}
