import { eq } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import { toDecimal } from '#engine/core/amounts.ts';
import { db } from '../db.server.ts';
import { walletReader } from '../near/wallet-engine.server.ts';
import { env } from '../settings/env.server.ts';
import { explorerTransactionUrl } from './explorer.ts';
import {
  type HistoryTransition,
  type TransferPurpose,
  type TransferStatus,
  transitionOf,
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
  /** Null if the network has no public explorer. */
  readonly explorerUrl: string | null;
  readonly at: string;
}

export interface ShownTransition {
  readonly id: number;
  readonly transition: HistoryTransition;
  /** The attempt it belongs to, from 1; null if irrelevant. */
  readonly attempt: number | null;
  readonly errorCode: string | null;
  readonly at: string;
}

/** The user's latest token transfers, newest first. */
export async function listTransfers(userId: string): Promise<ShownTransfer[]> {
  const transfers = await walletReader().readTransfers({ ownerId: userId, limit: LONGEST_LIST });
  const { nearNetworkId } = env();
  return transfers.map(({ id, purpose, status, baseUnits, hash, atMs }) => ({
    id,
    purpose: purpose === 'SIGNUP_REWARD' ? purpose : 'OTHER',
    status: status === 'COMPLETED' || status === 'FAILED' ? status : 'PENDING',
    amount: toDecimal(baseUnits, CHOCO_DECIMALS),
    hash,
    explorerUrl: explorerTransactionUrl(nearNetworkId, hash),
    at: isoOf(atMs),
  }));
}

/** The wallet's latest transitions, newest first; for one from the stock, since it has an owner. */
export async function listTransitions(userId: string): Promise<ShownTransition[]> {
  const events = await walletReader().readEvents({ ownerId: userId, limit: LONGEST_LIST });
  const taken = events.findIndex(
    ({ fromStatus: from, toStatus: to }) => transitionOf({ from, to }) === 'TAKEN',
  );
  const own = taken === -1 ? events : events.slice(0, taken + 1);
  return own.map(({ id, fromStatus, toStatus, attempt, errorCode, atMs }) => {
    const transition = transitionOf({ from: fromStatus, to: toStatus });
    const hasAttempt =
      transition === 'STARTED' || transition === 'TAKEN_OVER' || transition === 'FAILED';
    return {
      id,
      transition,
      attempt: hasAttempt && attempt > 0 ? attempt : null,
      errorCode: transition === 'FAILED' ? errorCode : null,
      at: isoOf(atMs),
    };
  });
}

/** When the balance was last read from the chain, ISO; null if never. */
export async function readLastSync(userId: string): Promise<string | null> {
  const row = await db().query.user.findFirst({
    where: eq(user.id, userId),
    columns: { chocoLastSyncAt: true },
  });
  return row?.chocoLastSyncAt?.toISOString() ?? null;
}

/** When the user last exported the private key, ISO; null if never. */
export async function readKeyExportedAt(userId: string): Promise<string | null> {
  const atMs = await walletReader().readKeyExportedAt(userId);
  return atMs === null ? null : isoOf(atMs);
}

function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
