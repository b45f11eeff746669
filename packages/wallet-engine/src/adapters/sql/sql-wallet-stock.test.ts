import { testedDatabases } from '../../testing/sql-databases.ts';
import { describeWalletStock } from '../../testing/suites/wallet-stock-suite.ts';
import { createSqlWalletStock } from './sql-wallet-stock.ts';
import { createSqlWalletStore } from './sql-wallet-store.ts';

for (const { name, create } of testedDatabases()) {
  describeWalletStock({
    name,
    async create() {
      const database = await create();
      return {
        database,
        stock: createSqlWalletStock(database),
        store: createSqlWalletStore(database),
      };
    },
  });
}
