import { and, inArray, isNull } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import type { WalletProgress } from '#engine/ports/wallet-reader.ts';
import { db } from '../db.server.ts';
import { walletReader } from '../near/wallet-engine.server.ts';
import type { WalletStep, WalletView } from './wallet-view.ts';

/** SQLite's limit of variables is higher; a query to a server should stay small. */
const USERS_A_QUERY = 500;

/** The wallet from the database, or null if there is no such user (any more). */
export async function readWalletView(userId: string): Promise<WalletView | null> {
  return (await readWalletViews([userId])).get(userId) ?? null;
}

/** The wallets of many users at once; a missing user does not exist (any more). */
export async function readWalletViews(
  userIds: readonly string[],
): Promise<ReadonlyMap<string, WalletView>> {
  const views = new Map<string, WalletView>();
  for (let start = 0; start < userIds.length; start += USERS_A_QUERY) {
    const rows = await selectWallets(userIds.slice(start, start + USERS_A_QUERY));
    const waiting = rows.filter(isWaiting).map(({ id }) => id);
    const service = await readService(waiting);
    for (const row of rows) views.set(row.id, toView(row, service));
  }
  return views;
}

/** The part of a view beyond the user's own row. */
interface ServiceFacts {
  readonly isPaused: boolean;
  readonly progress: ReadonlyMap<string, WalletProgress>;
}

async function readService(waiting: readonly string[]): Promise<ServiceFacts> {
  if (waiting.length === 0) return { isPaused: false, progress: new Map() };
  const reader = walletReader();
  const [isPaused, progress] = await Promise.all([
    reader.readIsPaused(),
    reader.readProgress(waiting),
  ]);
  return { isPaused, progress };
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
    })
    .from(user)
    .where(and(inArray(user.id, [...userIds]), isNull(user.deletedAt)));
}

type WalletRow = Awaited<ReturnType<typeof selectWallets>>[number];

function isWaiting({ walletStatus }: WalletRow): boolean {
  return walletStatus !== null && walletStatus !== 'READY';
}

function toView(row: WalletRow, { isPaused, progress }: ServiceFacts): WalletView {
  const isReady = row.walletStatus === 'READY';
  const requestedAt = row.walletRequestedAt;
  const retryAt = row.walletStatus === 'FAILED' ? row.walletAvailableAt : null;
  const step = stepOf(row, progress.get(row.id));
  // Reading the balance needs no signature.
  const isComing = row.walletStatus !== 'FAILED' || retryAt !== null;
  return {
    accountId: row.nearAccountId,
    status: row.walletStatus,
    step,
    error: row.walletError,
    isReady,
    retryAt: retryAt?.toISOString() ?? null,
    isPaused: isPaused && step !== null && step !== 'BALANCE' && isComing,
    waitedMs: isReady || !requestedAt ? null : Math.max(0, Date.now() - requestedAt.getTime()),
    // The column's default of 0 is not a balance that was read.
    balance: isReady || row.chocoLastSyncAt ? row.chocoBalance : null,
  };
}

function stepOf(row: WalletRow, progress: WalletProgress | undefined): WalletStep | null {
  if (!isWaiting(row)) return null;
  if (progress?.hasAccount) return progress.hasReward ? 'BALANCE' : 'REWARD';
  return row.walletStatus === 'PENDING' ? 'REQUESTED' : 'ACCOUNT';
}
