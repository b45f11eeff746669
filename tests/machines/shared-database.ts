import Database from 'better-sqlite3';
import { createPgSessions } from '../../packages/wallet-engine/src/adapters/postgres/pg-sessions.ts';
import { postgresDatabase } from '../../packages/wallet-engine/src/adapters/postgres/postgres-database.ts';
import type {
  SqlRow,
  SqlValue,
} from '../../packages/wallet-engine/src/adapters/sql/sql-database.ts';
import { DatabaseReader } from '../chaos/database-reader.ts';

const TABLES = [
  'User',
  'Wallet',
  'ChainTransaction',
  'ChainTransactionWallet',
  'TokenTransfer',
  'ServiceKeyLane',
  'WalletEvent',
  'Deployment',
  'DeploymentIdentity',
];

export interface LaneLease {
  laneNumber: number;
  holder: string | null;
  fencingToken: number;
}

/** Reads the PostgreSQL server directly, without the app. */
export interface SharedDatabase {
  /** Count of users by wallet state; `none` without a wallet. */
  states(): Promise<Map<string, number>>;
  leases(): Promise<LaneLease[]>;
  /** Wallets that have an owner. */
  owned(): Promise<{ accountId: string; ownerId: string }[]>;
  /** Count of wallets in stock by state. */
  stock(): Promise<Map<string, number>>;
  /** A copy of all tables. */
  copy(): Promise<DatabaseReader>;
  close(): Promise<void>;
}

export function openSharedDatabase(url: string): SharedDatabase {
  const options = { url, applicationName: 'spectator', mostConnections: 2, onError: () => {} };
  const sessions = createPgSessions(options);
  const database = postgresDatabase(sessions);
  const rows = (sql: string) => database.read({ sql, params: {} });

  return {
    async states() {
      const found = await rows(
        `SELECT COALESCE("walletStatus", 'none') AS "state", count(*) AS "count"
         FROM "User" GROUP BY 1`,
      );
      return new Map(found.map(({ state, count }) => [String(state), Number(count)]));
    },

    async leases() {
      const found = await rows(
        'SELECT "laneNumber", "holder", "fencingToken" FROM "ServiceKeyLane"',
      );
      return found.map(({ laneNumber, holder, fencingToken }) => ({
        laneNumber: Number(laneNumber),
        holder: holder === null || holder === undefined ? null : String(holder),
        fencingToken: Number(fencingToken),
      }));
    },

    async owned() {
      const found = await rows(
        'SELECT "accountId", "ownerId" FROM "Wallet" WHERE "ownerId" IS NOT NULL',
      );
      return found.map((row) => ({
        accountId: String(row.accountId),
        ownerId: String(row.ownerId),
      }));
    },

    async stock() {
      const found = await rows(
        'SELECT "status", count(*) AS "count" FROM "Wallet" WHERE "ownerId" IS NULL GROUP BY 1',
      );
      return new Map(found.map(({ status, count }) => [String(status), Number(count)]));
    },

    copy: () => copyTables(rows),

    close: () => sessions.close(),
  };
}

async function copyTables(rows: (sql: string) => Promise<SqlRow[]>): Promise<DatabaseReader> {
  const memory = new Database(':memory:');
  for (const table of TABLES) {
    const columns = await rows(
      `SELECT "column_name" AS "name" FROM "information_schema"."columns"
       WHERE "table_name" = '${table}' AND "column_name" <> 'rowid' ORDER BY "ordinal_position"`,
    );
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    memory.exec(`CREATE TABLE "${table}" (${names})`);
    const insert = memory.prepare<SqlValue[]>(
      `INSERT INTO "${table}" VALUES (${columns.map(() => '?').join(', ')})`,
    );
    const all = await rows(`SELECT ${names} FROM "${table}"`);
    memory.transaction(() => {
      for (const row of all) insert.run(...Object.values(row));
    })();
  }
  return new DatabaseReader(memory);
}
