import type { ProtocolDefect } from './protocol-defect.ts';

const ledger = 'adapters/sql/sql-transaction-ledger.ts';
const create = 'wallets/create-wallet-on-chain.ts';

/** Restored databases, and reconciliation. */
export const restoresDefects: ProtocolDefect[] = [
  {
    name: 'continue with a restored database',
    reportedAs: /with a database behind the chain/,
    event: 'restored backup',
    file: 'core/lane-nonce.ts',
    find: 'return onChain > stored && !isUnused;',
    replace: 'return onChain > stored && !isUnused && stored < 0;',
  },
  {
    name: 'continue with an older database restored beneath a process',
    reportedAs: /with a database behind the chain/,
    event: 'older database beneath',
    file: 'service/database-memory.ts',
    find: 'if ((await ledger.readTransaction(newestHash)) === null) {',
    replace: 'if (newestHash.length === 0) {',
    also: [{ file: ledger, find: `CASE WHEN \${isSameDatabase} THEN :hash END`, replace: ':hash' }],
  },
  {
    name: 'assume that no process has signed for a wallet',
    reportedAs: /with a database behind the chain|was paid/,
    event: 'lagging replica takes over',
    file: create,
    find: 'if (own.take(wallet.accountId)) return true;',
    replace: 'if (own) return true;',
  },
  {
    name: 'query the chain as soon as the database is back',
    reportedAs: /with a database behind the chain|was paid/,
    event: 'lagging replica takes over',
    file: create,
    find: '  if (!isNew) await untilLossesShow(parts);',
    replace: '  if (!parts) await untilLossesShow(parts);',
  },
  {
    name: 'sign after a wallet given before was lost',
    reportedAs: /with a database behind the chain|was paid/,
    unseen: 'the process that signed must die before its transactions are final',
    event: 'older database beneath living processes',
    file: 'adapters/sql/sql-wallet-store.ts',
    find: 'AND "epoch" <= :givenEpoch',
    replace: 'AND "epoch" <= :givenEpoch AND "epoch" < 0',
  },
  {
    name: 'treat a lane key added again as a restored database',
    reportedAs: /ended PENDING|reconcile leaves/,
    file: 'core/lane-nonce.ts',
    find: '(stored === 0 || isAddedAgain)',
    replace: '(stored === 0 || (isAddedAgain && stored < 0))',
  },
  {
    name: 'sign on a lane with an older nonce',
    reportedAs: /with a database behind the chain|have one key/,
    event: 'older database beneath',
    file: ledger,
    find: 'AND ABS("nonce") = :storedNonce AND :storedNonce < :nonce)',
    replace: 'AND :storedNonce IS NOT NULL AND ABS("nonce") < :nonce)',
    also: [
      {
        file: ledger,
        find: `
  AND (:newestHash IS NULL OR EXISTS (
    SELECT 1 FROM "ChainTransaction" AS "newest" WHERE "newest"."hash" = :newestHash))
  AND NOT EXISTS (SELECT 1 FROM "ServiceKeyLane"
    WHERE \${heldLane} AND ABS("nonce") < :storedNonce)`,
        replace: '',
      },
      {
        file: 'service/database-memory.ts',
        find: 'if ((await ledger.readTransaction(newestHash)) === null) {',
        replace: 'if (newestHash.length === 0) {',
      },
    ],
  },
  {
    name: 'lease a lane without comparing it with the chain',
    reportedAs: /with a database behind the chain/,
    unseen: 'a process that knew the lost database, or starts beside it, has looked before',
    event: 'restored backup',
    file: 'signing/lane-decisions.ts',
    find: 'return lane.laneNumber > 0 && isBehindChain(',
    replace: 'return lane.laneNumber > 99 && isBehindChain(',
  },
  {
    name: "pause for an older database by a single node's answer",
    reportedAs: /ended PENDING|reconcile/,
    file: 'signing/add-lanes.ts',
    find: 'if (one.behind === null && one.unusable === 0) return one;',
    replace: `if (one.behind !== null) throw new ServiceError('DATABASE_BEHIND_CHAIN', one.behind);
  if (one.unusable === 0) return one;`,
    lie: 'nonces too high',
  },
  {
    name: 'reconcile without lanes whose keys have no full access',
    reportedAs: /ended PENDING|reconcile/,
    event: 'restored backup, lane keys removed',
    file: 'operations/compare-with-chain.ts',
    find: 'if (!key) continue;',
    replace: 'if (!key?.fullAccess) continue;',
  },
  {
    name: 'reconcile without adopting rewards',
    reportedAs: /has no explanation/,
    event: 'restored backup',
    file: 'operations/reconcile.ts',
    find: 'if (isPaid) {',
    replace: 'if (isPaid && clock.now() < 0) {',
  },
];
