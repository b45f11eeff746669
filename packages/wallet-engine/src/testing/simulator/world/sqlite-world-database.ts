import Database from 'better-sqlite3';
import { migrateSqlite } from '../../../../../../drizzle/migrate.ts';
import type { SqlDatabase } from '../../../adapters/sql/sql-database.ts';
import { leaveStockOut } from '../../../adapters/sql/sql-wallet-stock.ts';
import { betterSqlite3Database } from '../../../adapters/sqlite/better-sqlite3-database.ts';
import { TableRevisions } from './table-revisions.ts';
import type { WorldDatabase, WriteChecks } from './world-database.ts';

/** SQLite in memory. A write happens within its call, so every connection is the same. */
export class SqliteWorldDatabase implements WorldDatabase {
  #sqlite: Database.Database;
  #current: SqlDatabase;
  #isClosed = false;
  readonly #first: Database.Database;
  readonly #isReused: boolean;
  readonly #revisions = new TableRevisions();
  /** For every process: the current database, even after a restore. */
  readonly #database: SqlDatabase = {
    read: (statement) => this.#open().read(statement),
    write: (statements) => {
      const before = this.#totalChanges();
      const written = this.#open().write(statements);
      if (this.#totalChanges() !== before) {
        for (const { sql } of statements) this.#revisions.changed(sql);
      }
      return written;
    },
  };

  /** @param isReused one world after another uses the same connection: compiling its statements again is slow */
  constructor({ isReused = false }: { isReused?: boolean } = {}) {
    this.#isReused = isReused;
    this.#first = (isReused && spare) || openDatabase(migratedDatabase());
    if (isReused) spare = null;
    this.#sqlite = this.#first;
    this.#current = betterSqlite3Database(this.#sqlite);
  }

  get sqlite(): Database.Database {
    return this.#sqlite;
  }

  set sqlite(sqlite: Database.Database) {
    this.#revisions.changedAll();
    this.#sqlite = sqlite;
    this.#current = betterSqlite3Database(sqlite);
  }

  connect(): SqlDatabase {
    return this.#database;
  }

  rows<Row>(sql: string, ...params: unknown[]): Row[] {
    return this.#statement(sql).all(...params) as Row[];
  }

  run(sql: string, ...params: (string | number)[]): void {
    this.#statement(sql).run(...params);
    this.#revisions.changed(sql);
  }

  revision(...tables: string[]): number {
    return this.#revisions.of(...tables);
  }

  checked<Result>(write: () => Promise<Result>, { before, after }: WriteChecks): Promise<Result> {
    before();
    const result = write();
    after();
    return result;
  }

  copy(): Buffer {
    return this.#sqlite.serialize();
  }

  backup(): Buffer {
    const copy = new Database(this.#sqlite.serialize());
    copy.exec(leaveStockOut.sql);
    const contents = copy.serialize();
    copy.close();
    return contents;
  }

  restore(copy: unknown): void {
    if (!(copy instanceof Buffer)) throw new Error('not a copy of this database');
    if (this.#sqlite !== this.#first) this.#sqlite.close();
    this.sqlite = openDatabase(copy);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#sqlite !== this.#first) this.#sqlite.close();
    if (!this.#isReused) this.#first.close();
    else {
      this.#first.exec(emptyTables);
      spare = this.#first;
    }
  }

  #open(): SqlDatabase {
    if (this.#isClosed) throw new Error('the world of this process has ended');
    return this.#current;
  }

  #totalChanges(): unknown {
    return this.#statement('SELECT total_changes()').pluck().get();
  }

  #statement(sql: string): Database.Statement {
    const known = statements.get(this.#sqlite) ?? new Map<string, Database.Statement>();
    statements.set(this.#sqlite, known);
    let statement = known.get(sql);
    if (!statement) {
      statement = this.#sqlite.prepare(sql);
      known.set(sql, statement);
    }
    return statement;
  }
}

/** An empty database that the last world has left. */
let spare: Database.Database | null = null;
const statements = new WeakMap<Database.Database, Map<string, Database.Statement>>();

/** Every table that a world writes; the migrations and the deployment's identity stay. */
const emptyTables = [
  'WalletEvent',
  'ChainTransactionWallet',
  'ChainTransaction',
  'TokenTransfer',
  'OperatorAction',
  'WalletKeyExport',
  'ServiceKeyLane',
  'MasterKeyCheck',
  'SealingKey',
  'Deployment',
  'Wallet',
  'User',
  'WalletEvent',
  'sqlite_sequence',
]
  .map((table) => `DELETE FROM "${table}"`)
  .join(';');

function openDatabase(contents: Buffer): Database.Database {
  const sqlite = new Database(Buffer.from(contents));
  sqlite.pragma('foreign_keys = ON');
  return sqlite;
}

let migrated: Buffer | undefined;

/** A copy of one migrated database: migrating for every test would cost more than the test. */
export function migratedDatabase(): Buffer {
  if (!migrated) {
    const sqlite = new Database(':memory:');
    migrateSqlite(sqlite, 'drizzle/migrations');
    // Otherwise random, and with it the lane keys.
    sqlite.exec(`UPDATE "DeploymentIdentity" SET "deploymentId" = 'world'`);
    migrated = sqlite.serialize();
  }
  return Buffer.from(migrated);
}
