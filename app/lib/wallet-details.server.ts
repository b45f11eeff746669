import { desc, eq } from 'drizzle-orm';
import { tokenTransfer, user, wallet, walletEvent, walletKeyExport } from '#drizzle/schema.ts';
import { toDecimal } from '#engine/core/amounts.ts';
import { db } from './db.server.ts';
import { env } from './env.server.ts';
import { explorerTransactionUrl } from './explorer.ts';
import {
  moveOf,
  type TransferPurpose,
  type TransferStatus,
  type WalletMove,
} from './wallet-history.ts';

/** The token's own; it cannot change once there are balances. */
const CHOCO_DECIMALS = 18;
const LONGEST_LIST = 50;

export interface ShownTransfer {
  readonly id: string;
  readonly purpose: TransferPurpose;
  readonly status: TransferStatus;
  /** Whole CHOCO as a decimal. */
  readonly amount: string;
  readonly hash: string;
  /** Null where the network has no public explorer. */
  readonly explorerUrl: string | null;
  readonly at: string;
}

export interface ShownMove {
  readonly id: number;
  readonly move: WalletMove;
  /** The attempt it belongs to, from 1; null where it says nothing. */
  readonly attempt: number | null;
  readonly errorCode: string | null;
  readonly at: string;
}

/** The user's latest token transfers, the newest first. */
export async function listTransfers(userId: string): Promise<ShownTransfer[]> {
  const rows = await db()
    .select()
    .from(tokenTransfer)
    .where(eq(tokenTransfer.userId, userId))
    .orderBy(desc(tokenTransfer.createdAt), desc(tokenTransfer.id))
    .limit(LONGEST_LIST);
  const { nearNetworkId } = env();
  return rows.map((row) => ({
    id: row.id,
    purpose: row.purpose === 'SIGNUP_REWARD' ? row.purpose : 'OTHER',
    status: row.status === 'COMPLETED' || row.status === 'FAILED' ? row.status : 'PENDING',
    amount: toDecimal(BigInt(row.amount), CHOCO_DECIMALS),
    hash: row.txHash,
    explorerUrl: explorerTransactionUrl(nearNetworkId, row.txHash),
    at: row.createdAt.toISOString(),
  }));
}

/** The wallet's latest states over time, the newest first. */
export async function listMoves(userId: string): Promise<ShownMove[]> {
  const rows = await db()
    .select()
    .from(walletEvent)
    .where(eq(walletEvent.userId, userId))
    .orderBy(desc(walletEvent.id))
    .limit(LONGEST_LIST);
  return rows.map((row) => {
    const move = moveOf({ from: row.fromStatus, to: row.toStatus });
    const hasAttempt = move === 'STARTED' || move === 'TAKEN_OVER' || move === 'FAILED';
    return {
      id: row.id,
      move,
      attempt: hasAttempt && row.attempt > 0 ? row.attempt : null,
      errorCode: move === 'FAILED' ? row.errorCode : null,
      at: row.createdAt.toISOString(),
    };
  });
}

/** When the balance was last read from the chain, ISO; null when it never was. */
export async function readLastSync(userId: string): Promise<string | null> {
  const row = await db().query.user.findFirst({
    where: eq(user.id, userId),
    columns: { chocoLastSyncAt: true },
  });
  return row?.chocoLastSyncAt?.toISOString() ?? null;
}

/** When the user was last shown the wallet's private key, ISO; null when never. */
export async function readKeyExportedAt(userId: string): Promise<string | null> {
  const [row] = await db()
    .select({ at: walletKeyExport.createdAt })
    .from(walletKeyExport)
    .innerJoin(wallet, eq(wallet.id, walletKeyExport.walletId))
    .where(eq(wallet.ownerId, userId))
    .orderBy(desc(walletKeyExport.id))
    .limit(1);
  return row?.at.toISOString() ?? null;
}
