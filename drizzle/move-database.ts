import type { Database } from 'better-sqlite3';
import type { PostgresMigrationSession } from './migrate.ts';
import { type MovedColumn, type MovedTable, movedTables } from './moved-tables.ts';

/** The database cannot be moved as it is, or not now. */
export class MoveRefusedError extends Error {
  readonly code = 'DATABASE_NOT_MOVED';
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.name = 'MoveRefusedError';
    this.remedy = remedy;
  }
}

/** Rows per statement. */
const pageSize = 500;
/** More problems than this are not listed. */
const mostProblems = 20;
/** Migrations write its only row, which the moved one replaces. */
const identityTable = 'DeploymentIdentity';

type Value = string | number | null;
type Row = Record<string, Value>;
type SourceValue = string | bigint | number | Buffer | null;

/**
 * Takes the exclusive lock on the file, which any connection of another process would prevent. It is held until the
 * connection is closed.
 * @throws MoveRefusedError when another process has the file open, or leases of workers have not expired
 */
export function lockSource({ sqlite, nowMs }: { sqlite: Database; nowMs: number }): void {
  try {
    sqlite.pragma('locking_mode = EXCLUSIVE');
    sqlite.exec('BEGIN EXCLUSIVE; COMMIT');
  } catch (error) {
    if (!String(Object(error).code).startsWith('SQLITE_BUSY')) throw error;
    throw new MoveRefusedError(
      'Another process has the file open.',
      'Stop every server and worker, and other programs that use the file, and run this again.',
    );
  }
  const held = sqlite
    .prepare(
      `SELECT 'lane ' || "laneNumber" || ', held by ' || COALESCE("holder", 'a worker') AS "lease",
        "leasedUntil" AS "until" FROM "ServiceKeyLane" WHERE "leasedUntil" > :nowMs AND "holder" IS NOT NULL
      UNION ALL SELECT 'wallet ' || "id", "availableAt" FROM "Wallet"
        WHERE "status" = 'CREATING' AND "claimToken" IS NOT NULL AND "availableAt" > :nowMs
      ORDER BY 2 DESC`,
    )
    .all({ nowMs }) as { lease: string; until: number }[];
  const [last] = held;
  if (last === undefined) return;
  throw new MoveRefusedError(
    `A worker stopped without releasing its leases: ${last.lease}${held.length > 1 ? ` and ${held.length - 1} more` : ''}.`,
    `Leases expire within ${Math.ceil((last.until - nowMs) / 1000)} s: run this again then.`,
  );
}

/** @throws MoveRefusedError listing rows with values that PostgreSQL, or the app over it, cannot hold */
export function requireMovable(sqlite: Database): void {
  const problems: string[] = [];
  for (const problem of problemsIn(sqlite)) {
    problems.push(problem);
    if (problems.length > mostProblems) break;
  }
  if (problems.length > 0) refuse(problems);
}

function* problemsIn(sqlite: Database): Generator<string> {
  for (const table of movedTables()) {
    for (const page of readPages(sqlite, table)) {
      for (const { rowid, values } of page) {
        for (const column of table.columns) {
          const problem = problemOf({ sqlite, table, column, rowid, value: values[column.name] });
          if (problem) yield `${rowName(table, values)}: "${column.name}" ${problem}`;
        }
      }
    }
  }
}

function refuse(problems: string[]): never {
  const listed = problems.slice(0, mostProblems);
  throw new MoveRefusedError(
    [
      'PostgreSQL cannot hold these values:',
      ...listed,
      ...(problems.length > listed.length ? ['and more'] : []),
    ].join('\n'),
    'Correct or delete them in the file, and run this again.',
  );
}

function problemOf({
  sqlite,
  table,
  column,
  rowid,
  value,
}: {
  sqlite: Database;
  table: MovedTable;
  column: MovedColumn;
  rowid: bigint;
  value: SourceValue | undefined;
}): string | null {
  if (value == null) return column.isRequired ? 'is null' : null;
  if (!column.isText) {
    if (typeof value !== 'bigint') return 'is not a whole number';
    return Number.isSafeInteger(Number(value)) ? null : 'is a number beyond 2^53';
  }
  if (typeof value !== 'string') return 'is not text';
  if (value.includes('\0')) return 'contains a NUL character';
  // The driver decodes invalid bytes, such as a lone surrogate, as U+FFFD.
  if (!value.includes('\uFFFD')) return null;
  const bytes = sqlite
    .prepare(`SELECT CAST("${column.name}" AS BLOB) FROM "${table.name}" WHERE rowid = ?`)
    .pluck()
    .get(rowid) as Buffer;
  return bytes.equals(Buffer.from(value)) ? null : 'is not valid Unicode';
}

/**
 * Copies every row in the session's transaction, and then compares each with its original.
 * @returns the number of rows by table
 * @throws MoveRefusedError when a table of the target already has rows
 * @throws Error when a copied row differs: then the transaction must be rolled back
 */
export async function moveRows({
  sqlite,
  session,
}: {
  sqlite: Database;
  session: PostgresMigrationSession;
}): Promise<Record<string, number>> {
  const tables = movedTables();
  const names = tables.map(({ name }) => `"${name}"`).join(', ');
  await session.command(
    `SET LOCAL lock_timeout = '5s'; LOCK TABLE ${names} IN ACCESS EXCLUSIVE MODE`,
  );
  const filled = await filledTables(session);
  if (filled.length > 0) {
    throw new MoveRefusedError(
      `The database is not empty: there are rows in ${filled.join(', ')}.`,
      'Name an empty database in DATABASE_URL.',
    );
  }
  await session.command(`DELETE FROM "${identityTable}"`);
  const ordered = await tablesWithRowid(session);
  for (const table of tables) {
    // Rows that triggers would derive are copied, too.
    await session.command(`ALTER TABLE "${table.name}" DISABLE TRIGGER USER`);
    for (const page of readPages(sqlite, table)) {
      await insertPage({ session, table, page, withRowid: ordered.has(table.name) });
    }
  }
  for (const { name } of tables) {
    await session.command(`ALTER TABLE "${name}" ENABLE TRIGGER USER`);
  }
  await continueIds({ sqlite, session });
  return compareRows({ sqlite, session });
}

/** Names of the tables with rows, apart from the one that migrations fill. */
export async function filledTables(
  session: Pick<PostgresMigrationSession, 'query'>,
): Promise<string[]> {
  const checks = movedTables()
    .filter(({ name }) => name !== identityTable)
    .map(({ name }) => `SELECT '${name}' AS "name" WHERE EXISTS (SELECT 1 FROM "${name}")`);
  const rows = await session.query({ text: checks.join(' UNION ALL '), values: [] });
  return rows.map(({ name }) => String(name));
}

/**
 * Compares every row of the file with its copy.
 * @returns the number of rows by table
 * @throws Error naming the first difference
 */
export async function compareRows({
  sqlite,
  session,
}: {
  sqlite: Database;
  session: Pick<PostgresMigrationSession, 'query'>;
}): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of movedTables()) {
    let count = 0;
    for (const page of readPages(sqlite, table)) {
      const copies = await readCopies({ session, table, page });
      for (const { values } of page) {
        const row = toRow(table, values);
        const copy = copies.get(keyOf(table, row));
        const differing = table.columns.find(({ name }) => copy?.[name] !== row[name]);
        if (differing) throw new Error(`${rowName(table, values)}: "${differing.name}" differs`);
      }
      count += page.length;
    }
    const text = `SELECT count(*) AS "count" FROM "${table.name}"`;
    const [counted] = await session.query({ text, values: [] });
    if (Number(counted?.count) !== count) {
      throw new Error(`"${table.name}" has ${counted?.count} rows instead of ${count}`);
    }
    counts[table.name] = count;
  }
  return counts;
}

interface SourceRow {
  rowid: bigint;
  values: Record<string, SourceValue>;
}

/** In insertion order; the statement is not kept open between pages. */
function* readPages(sqlite: Database, { name, columns }: MovedTable): Generator<SourceRow[]> {
  const statement = sqlite
    .prepare(
      `SELECT rowid, ${columns.map((column) => `"${column.name}"`).join(', ')} FROM "${name}"
        WHERE rowid > ? ORDER BY rowid LIMIT ${pageSize}`,
    )
    .safeIntegers(true)
    .raw(true);
  let after = -(2n ** 63n);
  for (;;) {
    const rows = statement.all(after) as SourceValue[][];
    if (rows.length === 0) return;
    const page = rows.map(([rowid, ...values]) => ({
      rowid: rowid as bigint,
      values: Object.fromEntries(columns.map((column, at) => [column.name, values[at] ?? null])),
    }));
    yield page;
    after = page.at(-1)?.rowid ?? after;
  }
}

function toRow({ columns }: MovedTable, values: SourceRow['values']): Row {
  return Object.fromEntries(
    columns.map(({ name }) => {
      const value = values[name] ?? null;
      return [name, typeof value === 'bigint' ? Number(value) : (value as Value)];
    }),
  );
}

function keyOf({ key }: MovedTable, row: Record<string, unknown>): string {
  return JSON.stringify(key.map((name) => row[name]));
}

function rowName({ name, key }: MovedTable, values: SourceRow['values']): string {
  return `"${name}" ${key.map((column) => `${column}=${String(values[column])}`).join(', ')}`;
}

async function insertPage({
  session,
  table,
  page,
  withRowid,
}: {
  session: PostgresMigrationSession;
  table: MovedTable;
  page: SourceRow[];
  withRowid: boolean;
}): Promise<void> {
  const rowid: MovedColumn[] = withRowid
    ? [{ name: 'rowid', isText: false, isRequired: true }]
    : [];
  const columns = [...table.columns, ...rowid];
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const rows = page.map((row) => ({
    ...toRow(table, row.values),
    ...(withRowid && { rowid: Number(row.rowid) }),
  }));
  await session.query({
    text: `INSERT INTO "${table.name}" (${names}) OVERRIDING SYSTEM VALUE
      SELECT ${names} FROM json_to_recordset(CAST($1 AS json)) AS "moved" (${definitions(columns)})`,
    values: [JSON.stringify(rows)],
  });
}

async function readCopies({
  session,
  table,
  page,
}: {
  session: Pick<PostgresMigrationSession, 'query'>;
  table: MovedTable;
  page: SourceRow[];
}): Promise<Map<string, Record<string, unknown>>> {
  const key = table.columns.filter(({ name }) => table.key.includes(name));
  const keys = page.map(({ values }) => toRow({ ...table, columns: key }, values));
  const rows = await session.query({
    text: `SELECT ${table.columns.map(({ name }) => `"${name}"`).join(', ')} FROM "${table.name}"
      JOIN json_to_recordset(CAST($1 AS json)) AS "moved" (${definitions(key)})
      USING (${key.map(({ name }) => `"${name}"`).join(', ')})`,
    values: [JSON.stringify(keys)],
  });
  return new Map(rows.map((row) => [keyOf(table, row), row]));
}

function definitions(columns: MovedColumn[]): string {
  return columns.map(({ name, isText }) => `"${name}" ${isText ? 'text' : 'bigint'}`).join(', ');
}

/** Tables whose insertion order PostgreSQL keeps in a column. */
async function tablesWithRowid(session: PostgresMigrationSession): Promise<Set<string>> {
  const rows = await session.query({
    text: `SELECT "table_name" AS "name" FROM "information_schema"."columns"
      WHERE "table_schema" = current_schema() AND "column_name" = 'rowid'`,
    values: [],
  });
  return new Set(rows.map(({ name }) => String(name)));
}

/** Generated ids go on after the last one that was ever given, also when its row is deleted. */
async function continueIds({
  sqlite,
  session,
}: {
  sqlite: Database;
  session: PostgresMigrationSession;
}): Promise<void> {
  const identities = await session.query({
    text: `SELECT "table_name" AS "table", "column_name" AS "column" FROM "information_schema"."columns"
      WHERE "table_schema" = current_schema() AND "is_identity" = 'YES'`,
    values: [],
  });
  const known = new Set(movedTables().map(({ name }) => name));
  for (const { table, column } of identities) {
    if (!known.has(String(table))) continue;
    const last = sqlite
      .prepare(
        `SELECT max(COALESCE((SELECT max(rowid) FROM "${table}"), 0),
          COALESCE((SELECT "seq" FROM "sqlite_sequence" WHERE "name" = ?), 0))`,
      )
      .pluck()
      .get(String(table));
    await session.command(
      `ALTER TABLE "${table}" ALTER COLUMN "${column}" RESTART WITH ${Number(last) + 1}`,
    );
  }
}
