import { and, inArray, isNull } from 'drizzle-orm';
import { sql } from 'drizzle-orm/sql';
import { user } from '#drizzle/schema.ts';
import { db } from './db.server.ts';
import type { WalletStep, WalletView } from './wallet-view.ts';

const hasAccount = sql<number>`EXISTS (
  SELECT 1 FROM "ChainTransactionWallet" AS "link"
  JOIN "ChainTransaction" AS "tx" ON "tx"."hash" = "link"."hash"
  WHERE "link"."userId" = "User"."id" AND "link"."purpose" = 'CREATE' AND "link"."live" = 1
    AND "tx"."status" = 'SUCCEEDED')`;

const hasReward = sql<number>`EXISTS (
  SELECT 1 FROM "TokenTransfer" AS "reward"
  WHERE "reward"."userId" = "User"."id" AND "reward"."purpose" = 'SIGNUP_REWARD'
    AND "reward"."status" = 'COMPLETED')`;

/** Why is for operators. */
const isServicePaused = sql<number>`EXISTS (
  SELECT 1 FROM "Deployment" WHERE "pauseReason" IS NOT NULL)`;

/** SQLite's limit of variables is higher; a libSQL server's request should stay small. */
const USERS_A_QUERY = 500;

/** The wallet as the database has it, or null when there is no such user (any more). */
export async function readWalletView(userId: string): Promise<WalletView | null> {
  return (await readWalletViews([userId])).get(userId) ?? null;
}

/** The wallets of many users at once; who is missing does not exist (any more). */
export async function readWalletViews(
  userIds: readonly string[],
): Promise<ReadonlyMap<string, WalletView>> {
  const views = new Map<string, WalletView>();
  for (let start = 0; start < userIds.length; start += USERS_A_QUERY) {
    const rows = await selectWallets(userIds.slice(start, start + USERS_A_QUERY));
    for (const row of rows) views.set(row.id, toView(row));
  }
  return views;
}

function selectWallets(userIds: readonly string[]) {
  return db()
    .select({
      id: user.id,
      nearAccountId: user.nearAccountId,
      walletStatus: user.walletStatus,
      walletError: user.walletError,
      walletAvailableAt: user.walletAvailableAt,
      walletRequestedAt: user.walletRequestedAt,
      chocoBalance: user.chocoBalance,
      chocoLastSyncAt: user.chocoLastSyncAt,
      hasAccount,
      hasReward,
      isServicePaused,
    })
    .from(user)
    .where(and(inArray(user.id, [...userIds]), isNull(user.deletedAt)));
}

/** Whether the service makes wallets at all; a database without a deployment is not paused. */
export async function readIsPaused(): Promise<boolean> {
  const [row] = await db().all<{ isPaused: number }>(sql`SELECT ${isServicePaused} AS "isPaused"`);
  return Boolean(row?.isPaused);
}

type WalletRow = Awaited<ReturnType<typeof selectWallets>>[number];

function toView(row: WalletRow): WalletView {
  const isReady = row.walletStatus === 'READY';
  const requestedAt = row.walletRequestedAt;
  const retryAt = row.walletStatus === 'FAILED' ? row.walletAvailableAt : null;
  const step = stepOf(row);
  // What only has its balance to be read needs no signature.
  const isComing = row.walletStatus !== 'FAILED' || retryAt !== null;
  return {
    accountId: row.nearAccountId,
    status: row.walletStatus,
    step,
    error: row.walletError,
    isReady,
    retryAt: retryAt?.toISOString() ?? null,
    isPaused: Boolean(row.isServicePaused) && step !== null && step !== 'BALANCE' && isComing,
    waitedMs: isReady || !requestedAt ? null : Math.max(0, Date.now() - requestedAt.getTime()),
    // The column's default of 0 is no balance anybody has read.
    balance: isReady || row.chocoLastSyncAt ? row.chocoBalance : null,
  };
}

function stepOf(row: WalletRow): WalletStep | null {
  if (row.walletStatus === null || row.walletStatus === 'READY') return null;
  if (row.hasAccount) return row.hasReward ? 'BALANCE' : 'REWARD';
  return row.walletStatus === 'PENDING' ? 'REQUESTED' : 'ACCOUNT';
}
