import { testedDatabases } from '../../testing/sql-databases.ts';
import { describeWalletStock } from '../../testing/suites/wallet-stock-suite.ts';
import { createSqliteWalletStock } from './sql-wallet-stock.ts';
import { createSqliteWalletStore } from './sql-wallet-store.ts';

for (const { name, create } of testedDatabases()) {
  describeWalletStock({
    name,
    async create() {
      const database = await create();
      return {
        database,
        stock: createSqliteWalletStock(database),
        store: createSqliteWalletStore(database),
      };
    },
  });
}
