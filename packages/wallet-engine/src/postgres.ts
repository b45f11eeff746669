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
export type { SqlDatabase } from './adapters/sql/sql-database.ts';
export { createSqliteLaneStore as createSqlLaneStore } from './adapters/sql/sql-lane-store.ts';
export { createSqliteTransactionLedger as createSqlTransactionLedger } from './adapters/sql/sql-transaction-ledger.ts';
export { createSqliteWalletCensus as createSqlWalletCensus } from './adapters/sql/sql-wallet-census.ts';
export { createSqliteWalletKeyStore as createSqlWalletKeyStore } from './adapters/sql/sql-wallet-key-store.ts';
export { createSqliteWalletReader as createSqlWalletReader } from './adapters/sql/sql-wallet-reader.ts';
export { createSqliteWalletStore as createSqlWalletStore } from './adapters/sql/sql-wallet-store.ts';
