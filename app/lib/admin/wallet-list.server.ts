import { type SQL, sql } from 'drizzle-orm';
import { db } from '../db.server.ts';
import { MOST_CHOSEN } from '../forms/doors.ts';
import { isWalletFilter, type WalletFilter } from './wallet-filter.ts';

export interface ListedWallet {
  readonly userId: string;
  readonly email: string;
  /** The person was deleted, and the address with them. */
  readonly isDeleted: boolean;
  readonly accountId: string | null;
  readonly status: 'PENDING' | 'CREATING' | 'READY' | 'FAILED' | null;
  readonly error: string | null;
  readonly attempts: number;
  /** When it is retried automatically; null: not scheduled. */
  readonly retryAt: string | null;
  readonly requestedAt: string | null;
}

export interface WalletPage {
  readonly wallets: readonly ListedWallet[];
  /** Where the next page begins; null: this is the last page. */
  readonly next: number | null;
}

export interface WalletQuery {
  readonly filter: WalletFilter;
  /** The beginning of an address or account id, or a whole user id; empty: all. */
  readonly search: string;
  /** Only users who signed up before this row number. */
  readonly before: number | null;
}

/** A whole page can be selected at once. */
const PAGE_SIZE = MOST_CHOSEN;
/** A synchronous driver blocks the process meanwhile: 30 ms for this many rows. */
const ROWS_AT_A_TIME = 50_000;
/** A search with more matches is too broad to be useful. */
const MOST_SEARCHED = 5_000;

interface Row {
  row: number;
  id: string;
  email: string;
  deletedAt: number | null;
  nearAccountId: string | null;
  walletStatus: ListedWallet['status'];
  walletError: string | null;
  walletAttempts: number;
  walletAvailableAt: number | null;
  walletRequestedAt: number | null;
}

const columns = sql.raw(
  `"rowid" AS "row", "id", "email", "deletedAt", "nearAccountId", "walletStatus", "walletError", "walletAttempts",
   "walletAvailableAt", "walletRequestedAt"`,
);

/** Reads a page's query from its address; invalid values are ignored. */
export function readWalletQuery(params: URLSearchParams): WalletQuery {
  const filter = params.get('status');
  const before = params.get('before') ?? '';
  return {
    filter: isWalletFilter(filter) ? filter : 'ALL',
    search: (params.get('q') ?? '').trim(),
    before: /^\d{1,15}$/.test(before) ? Number(before) : null,
  };
}

/**
 * Users, newest first. No query reads more than about ten thousand rows at once, and a search
 * uses the unique indexes, however many users there are.
 */
export async function listWallets(query: WalletQuery): Promise<WalletPage> {
  const rows = query.search ? await search(query) : await browse(query);
  const wallets = rows.slice(0, PAGE_SIZE);
  const last = wallets.at(-1);
  return {
    wallets: wallets.map(toListed),
    next: rows.length > PAGE_SIZE && last ? last.row : null,
  };
}

async function browse({ filter, before }: WalletQuery): Promise<Row[]> {
  const [newest] = await db().all<{ row: number | null }>(
    sql`SELECT MAX("rowid") AS "row" FROM "User"`,
  );
  const found: Row[] = [];
  let until = before ?? (newest?.row ?? 0) + 1;
  while (until > 1 && found.length <= PAGE_SIZE) {
    const from = Math.max(until - ROWS_AT_A_TIME, 1);
    const wanted = PAGE_SIZE + 1 - found.length;
    found.push(...(await db().all<Row>(browseQuery({ filter, from, until, limit: wanted }))));
    until = from;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return found;
}

export function browseQuery({
  filter,
  from,
  until,
  limit,
}: {
  filter: WalletFilter;
  from: number;
  until: number;
  limit: number;
}): SQL {
  const isFew = filter === 'PENDING' || filter === 'CREATING' || filter === 'FAILED';
  // Stated explicitly, or SQLite does not use the partial index; a search has better ones.
  const inIndex = isFew ? sql`"walletStatus" <> 'READY'` : sql`TRUE`;
  return sql`SELECT ${columns} FROM "User"
    WHERE "rowid" >= ${from} AND "rowid" < ${until} AND ${inIndex} AND ${isWanted(filter)}
    ORDER BY "rowid" DESC LIMIT ${limit}`;
}

async function search(query: WalletQuery): Promise<Row[]> {
  return db().all<Row>(searchQuery(query));
}

export function searchQuery({ filter, search: text, before }: WalletQuery): SQL {
  const from = text.toLowerCase();
  // After every text with this beginning: no code point sorts higher.
  const to = `${from}\u{10ffff}`;
  const below = before ?? Number.MAX_SAFE_INTEGER;
  // Three ranges of unique indexes. With OR and an order SQLite reads the whole table instead; the
  // plus keeps it from doing so here.
  return sql`SELECT ${columns} FROM "User"
    WHERE "id" IN (SELECT ${text}
      UNION SELECT "id" FROM (SELECT "id" FROM "User"
        WHERE "email" >= ${from} AND "email" < ${to} LIMIT ${MOST_SEARCHED}) AS "addressed"
      UNION SELECT "id" FROM (SELECT "id" FROM "User"
        WHERE "nearAccountId" >= ${from} AND "nearAccountId" < ${to} LIMIT ${MOST_SEARCHED}) AS "named")
      AND +"rowid" < ${below} AND ${isWanted(filter)}
    ORDER BY +"rowid" DESC LIMIT ${PAGE_SIZE + 1}`;
}

function isWanted(filter: WalletFilter) {
  if (filter === 'ALL') return sql`TRUE`;
  return filter === 'NONE' ? sql`"walletStatus" IS NULL` : sql`"walletStatus" = ${filter}`;
}

function toListed(row: Row): ListedWallet {
  return {
    userId: row.id,
    email: row.email,
    isDeleted: row.deletedAt !== null,
    accountId: row.nearAccountId,
    status: row.walletStatus,
    error: row.walletError,
    attempts: row.walletAttempts,
    retryAt: row.walletStatus === 'FAILED' ? isoTime(row.walletAvailableAt) : null,
    requestedAt: isoTime(row.walletRequestedAt),
  };
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
