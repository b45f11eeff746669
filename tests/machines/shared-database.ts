import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Value } from '@libsql/client/http';
import Database from 'better-sqlite3';
import { DatabaseReader } from '../violence/database-reader.ts';

const TABLES = [
  'User',
  'ChainTransaction',
  'ChainTransactionWallet',
  'TokenTransfer',
  'ServiceKeyLane',
  'WalletEvent',
  'Deployment',
];
const START_LIMIT_MS = 30_000;

export interface LaneLease {
  laneNumber: number;
  holder: string | null;
  fencingToken: number;
}

/** The libSQL server, seen from outside the app. */
export interface SharedDatabase {
  /** Every commit on the disk before it is answered; resolves when the server is up and says so. */
  makeDurable(): Promise<void>;
  /** How many users stand in each state; `none` for those without a wallet. */
  states(): Promise<Map<string, number>>;
  leases(): Promise<LaneLease[]>;
  /** All of the tables as they are now. */
  copy(): Promise<DatabaseReader>;
  close(): void;
}

export function openSharedDatabase({
  url,
  adminUrl,
}: {
  url: string;
  adminUrl: string;
}): SharedDatabase {
  const client = createClient({ url });
  const rows = async (sql: string) => (await client.execute(sql)).rows;

  const configure = () =>
    fetch(`${adminUrl}/v1/namespaces/default/config`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ block_reads: false, block_writes: false, durability_mode: 'strong' }),
      signal: AbortSignal.timeout(2_000),
    });

  return {
    async makeDurable() {
      const untilMs = Date.now() + START_LIMIT_MS;
      for (;;) {
        const answer = await configure().catch(() => null);
        if (answer?.ok) break;
        if (Date.now() > untilMs) throw new Error(`no libSQL server at ${adminUrl}`);
        await sleep(100);
      }
      const [row] = await rows('PRAGMA synchronous');
      if (Number(row?.synchronous) < 2) throw new Error('the libSQL server is not durable');
    },

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

    async copy() {
      const memory = new Database(':memory:');
      for (const table of TABLES) {
        const { columns, rows: all } = await client.execute(`SELECT * FROM "${table}"`);
        const names = columns.map((column) => `"${column}"`).join(', ');
        memory.exec(`CREATE TABLE "${table}" (${names})`);
        const insert = memory.prepare<Value[]>(
          `INSERT INTO "${table}" VALUES (${columns.map(() => '?').join(', ')})`,
        );
        memory.transaction(() => {
          for (const row of all) insert.run(...columns.map((_, index) => row[index] ?? null));
        })();
      }
      return new DatabaseReader(memory);
    },

    close: () => client.close(),
  };
}
