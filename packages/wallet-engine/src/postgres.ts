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
export { createSqlLaneStore } from './adapters/sql/sql-lane-store.ts';
export { createSqlTransactionLedger } from './adapters/sql/sql-transaction-ledger.ts';
export { createSqlWalletCensus } from './adapters/sql/sql-wallet-census.ts';
export { createSqlWalletKeyStore } from './adapters/sql/sql-wallet-key-store.ts';
export { createSqlWalletReader } from './adapters/sql/sql-wallet-reader.ts';
export { createSqlWalletStore } from './adapters/sql/sql-wallet-store.ts';
