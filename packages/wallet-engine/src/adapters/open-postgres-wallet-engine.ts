import { safeErrorText } from '../core/safe-error.ts';
import {
  assembleWalletEngine,
  consoleLog,
  type EngineTerms,
  type OpenWalletEngine,
} from './assemble-wallet-engine.ts';
import { createPgSessions } from './postgres/pg-sessions.ts';
import { postgresDatabase } from './postgres/postgres-database.ts';
import { migratePostgresWalletTables } from './postgres/postgres-wallet-tables.ts';

export type PostgresWalletEngineOptions = EngineTerms & {
  /** `postgres://…`; your own tables may be in the same schema. `sslmode` controls TLS. */
  url: string;
  /** Of this process; 8 unless given. `max_connections` must hold those of all processes. */
  mostConnections?: number;
};

/**
 * The engine over PostgreSQL 15 or newer, for any number of processes. Creates and migrates its own tables in
 * the first schema of the search path.
 * @throws ServiceError `DATABASE_BUSY` when the server does not answer
 */
export async function openPostgresWalletEngine(
  options: PostgresWalletEngineOptions,
): Promise<OpenWalletEngine> {
  const { url, mostConnections = 8, log = consoleLog } = options;
  const sessions = createPgSessions({
    url,
    mostConnections,
    applicationName: 'wallet-engine',
    onError: (error) =>
      log.warn(
        { error: safeErrorText(error) },
        'an idle connection to the PostgreSQL server broke; the next query opens another one',
      ),
  });
  const sql = postgresDatabase(sessions);
  let closed: Promise<void> | undefined;
  // A second call waits for the first.
  const close = () => {
    closed ??= sessions.close();
    return closed;
  };
  try {
    await migratePostgresWalletTables(sql, Date.now());
    return assembleWalletEngine({ sql, terms: options, close });
  } catch (error) {
    await close();
    throw error;
  }
}
