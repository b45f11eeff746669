import type { OperatorAction } from '#engine/ports/operator-store.ts';
import type {
  WalletEvent,
  WalletTransaction,
  WalletTransfer,
} from '#engine/ports/wallet-reader.ts';
import type { StockCount } from '#engine/ports/wallet-stock.ts';
import { pauseRemedies } from '../near/remedies.ts';
import {
  countLanes,
  operatorStore,
  walletCensus,
  walletReader,
  walletStockCount,
} from '../near/wallet-engine.server.ts';
import { type CommandResult, table, time } from './command.ts';
import { findUserOrStock } from './find-user.server.ts';

const eventsShown = 20;
const transactionsShown = 200;

/** All wallets by status, the treasury, lanes and why nothing is signed, from the tables alone. */
export async function showStatus(): Promise<CommandResult> {
  const census = await walletCensus().take();
  const stock = await walletStockCount();
  const lanes = await countLanes();
  const { deployment, wallets, open, oldestWaitingSinceMs } = census;
  const reason = deployment?.pauseReason ?? null;
  const json = { ...census, stock, lanes };
  const rows = [
    ...Object.entries(wallets).map(([status, count]) => [status, String(count)]),
    ['stock', stockWords(stock)],
    ['oldest waiting', time(oldestWaitingSinceMs)],
    [
      'open transactions',
      `${open.count}${open.count ? `, since ${time(open.oldestSignedAtMs)}` : ''}`,
    ],
    ['lanes', `${lanes.added} added, ${lanes.held} held`],
  ];
  if (deployment?.treasury) {
    const { microNear, microToken, runwayWallets, readAtMs } = deployment.treasury;
    const funds = `${microNear / 1e6} NEAR, ${microToken / 1e6} CHOCO`;
    rows.push(['treasury', `${funds}, for ${runwayWallets ?? '?'} wallets (${time(readAtMs)})`]);
  }
  const signing = reason ? `paused: ${reason}. ${pauseRemedies[reason]}` : 'open';
  rows.push(['signing', deployment ? signing : 'no process has connected to the chain yet']);
  return { text: table(rows), json, exitCode: 0 };
}

function stockWords({ ready, underWay, failed, otherTerms, setAside }: StockCount): string {
  const others = [
    [underWay, 'under way'],
    [failed, 'FAILED'],
    [otherTerms, 'on other terms'],
    [setAside, 'set aside'],
  ] as const;
  const told = others.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return [`${ready} ready`, ...told].join(', ');
}

/** One wallet, a user's or one in stock, with its transactions, reward, transitions, and what operators did. Never a key. */
export async function showWallet(name: string): Promise<CommandResult> {
  const found = await findUserOrStock(name);
  const wallet = walletOf(found);
  const userId = 'user' in found ? found.user.id : found.inStock.walletId;
  const reader = walletReader();
  const transactions = await reader.readTransactions({ ownerId: userId, limit: transactionsShown });
  const transfers = await reader.readTransfers({ ownerId: userId, limit: transactionsShown });
  const rewards = transfers.map(({ baseUnits, ...transfer }) => ({
    ...transfer,
    amount: String(baseUnits),
  }));
  const events = await reader.readEvents({ ownerId: userId, limit: eventsShown });
  const actions = await operatorStore().readActions({ userId, limit: eventsShown });
  const json = { wallet, transactions, rewards, events, actions };
  return { text: textOf(json), json, exitCode: 0 };
}

type Found = Awaited<ReturnType<typeof findUserOrStock>>;

function walletOf(found: Found) {
  if ('inStock' in found) {
    const { requestedAtMs, dueAtMs, ...wallet } = found.inStock;
    const [requestedAt, dueAt] = [requestedAtMs, dueAtMs].map((ms) => ms && new Date(ms));
    return { ...wallet, requestedAt, dueAt, owner: 'none: in stock' };
  }
  const { user } = found;
  return {
    userId: user.id,
    email: user.email,
    accountId: user.nearAccountId,
    publicKey: user.nearPublicKey,
    status: user.walletStatus,
    error: user.walletError,
    attempts: user.walletAttempts,
    takeovers: user.walletTakeovers,
    requestedAt: user.walletRequestedAt,
    dueAt: user.walletAvailableAt,
    balance: user.chocoBalance,
    deletedAt: user.deletedAt,
  };
}

interface WalletStory {
  readonly wallet: ReturnType<typeof walletOf>;
  readonly transactions: readonly WalletTransaction[];
  readonly rewards: readonly (Pick<WalletTransfer, 'purpose' | 'status' | 'hash'> & {
    readonly amount: string;
  })[];
  readonly events: readonly WalletEvent[];
  readonly actions: readonly OperatorAction[];
}

function textOf({ wallet, transactions, rewards, events, actions }: WalletStory): string {
  const sections = [
    table(Object.entries(wallet).map(([key, value]) => [key, wordsOf(value)])),
    section('transactions', transactions, (each) => [
      time(each.signedAtMs),
      each.purpose,
      each.status,
      each.isLive ? 'live' : '',
      each.hash,
      each.failure ?? '',
    ]),
    section('rewards', rewards, (each) => [each.purpose, each.status, each.amount, each.hash]),
    section('transitions, the newest first', events, (each) => [
      time(each.atMs),
      `${each.fromStatus ?? '-'} -> ${each.toStatus ?? '-'}`,
      each.errorCode ?? '',
    ]),
    section('operators', actions, (each) => [
      time(each.createdAtMs),
      each.actor,
      each.action,
      JSON.stringify(each.detail),
    ]),
  ];
  return sections.filter(Boolean).join('\n\n');
}

/** Empty if there is nothing to show. */
function section<Item>(
  title: string,
  items: readonly Item[],
  rowOf: (item: Item) => string[],
): string {
  return items.length === 0 ? '' : `${title}\n${table(items.map(rowOf))}`;
}

function wordsOf(value: string | number | Date | null | undefined): string {
  return value instanceof Date ? time(value) : String(value ?? '-');
}
