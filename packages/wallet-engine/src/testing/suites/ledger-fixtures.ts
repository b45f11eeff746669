import type { SqlDatabase } from '../../adapters/sql/sql-database.ts';
import type {
  CommitGround,
  NewTransaction,
  SpendLimits,
  TransactionLedger,
  TransactionPurpose,
} from '../../ports/transaction-ledger.ts';
import { addClaimedUser, addLane } from './table-fixtures.ts';

export const reserveMicroNear = 1_000;

export const noLimits: SpendLimits = {
  hourMicroNear: null,
  dayMicroNear: null,
  hourMicroToken: null,
  dayMicroToken: null,
};

/** Defaults for the commits of a test. */
export const ground: CommitGround = {
  deploymentId: 'deployment',
  tokenContract: 'token.near',
  newestHash: null,
};

export interface LedgerScene {
  ledger: TransactionLedger;
  database: SqlDatabase;
  commit: (...transactions: NewTransaction[]) => Promise<void>;
  commitWithin: (limits: Partial<SpendLimits>, ...transactions: NewTransaction[]) => Promise<void>;
}

/** Ann's and Bob's wallets claimed, two lanes held, a treasury of 100,000 micro NEAR and 1,000 tokens. */
export async function setLedgerScene({
  ledger,
  database,
}: Pick<LedgerScene, 'ledger' | 'database'>): Promise<LedgerScene> {
  await ledger.openDeployment({
    deploymentId: 'deployment',
    genesisHash: 'genesis',
    networkId: 'devnet',
    serviceAccountId: 'service.near',
    tokenContract: 'token.near',
    createdAtMs: 1,
  });
  await ledger.recordTreasury({
    microNear: 100_000,
    microToken: 1_000,
    runwayWallets: 7,
    height: 1_000,
    readAtMs: 50,
  });
  for (const userId of ['ann', 'bob']) {
    await addClaimedUser(database, { userId, claimToken: `claim of ${userId}` });
  }
  for (const laneNumber of [1, 2]) {
    await addLane(database, { laneNumber, nonce: 10, fencingToken: 3, holder: 'worker' });
  }
  const commitWithin = (limits: Partial<SpendLimits>, ...transactions: NewTransaction[]) =>
    ledger.commitSignedTransactions({
      transactions,
      ground,
      reserveMicroNear,
      spendLimits: { ...noLimits, ...limits },
      nowMs: 1_700,
    });
  const commit = (...transactions: NewTransaction[]) => commitWithin({}, ...transactions);
  return { ledger, database, commit, commitWithin };
}

/** A transaction of a lane for wallets, in order, with overrides. */
export function newTransaction({
  purpose,
  userIds,
  laneNumber = 1,
  nonce = 11,
  changes = {},
}: {
  purpose: TransactionPurpose;
  userIds: string[];
  laneNumber?: number;
  nonce?: number;
  changes?: Partial<NewTransaction>;
}): NewTransaction {
  const reward = purpose === 'REWARD' ? { amount: '100', tokenContract: 'token.near' } : null;
  return {
    transaction: {
      hash: `${purpose} ${laneNumber}/${nonce}`,
      signerId: 'service.near',
      publicKey: `ed25519:lane-${laneNumber}`,
      nonce,
      receiverId: 'receiver.near',
      signedBytes: 'c2lnbmVk',
      referenceHeight: 7,
      purpose,
    },
    maxCostMicroNear: 500,
    valueMicroNear: 300,
    maxCostMicroToken: reward ? 100 * userIds.length : 0,
    lane: { laneNumber, holder: 'worker', fencingToken: 3, storedNonce: nonce - 1 },
    wallets: userIds.map((userId) => ({ userId, claimToken: `claim of ${userId}`, reward })),
    newLanes: [],
    ...changes,
  };
}
