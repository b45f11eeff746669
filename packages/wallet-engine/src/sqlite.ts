/** The engine over one SQLite file, with `better-sqlite3`. */
export type { EngineTerms, OpenWalletEngine } from './adapters/assemble-wallet-engine.ts';
export {
  openWalletEngine,
  type WalletEngineOptions,
} from './adapters/open-wallet-engine.ts';
export { betterSqlite3Database, type SqlDatabase } from './adapters/sqlite/sql-database.ts';
export { createSqliteLaneStore } from './adapters/sqlite/sqlite-lane-store.ts';
export { createSqliteTransactionLedger } from './adapters/sqlite/sqlite-transaction-ledger.ts';
export { createSqliteWalletCensus } from './adapters/sqlite/sqlite-wallet-census.ts';
export { createSqliteWalletKeyStore } from './adapters/sqlite/sqlite-wallet-key-store.ts';
export { createSqliteWalletReader } from './adapters/sqlite/sqlite-wallet-reader.ts';
export { createSqliteWalletStore } from './adapters/sqlite/sqlite-wallet-store.ts';
export { migrateWalletTables } from './adapters/sqlite/wallet-tables.ts';
