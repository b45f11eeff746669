import { testedDatabases } from '../../testing/sql-databases.ts';
import { describeTransactionLedger } from '../../testing/suites/transaction-ledger-suite.ts';
import { createSqlTransactionLedger } from './sql-transaction-ledger.ts';

for (const { name, create } of testedDatabases()) {
  describeTransactionLedger({
    name,
    async create() {
      const database = await create();
      return { database, ledger: createSqlTransactionLedger(database) };
    },
  });
}
