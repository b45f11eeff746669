/** The engine over one SQLite file, with `better-sqlite3`. */
export type { EngineTerms, OpenWalletEngine } from './adapters/assemble-wallet-engine.ts';
export {
  openWalletEngine,
  type WalletEngineOptions,
} from './adapters/open-wallet-engine.ts';
export { betterSqlite3Database, type SqlDatabase } from './adapters/sql/sql-database.ts';
export { createSqliteLaneStore } from './adapters/sql/sql-lane-store.ts';
export { createSqliteTransactionLedger } from './adapters/sql/sql-transaction-ledger.ts';
export { createSqliteWalletCensus } from './adapters/sql/sql-wallet-census.ts';
export { createSqliteWalletKeyStore } from './adapters/sql/sql-wallet-key-store.ts';
export { createSqliteWalletReader } from './adapters/sql/sql-wallet-reader.ts';
export { createSqliteWalletStore } from './adapters/sql/sql-wallet-store.ts';
export { migrateWalletTables } from './adapters/sql/wallet-tables.ts';
