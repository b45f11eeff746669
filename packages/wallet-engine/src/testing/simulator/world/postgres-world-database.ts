import {
  type PostgresSession,
  type PostgresSessions,
  postgresDatabase,
} from '../../../adapters/postgres/postgres-database.ts';
import {
  type PostgresStatement,
  toPostgres,
} from '../../../adapters/postgres/postgres-statement.ts';
import type { SqlDatabase, SqlRow } from '../../../adapters/sql/sql-database.ts';
import { leaveStockOut } from '../../../adapters/sql/sql-wallet-stock.ts';
import { startMemoryPostgres } from '../../memory-postgres.ts';
import { rowsOf, SynchronousPglite } from './synchronous-pglite.ts';
import { TableRevisions } from './table-revisions.ts';
import type { DatabaseLink, LinkFault, WorldDatabase, WriteChecks } from './world-database.ts';

/** Every table that a world writes. */
const tables = [
  'User',
  'Wallet',
  'ChainTransaction',
  'ChainTransactionWallet',
  'TokenTransfer',
  'WalletEvent',
  'OperatorAction',
  'WalletKeyExport',
  'ServiceKeyLane',
  'MasterKeyCheck',
  'SealingKey',
  'Deployment',
];
const allTables = tables.map((table) => `"${table}"`).join(', ');
const never = new Promise<never>(() => undefined);

/**
 * PostgreSQL in this process (PGlite) with the engine's own adapters. It is one backend, so transactions of
 * the processes run one after another; each process has a connection that may break, freeze or end with its
 * process at every message, which rolls its transaction back. Statements run synchronously: all work of a
 * moment is done before the virtual clock moves on.
 */
export class PostgresWorldDatabase implements WorldDatabase {
  readonly #session: SynchronousPglite;
  readonly #revisions = new TableRevisions();
  /** Resolves when the running transaction has ended. */
  #turn: Promise<void> = Promise.resolve();
  #isInTransaction = false;
  #isChecking = false;
  #isClosed = false;
  /** Of the write whose first statement is about to go out. */
  #checks: WriteChecks | null = null;
  readonly #texts = new Map<string, string>();

  private constructor(session: SynchronousPglite) {
    this.#session = session;
  }

  /** Empty; the engine behind it is shared by all worlds of this process, one after another. */
  static async open(): Promise<PostgresWorldDatabase> {
    server ??= startServer();
    const database = new PostgresWorldDatabase(await server);
    database.#session.command(`TRUNCATE ${allTables} RESTART IDENTITY CASCADE`);
    return database;
  }

  connect(link: DatabaseLink | null): SqlDatabase {
    const reads = postgresDatabase(this.#sessions(link, null, []));
    return {
      read: (statement) => reads.read(statement),
      write: (statements) => {
        const checks = this.#checks;
        this.#checks = null;
        const sql = statements.map((each) => each.sql);
        return postgresDatabase(this.#sessions(link, checks, sql)).write(statements);
      },
    };
  }

  rows<Row>(sql: string, ...params: unknown[]): Row[] {
    if (this.#isInTransaction && !this.#isChecking) {
      throw new Error('a check would read what is not committed');
    }
    return rowsOf(this.#session.query(this.#numbered(sql), params)) as Row[];
  }

  run(sql: string, ...params: (string | number)[]): void {
    this.rows(sql, ...params);
    this.#revisions.changed(sql);
  }

  revision(...names: string[]): number {
    return this.#revisions.of(...names);
  }

  async checked<Result>(write: () => Promise<Result>, checks: WriteChecks): Promise<Result> {
    this.#checks = checks;
    const result = write();
    if (this.#checks !== null) throw new Error('the write did not begin at once');
    return result;
  }

  copy(): Map<string, SqlRow[]> {
    return new Map(tables.map((table) => [table, this.rows<SqlRow>(`SELECT * FROM "${table}"`)]));
  }

  backup(): Map<string, SqlRow[]> {
    this.#session.command('BEGIN');
    this.#session.query(leaveStockOut.sql, []);
    const copy = this.copy();
    this.#session.command('ROLLBACK');
    return copy;
  }

  restore(copy: unknown): void {
    if (!(copy instanceof Map)) throw new Error('not a copy of this database');
    this.#session.command(`BEGIN; SET LOCAL session_replication_role = replica;
      TRUNCATE ${allTables} RESTART IDENTITY CASCADE`);
    for (const table of tables) this.#fill(table, copy.get(table));
    this.#session.command('COMMIT');
    this.#revisions.changedAll();
  }

  close(): void {
    this.#isClosed = true;
  }

  #fill(table: string, rows: SqlRow[]): void {
    for (const row of rows) {
      const columns = Object.keys(row);
      const values = columns.map((_, index) => `$${index + 1}`).join(', ');
      const names = columns.map((column) => `"${column}"`).join(', ');
      this.#session.query(
        `INSERT INTO "${table}" (${names}) OVERRIDING SYSTEM VALUE VALUES (${values})`,
        Object.values(row),
      );
    }
    for (const column of identityColumns.filter((each) => each.table === table)) {
      this.#session.query(
        `SELECT setval(pg_get_serial_sequence('"${table}"', $1), COALESCE(MAX("${column.name}"), 1),
          MAX("${column.name}") IS NOT NULL) FROM "${table}"`,
        [column.name],
      );
    }
  }

  /** Each piece of work has the backend to itself, as with the advisory lock of a write. */
  #sessions(
    link: DatabaseLink | null,
    checks: WriteChecks | null,
    sql: string[],
  ): PostgresSessions {
    return {
      use: async (work) => {
        const earlier = this.#turn;
        const { promise, resolve: release } = Promise.withResolvers<void>();
        this.#turn = promise;
        await earlier;
        if (this.#isClosed) {
          release();
          throw new Error('the world of this process has ended');
        }
        const connection = new Connection(link, () => {
          if (this.#isInTransaction) this.#session.command('ROLLBACK');
          this.#isInTransaction = false;
          release();
        });
        try {
          return await work(this.#sessionOf(connection, checks, sql));
        } finally {
          connection.end();
        }
      },
    };
  }

  #sessionOf(connection: Connection, checks: WriteChecks | null, sql: string[]): PostgresSession {
    return {
      query: async (statement) => {
        await connection.send('a statement');
        return rowsOf(this.#session.query(statement.text, statement.values));
      },
      execute: async ({ text, values }: PostgresStatement) => {
        await connection.send('a statement');
        const { rows, tag } = this.#session.query(text, values);
        return { rows, count: Number(tag.split(' ').at(-1)) || 0 };
      },
      command: async (text) => {
        await connection.send(text.split(' ')[0] ?? text);
        const { tag } = this.#session.command(text);
        this.#isInTransaction = text.startsWith('BEGIN');
        if (this.#isInTransaction) this.#check(checks?.before);
        if (text !== 'COMMIT') return tag;
        if (tag === 'COMMIT') {
          for (const each of sql) this.#revisions.changed(each);
          this.#check(checks?.after);
        }
        await connection.receive('the answer to COMMIT');
        return tag;
      },
    };
  }

  #check(check: (() => void) | undefined): void {
    this.#isChecking = true;
    check?.();
    this.#isChecking = false;
  }

  /** `?` become `$n`, with the types that their places have. */
  #numbered(sql: string): string {
    let text = this.#texts.get(sql);
    if (text === undefined) {
      const numbered = sql.split('?').reduce((head, tail, index) => `${head}$${index}${tail}`);
      text = toPostgres({ sql: numbered, params: {} }).text;
      this.#texts.set(sql, text);
    }
    return text;
  }
}

/** One process's use of the backend, which ends when the connection does. */
class Connection {
  readonly #link: DatabaseLink | null;
  readonly #onEnd: () => void;
  #isOpen = true;

  constructor(link: DatabaseLink | null, onEnd: () => void) {
    this.#link = link;
    this.#onEnd = onEnd;
  }

  /** Rolls back what is not committed. */
  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#onEnd();
  }

  /** @throws when the connection breaks before the server has the message */
  async send(message: string): Promise<void> {
    if (!this.#isOpen) throw new Error('Connection terminated unexpectedly');
    await this.#meet(`before ${message}`);
  }

  /** @throws when the answer is lost */
  async receive(message: string): Promise<void> {
    await this.#meet(`before ${message}`);
  }

  async #meet(message: string): Promise<void> {
    const fault: LinkFault = this.#link?.meet(message) ?? 'none';
    if (fault === 'none') return;
    this.end();
    if (fault === 'crashed') await never;
    // A frozen process loses the connection: the server ends a session that is idle in a transaction.
    if (fault === 'frozen') await this.#link?.resumed();
    throw new Error('Connection terminated unexpectedly');
  }
}

const identityColumns: { table: string; name: string }[] = [];
let server: Promise<SynchronousPglite> | null = null;

async function startServer(): Promise<SynchronousPglite> {
  const pglite = await startMemoryPostgres();
  // Otherwise random, and with it the lane keys.
  await pglite.exec(`UPDATE "DeploymentIdentity" SET "deploymentId" = 'world'`);
  // Plans that depend on what ran before would give rows in another order.
  await pglite.exec('SET plan_cache_mode = force_custom_plan');
  const found = await pglite.query<{ table: string; name: string }>(
    `SELECT "table_name" AS "table", "column_name" AS "name" FROM "information_schema"."columns"
      WHERE "is_identity" = 'YES' ORDER BY 1, 2`,
  );
  identityColumns.push(...found.rows);
  return new SynchronousPglite(pglite);
}
