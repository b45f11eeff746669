import { testedDatabases } from '../../testing/sql-databases.ts';
import { describeOperatorStore } from '../../testing/suites/operator-store-suite.ts';
import { createSqlOperatorStore } from './sql-operator-store.ts';

for (const { name, create } of testedDatabases()) {
  describeOperatorStore({
    name,
    async create() {
      const database = await create();
      return { database, store: createSqlOperatorStore(database) };
    },
  });
}
