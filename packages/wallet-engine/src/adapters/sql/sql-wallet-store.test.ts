import { describe, expect, it } from 'vitest';
import { testedDatabases } from '../../testing/sql-databases.ts';
import { describeWalletStore } from '../../testing/suites/wallet-store-suite.ts';
import type { SqlDatabase, SqlStatement } from './sql-database.ts';
import { createSqlWalletStore } from './sql-wallet-store.ts';

for (const { name, create } of testedDatabases()) {
  describeWalletStore({
    name,
    async create() {
      const database = await create();
      return { database, store: createSqlWalletStore(database) };
    },
  });

  // The plan in SQLite's words; PostgreSQL decides by what stands in the table.
  if (name.startsWith('PostgreSQL')) continue;
  describe(`claims over ${name}`, () => {
    it('take due rows in order from one index, whatever other indexes exist', async () => {
      const database = await create();
      const statements: SqlStatement[] = [];
      const witnessed: SqlDatabase = {
        ...database,
        write: (written) => {
          statements.push(...written);
          return database.write(written);
        },
      };
      const store = createSqlWalletStore(witnessed);
      const terms = { claimToken: 'token', nowMs: 1_000, leaseDurationMs: 6_000 };
      await store.claimWallets({ ...terms, limit: 10, of: 'owners' });
      await store.claimWallets({ ...terms, limit: 10, of: 'owners', only: 'signed' });
      expect(statements).toHaveLength(2);
      for (const { sql, params } of statements) {
        const steps = await database.read({ sql: `EXPLAIN QUERY PLAN ${sql}`, params });
        const plan = steps.map(({ detail }) => String(detail));
        expect(plan).toContain('SEARCH Wallet USING INDEX Wallet_availableAt_idx (availableAt<?)');
        expect(plan.join()).not.toContain('TEMP B-TREE');
      }
    });
  });
}
