import { testedDatabases } from '../../testing/sql-databases.ts';
import { describeLaneStore } from '../../testing/suites/lane-store-suite.ts';
import { createSqlLaneStore } from './sql-lane-store.ts';

for (const { name, create } of testedDatabases()) {
  describeLaneStore({
    name,
    async create() {
      const database = await create();
      return { database, lanes: createSqlLaneStore(database) };
    },
  });
}
