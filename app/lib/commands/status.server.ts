import { desc, eq, gt } from 'drizzle-orm';
import {
  chainTransaction,
  chainTransactionWallet,
  serviceKeyLane,
  tokenTransfer,
  walletEvent,
} from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import { pauseRemedies } from '../near/remedies.ts';
import { operatorStore, walletCensus } from '../near/wallet-engine.server.ts';
import { type CommandResult, table, time } from './command.ts';
import { findUser } from './find-user.server.ts';

const eventsShown = 20;

/** All wallets by status, the treasury, lanes and why nothing is signed, from the tables alone. */
export async function showStatus(): Promise<CommandResult> {
  const census = await walletCensus().take();
  const lanes = await db().select().from(serviceKeyLane).where(gt(serviceKeyLane.laneNumber, 0));
  const now = Date.now();
  const held = lanes.filter(({ holder, leasedUntil }) => holder && leasedUntil.getTime() > now);
  const { deployment, wallets, open, oldestWaitingSinceMs } = census;
  const reason = deployment?.pauseReason ?? null;
  const json = { ...census, lanes: { added: lanes.length, held: held.length } };
  const rows = [
    ...Object.entries(wallets).map(([status, count]) => [status, String(count)]),
    ['oldest waiting', time(oldestWaitingSinceMs)],
    [
      'open transactions',
      `${open.count}${open.count ? `, since ${time(open.oldestSignedAtMs)}` : ''}`,
    ],
    ['lanes', `${lanes.length} added, ${held.length} held`],
  ];
  if (deployment?.treasury) {
    const { microNear, microToken, runwayWallets, readAtMs } = deployment.treasury;
    const funds = `${microNear / 1e6} NEAR, ${microToken / 1e6} CHOCO`;
    rows.push(['treasury', `${funds}, for ${runwayWallets ?? '?'} wallets (${time(readAtMs)})`]);
  }
  const signing = reason ? `paused: ${reason}. ${pauseRemedies[reason]}` : 'open';
  rows.push(['signing', deployment ? signing : 'no chain was met yet']);
  return { text: table(rows), json, exitCode: 0 };
}

/** One wallet with its transactions, reward, moves, and what operators did. Never a key. */
export async function showWallet(name: string): Promise<CommandResult> {
  const found = await findUser(name);
  const { id: userId } = found;
  const transactions = await db()
    .select({
      hash: chainTransaction.hash,
      purpose: chainTransactionWallet.purpose,
      status: chainTransaction.status,
      live: chainTransactionWallet.live,
      createdAt: chainTransaction.createdAt,
      failure: chainTransaction.failure,
    })
    .from(chainTransactionWallet)
    .innerJoin(chainTransaction, eq(chainTransaction.hash, chainTransactionWallet.hash))
    .where(eq(chainTransactionWallet.userId, userId))
    .orderBy(chainTransaction.createdAt);
  const rewards = await db()
    .select({
      status: tokenTransfer.status,
      purpose: tokenTransfer.purpose,
      amount: tokenTransfer.amount,
      txHash: tokenTransfer.txHash,
    })
    .from(tokenTransfer)
    .where(eq(tokenTransfer.userId, userId));
  const events = await db()
    .select()
    .from(walletEvent)
    .where(eq(walletEvent.userId, userId))
    .orderBy(desc(walletEvent.id))
    .limit(eventsShown);
  const actions = await operatorStore().readActions({ userId, limit: eventsShown });
  const wallet = {
    userId,
    email: found.email,
    accountId: found.nearAccountId,
    publicKey: found.nearPublicKey,
    status: found.walletStatus,
    error: found.walletError,
    attempts: found.walletAttempts,
    takeovers: found.walletTakeovers,
    requestedAt: found.walletRequestedAt,
    dueAt: found.walletAvailableAt,
    balance: found.chocoBalance,
    deletedAt: found.deletedAt,
  };
  const text = [
    table(Object.entries(wallet).map(([key, value]) => [key, wordsOf(value)])),
    section(
      'transactions',
      transactions.map((each) => [
        time(each.createdAt),
        each.purpose,
        each.status,
        each.live ? 'live' : '',
        each.hash,
        each.failure ?? '',
      ]),
    ),
    section(
      'rewards',
      rewards.map((each) => [each.purpose, each.status, each.amount, each.txHash]),
    ),
    section(
      'moves, the newest first',
      events.map((each) => [
        time(each.createdAt),
        `${each.fromStatus ?? '-'} -> ${each.toStatus ?? '-'}`,
        each.errorCode ?? '',
      ]),
    ),
    section(
      'operators',
      actions.map((each) => [
        time(each.createdAtMs),
        each.actor,
        each.action,
        JSON.stringify(each.detail),
      ]),
    ),
  ].filter(Boolean);
  return {
    text: text.join('\n\n'),
    json: { wallet, transactions, rewards, events, actions },
    exitCode: 0,
  };
}

function section(title: string, rows: string[][]): string {
  return rows.length === 0 ? '' : `${title}\n${table(rows)}`;
}

function wordsOf(value: string | number | Date | null): string {
  return value instanceof Date ? time(value) : String(value ?? '-');
}
