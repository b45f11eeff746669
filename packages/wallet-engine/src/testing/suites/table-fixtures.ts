import type { SqlDatabase, SqlRow, SqlValue } from '../../adapters/sql/sql-database.ts';
import type { TransactionStatus, WalletPurpose } from '../../ports/transaction-ledger.ts';

/** Tables that the suites write to, children first. */
export const testedTables = [
  'ChainTransactionWallet',
  'ChainTransaction',
  'TokenTransfer',
  'WalletEvent',
  'OperatorAction',
  'WalletKeyExport',
  'ServiceKeyLane',
  'Deployment',
  'Wallet',
  'User',
];

/** Every row of every table, to be compared before and after. */
export async function readTables(database: SqlDatabase): Promise<Record<string, SqlRow[]>> {
  const rows: Record<string, SqlRow[]> = {};
  for (const table of testedTables) {
    rows[table] = await database.read({
      sql: `SELECT * FROM "${table}" ORDER BY 1, 2`,
      params: {},
    });
  }
  return rows;
}

export async function insertRow(
  database: SqlDatabase,
  table: string,
  row: Record<string, SqlValue>,
): Promise<void> {
  const columns = Object.keys(row);
  const names = columns.map((column) => `"${column}"`).join(', ');
  const values = columns.map((column) => `:${column}`).join(', ');
  await database.write([
    { sql: `INSERT INTO "${table}" (${names}) VALUES (${values})`, params: row },
  ]);
}

export async function addUser(
  database: SqlDatabase,
  id: string,
  columns: Record<string, SqlValue> = {},
): Promise<void> {
  const email = `${id}@example.com`;
  await insertRow(database, 'User', {
    id,
    name: id,
    email,
    createdAt: 0,
    updatedAt: 0,
    ...columns,
  });
}

export async function userRow(database: SqlDatabase, id: string): Promise<SqlRow> {
  const [row] = await database.read({
    sql: 'SELECT * FROM "User" WHERE "id" = :id',
    params: { id },
  });
  if (!row) throw new Error(`no user ${id}`);
  return row;
}

/** A transaction of the user as the ledger would store it. */
export async function addTransaction(
  database: SqlDatabase,
  {
    userId,
    purpose,
    status,
    nonce,
  }: { userId: string; purpose: WalletPurpose; status: TransactionStatus; nonce: number },
): Promise<string> {
  const hash = `hash-${userId}-${purpose}-${nonce}`;
  await insertRow(database, 'ChainTransaction', {
    hash,
    signerId: 'service.near',
    publicKey: 'ed25519:lane',
    nonce,
    receiverId: 'receiver.near',
    signedBytes: 'AA==',
    referenceHeight: 1,
    purpose,
    maxCostMicroNear: 1,
    maxCostMicroToken: 0,
    status,
    createdAt: nonce,
  });
  const live = status === 'FAILED' || status === 'DEAD' ? 0 : 1;
  await insertRow(database, 'ChainTransactionWallet', { hash, userId, purpose, live });
  return hash;
}

export async function addReward(
  database: SqlDatabase,
  { userId, status, txHash = 'hash' }: { userId: string; status: string; txHash?: string },
): Promise<void> {
  await insertRow(database, 'TokenTransfer', {
    id: `reward-${userId}`,
    userId,
    txHash,
    amount: '100',
    tokenContract: 'token.near',
    status,
    purpose: 'SIGNUP_REWARD',
    createdAt: 0,
  });
}

/** A user whose wallet is CREATING under the claim token. */
export async function addClaimedUser(
  database: SqlDatabase,
  { userId, claimToken }: { userId: string; claimToken: string },
): Promise<void> {
  await addUser(database, userId, {
    nearAccountId: `${userId}.near`,
    nearPublicKey: `ed25519:${userId}`,
    nearPrivateKey: `v1.${userId}`,
    walletStatus: 'CREATING',
    walletClaimToken: claimToken,
    walletAttempts: 1,
  });
}

export async function addLane(
  database: SqlDatabase,
  lane: {
    laneNumber: number;
    nonce?: number;
    fencingToken?: number;
    holder?: string;
    leasedUntil?: number;
  },
): Promise<void> {
  await insertRow(database, 'ServiceKeyLane', {
    publicKey: `ed25519:lane-${lane.laneNumber}`,
    nonce: 0,
    fencingToken: 0,
    leasedUntil: 0,
    ...lane,
  });
}

export async function addDeployment(
  database: SqlDatabase,
  columns: Record<string, SqlValue> = {},
): Promise<void> {
  await insertRow(database, 'Deployment', {
    ...{ singleton: 1, deploymentId: 'one', genesisHash: 'genesis', networkId: 'devnet' },
    ...{ serviceAccountId: 'service.near', tokenContract: 'token.near', createdAt: 1, epoch: 7 },
    ...columns,
  });
}
