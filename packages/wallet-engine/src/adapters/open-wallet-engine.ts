import Database from 'better-sqlite3';
import { hasOtherName, type OpenedFile, openedFile } from '../core/database-file.ts';
import { createWriteLine } from '../core/write-line.ts';
import {
  assembleWalletEngine,
  type EngineTerms,
  type OpenWalletEngine,
} from './assemble-wallet-engine.ts';
import type { SqlDatabase } from './sql/sql-database.ts';
import { migrateWalletTables } from './sql/wallet-tables.ts';
import { betterSqlite3Database } from './sqlite/better-sqlite3-database.ts';

export type WalletEngineOptions = EngineTerms & {
  /** A SQLite file, created when missing; it may hold your own tables too. */
  file: string;
};

/**
 * The engine over one SQLite file, for an app without its own composition root. Creates and migrates its own
 * tables. Once another file is at the path, or its log was deleted, every write throws: it would go into a
 * deleted file. What the log held is saved first, and the message says where.
 * @throws Error when the file has a second hard link; SqliteError when it cannot be opened; ServiceError
 * `DATABASE_BUSY` when another program holds it
 * @example
 * await using engine = await openWalletEngine({ file, networkId, nodeUrls, serviceAccount, token, masterKeys });
 * await engine.start();
 * await engine.requestWallet(user.id);
 */
export async function openWalletEngine(options: WalletEngineOptions): Promise<OpenWalletEngine> {
  const { file } = options;
  const sqlite = openFile(file);
  const database = betterSqlite3Database(sqlite, createWriteLine(sqlite));
  try {
    await migrateWalletTables(database, Date.now());
    const opened = openedFile(file, sqlite);
    return assembleWalletEngine({
      sql: opened ? whileInPlace(database, opened) : database,
      terms: options,
      close: () => void (opened ?? sqlite).close(),
    });
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

function openFile(file: string): Database.Database {
  if (hasOtherName(file)) {
    throw new Error(
      `The database ${file} has another name, by a hard link: remove that one first.`,
    );
  }
  const sqlite = new Database(file, { timeout: 5_000 });
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  sqlite.pragma('foreign_keys = ON');
  // From here on the write line waits, without blocking the event loop.
  sqlite.pragma('busy_timeout = 0');
  return sqlite;
}

function whileInPlace(database: SqlDatabase, opened: OpenedFile): SqlDatabase {
  return {
    read: database.read,
    async write(statements) {
      const loss = opened.findLoss();
      if (loss !== null) throw new Error(loss);
      return database.write(statements);
    },
  };
}
