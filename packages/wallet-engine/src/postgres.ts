/** The engine's tables and ports in PostgreSQL 15 or newer, with `pg`. */
export type { EngineTerms, OpenWalletEngine } from './adapters/assemble-wallet-engine.ts';
export {
  openPostgresWalletEngine,
  type PostgresWalletEngineOptions,
} from './adapters/open-postgres-wallet-engine.ts';
export { createPgSessions, type PgSessionsOptions } from './adapters/postgres/pg-sessions.ts';
export {
  type PostgresSession,
  type PostgresSessions,
  postgresDatabase,
  readPostgresValue,
} from './adapters/postgres/postgres-database.ts';
export { migratePostgresWalletTables } from './adapters/postgres/postgres-wallet-tables.ts';
export type { SqlDatabase } from './adapters/sqlite/sql-database.ts';
export { createSqliteLaneStore as createSqlLaneStore } from './adapters/sqlite/sqlite-lane-store.ts';
export { createSqliteTransactionLedger as createSqlTransactionLedger } from './adapters/sqlite/sqlite-transaction-ledger.ts';
export { createSqliteWalletCensus as createSqlWalletCensus } from './adapters/sqlite/sqlite-wallet-census.ts';
export { createSqliteWalletKeyStore as createSqlWalletKeyStore } from './adapters/sqlite/sqlite-wallet-key-store.ts';
export { createSqliteWalletReader as createSqlWalletReader } from './adapters/sqlite/sqlite-wallet-reader.ts';
export { createSqliteWalletStore as createSqlWalletStore } from './adapters/sqlite/sqlite-wallet-store.ts';
