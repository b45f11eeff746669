import { createHash } from 'node:crypto';
import pg from 'pg';
import type { SqlRow, SqlValue } from '../sql/sql-database.ts';
import {
  type PostgresSession,
  type PostgresSessions,
  readPostgresValue,
} from './postgres-database.ts';
import { isPlanOutdated } from './postgres-errors.ts';
import type { PostgresStatement } from './postgres-statement.ts';

export interface PgSessionsOptions {
  /** `postgres://…`; its `sslmode` controls TLS. */
  url: string;
  /** Shown in `pg_stat_activity`. */
  applicationName: string;
  /** For this process. The server's `max_connections` must hold those of all processes. */
  mostConnections: number;
  /** Called when an idle connection broke; the next work gets another one. */
  onError: (error: Error) => void;
  /** For migrations, which may rebuild a table: no timeout on statements and locks. */
  isUnhurried?: boolean;
}

/** Timeouts: for a connection, one statement, a lock, and between the statements of a commit. */
const connectTimeoutMs = 5_000;
const statementTimeoutMs = 15_000;
const lockTimeoutMs = 5_000;
const idleInTransactionTimeoutMs = 10_000;
/** On the client: a server that hangs does not enforce its own timeouts. */
const answerTimeoutMs = 20_000;

/** A pool of connections through `pg`. */
export function createPgSessions({
  url,
  applicationName,
  mostConnections,
  onError,
  isUnhurried = false,
}: PgSessionsOptions): PostgresSessions & { close(): Promise<void> } {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: applicationName,
    max: mostConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    ...(!isUnhurried && {
      statement_timeout: statementTimeoutMs,
      lock_timeout: lockTimeoutMs,
      query_timeout: answerTimeoutMs,
    }),
    keepAlive: true,
    // A session's prepared statements accumulate, so it is replaced now and then.
    maxLifetimeSeconds: 3_600,
  });
  const broken = new WeakSet<pg.ClientBase>();
  // For its whole life: the server may send an error after the pool released the connection, and an error
  // event without a listener ends the process.
  pool.on('connect', (client) => client.on('error', () => broken.add(client)));
  pool.on('error', onError);
  return {
    async use(work) {
      const client = await pool.connect();
      try {
        const result = await work(sessionOf(client));
        client.release(broken.has(client));
        return result;
      } catch (error) {
        client.release(broken.has(client) || !isAnswer(error));
        throw error;
      }
    },
    close: () => pool.end(),
  };
}

/** An error reported by the server leaves the session usable; after any other its state is unknown. */
function isAnswer(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.severity === 'ERROR';
}

const types = {
  getTypeParser: (type: number) => (value: unknown) => readPostgresValue(type, String(value)),
} as pg.CustomTypesConfig;

/**
 * A name belongs to one text, in every process: behind a pooler that shares sessions between processes, another
 * process's statement of the same name must not run in its place.
 */
let generation = 0;
const names = new Map<string, string>();
/** Lists of different lengths make different statements: beyond this number they are not prepared. */
const mostNames = 1_000;

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= mostNames) return known;
  const digest = createHash('sha256').update(text).digest('base64url');
  const name = `choonsim_${generation}_${digest}`;
  names.set(text, name);
  return name;
}

function prepared({ text, values }: PostgresStatement) {
  const name = nameOf(text);
  return { text, values, types, ...(name !== undefined && { name }) };
}

/**
 * After a concurrent migration all statements are prepared again under new names: every session of the pool may
 * hold the outdated plan, and a retry may get any of them.
 */
function forgetOutdated(error: unknown): never {
  if (isPlanOutdated(error)) {
    generation += 1;
    names.clear();
  }
  throw error;
}

function sessionOf(client: pg.PoolClient): PostgresSession {
  return {
    query: async (statement) =>
      (await client.query<SqlRow>(prepared(statement)).catch(forgetOutdated)).rows,
    async execute(statement) {
      const query = { ...prepared(statement), rowMode: 'array' as const };
      const { rows, rowCount } = await client.query<SqlValue[]>(query).catch(forgetOutdated);
      return { rows, count: rowCount ?? 0 };
    },
    async command(sql) {
      const result: pg.QueryResult | pg.QueryResult[] = await client.query(sql);
      const last = Array.isArray(result) ? result.at(-1) : result;
      return last?.command ?? '';
    },
  };
}
