import { describeOperatorStore } from '../testing/operator-store-suite.ts';
import { testedDatabases } from '../testing/sql-databases.ts';
import { createSqliteOperatorStore } from './sqlite-operator-store.ts';

for (const { name, create } of testedDatabases()) {
  describeOperatorStore({
    name,
    async create() {
      const database = await create();
      return { database, store: createSqliteOperatorStore(database) };
    },
  });
}
