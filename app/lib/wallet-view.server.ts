import { eq } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import { db } from './db.server.ts';
import type { WalletView } from './wallet-view.ts';

/** The wallet as the database has it, or null when there is no such user. */
export async function readWalletView(userId: string): Promise<WalletView | null> {
  const row = await db().query.user.findFirst({
    where: eq(user.id, userId),
    columns: {
      nearAccountId: true,
      walletStatus: true,
      walletError: true,
      walletAvailableAt: true,
      chocoBalance: true,
      chocoLastSyncAt: true,
    },
  });
  if (!row) return null;
  const isReady = row.walletStatus === 'READY';
  const retryAt = row.walletStatus === 'FAILED' ? row.walletAvailableAt : null;
  return {
    accountId: row.nearAccountId,
    status: row.walletStatus,
    error: row.walletError,
    isReady,
    retryAt: retryAt?.toISOString() ?? null,
    // The column's default of 0 is no balance anybody has read.
    balance: isReady || row.chocoLastSyncAt ? row.chocoBalance : null,
  };
}
