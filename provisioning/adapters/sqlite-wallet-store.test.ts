import { testedDatabases } from '../testing/sql-databases.ts';
import { describeWalletStore } from '../testing/wallet-store-suite.ts';
import { createSqliteWalletStore } from './sqlite-wallet-store.ts';

for (const { name, create } of testedDatabases()) {
  describeWalletStore({
    name,
    async create() {
      const database = await create();
      return { database, store: createSqliteWalletStore(database) };
    },
  });
}
