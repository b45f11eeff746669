import { eq } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import type { OperatorAction } from '#engine/ports/operator-store.ts';
import { db } from '../db.server.ts';
import { operatorStore, walletReader } from '../near/wallet-engine.server.ts';
import { env } from '../settings/env.server.ts';
import { explorerAccountUrl, explorerTransactionUrl } from '../wallet/explorer.ts';
import { readKeyExportedAt } from '../wallet/wallet-details.server.ts';

const LONGEST_LIST = 200;

/** Everything known about one wallet except its keys; null if there is no such user. */
export async function readWalletStory(userId: string) {
  const row = await db().query.user.findFirst({
    where: eq(user.id, userId),
    // Listed one by one: the private key is in the same row.
    columns: {
      id: true,
      name: true,
      email: true,
      createdAt: true,
      deletedAt: true,
      nearAccountId: true,
      nearPublicKey: true,
      walletStatus: true,
      walletError: true,
      walletAttempts: true,
      walletTakeovers: true,
      walletAvailableAt: true,
      walletRequestedAt: true,
      walletCompletedAt: true,
      chocoBalance: true,
    },
  });
  if (!row) return null;
  const { nearNetworkId } = env();
  const [events, transactions, actions, keyExportedAt] = await Promise.all([
    readEvents(userId),
    readTransactions(userId),
    readOperatorActions(userId),
    readKeyExportedAt(userId),
  ]);
  return {
    userId,
    name: row.name,
    email: row.email,
    accountId: row.nearAccountId,
    publicKey: row.nearPublicKey,
    explorerUrl: row.nearAccountId ? explorerAccountUrl(nearNetworkId, row.nearAccountId) : null,
    status: row.walletStatus,
    error: row.walletError,
    attempts: row.walletAttempts,
    takeovers: row.walletTakeovers,
    balance: row.chocoBalance,
    signedUpAt: row.createdAt.toISOString(),
    leftAt: row.deletedAt?.toISOString() ?? null,
    requestedAt: row.walletRequestedAt?.toISOString() ?? null,
    completedAt: row.walletCompletedAt?.toISOString() ?? null,
    availableAt: row.walletAvailableAt?.toISOString() ?? null,
    /** From then on the owner holds the key, too. */
    keyExportedAt,
    events,
    transactions,
    actions,
  };
}

async function readEvents(userId: string) {
  const events = await walletReader().readEvents({ ownerId: userId, limit: LONGEST_LIST });
  return events.map(({ atMs, ...event }) => ({ ...event, at: new Date(atMs).toISOString() }));
}

async function readTransactions(userId: string) {
  const query = { ownerId: userId, limit: LONGEST_LIST };
  const transactions = await walletReader().readTransactions(query);
  const { nearNetworkId } = env();
  return transactions.map(
    ({ hash, purpose, status, receiverId, failure, signedAtMs, settledAtMs }) => ({
      ...{ hash, purpose, status, receiverId, failure },
      explorerUrl: explorerTransactionUrl(nearNetworkId, hash),
      signedAt: new Date(signedAtMs).toISOString(),
      settledAt: settledAtMs === null ? null : new Date(settledAtMs).toISOString(),
    }),
  );
}

export interface ShownAction {
  readonly id: number;
  readonly actor: string;
  readonly action: OperatorAction['action'];
  readonly userId: string | null;
  /** Its outcome by name; of a list only the count. */
  readonly detail: readonly { readonly name: string; readonly value: string }[];
  readonly at: string;
}

/** Newest first. @param userId only actions about this user; null: all */
export async function readOperatorActions(userId: string | null): Promise<ShownAction[]> {
  const actions = await operatorStore().readActions({ userId, limit: 20 });
  return actions.map(({ id, actor, action, userId: about, detail, createdAtMs }) => ({
    id,
    actor,
    action,
    userId: about,
    detail: shownDetail(detail),
    at: new Date(createdAtMs).toISOString(),
  }));
}

export function shownDetail(detail: OperatorAction['detail']): ShownAction['detail'] {
  return Object.entries(detail)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ({ name, value: String(Array.isArray(value) ? value.length : value) }));
}
