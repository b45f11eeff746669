/** The engine over one SQLite file, with `better-sqlite3`. */
export type { EngineTerms, OpenWalletEngine } from './adapters/assemble-wallet-engine.ts';
export {
  openWalletEngine,
  type WalletEngineOptions,
} from './adapters/open-wallet-engine.ts';
export type { SqlDatabase } from './adapters/sql/sql-database.ts';
export { createSqlLaneStore as createSqliteLaneStore } from './adapters/sql/sql-lane-store.ts';
export { createSqlTransactionLedger as createSqliteTransactionLedger } from './adapters/sql/sql-transaction-ledger.ts';
export { createSqlWalletCensus as createSqliteWalletCensus } from './adapters/sql/sql-wallet-census.ts';
export { createSqlWalletKeyStore as createSqliteWalletKeyStore } from './adapters/sql/sql-wallet-key-store.ts';
export { createSqlWalletReader as createSqliteWalletReader } from './adapters/sql/sql-wallet-reader.ts';
export { createSqlWalletStore as createSqliteWalletStore } from './adapters/sql/sql-wallet-store.ts';
export { migrateWalletTables } from './adapters/sql/wallet-tables.ts';
export { betterSqlite3Database } from './adapters/sqlite/better-sqlite3-database.ts';
