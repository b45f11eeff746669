import type { TransactionLedger } from '../transaction-ledger.ts';

/**
 * Looks at each sign commit in the moment it has happened: only holders of every claim and of the
 * lane may have come through, whatever the database was told to check.
 */
export function witnessed(
  ledger: TransactionLedger,
  {
    rows,
    onViolation,
  }: {
    rows: (sql: string, ...params: unknown[]) => Record<string, unknown>[];
    onViolation: (violation: string) => void;
  },
): TransactionLedger {
  return {
    ...ledger,
    async commitSignedTransactions(commit) {
      await ledger.commitSignedTransactions(commit);
      for (const { transaction, wallets, lane } of commit.transactions) {
        const [held] = rows(
          'SELECT "fencingToken" FROM "ServiceKeyLane" WHERE "laneNumber" = ?',
          lane.laneNumber,
        );
        if (held?.fencingToken !== lane.fencingToken) {
          onViolation(
            `${transaction.hash} was signed on lane ${lane.laneNumber} of another holder`,
          );
        }
        for (const { userId, claimToken } of wallets) {
          const [row] = rows('SELECT "walletClaimToken" FROM "User" WHERE "id" = ?', userId);
          if (row?.walletClaimToken !== claimToken) {
            onViolation(`${transaction.hash} was signed for ${userId} without its claim`);
          }
        }
      }
    },
  };
}
