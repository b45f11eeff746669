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
import { findUser } from './find-user.server.ts';

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
  rows.push(['signing', deployment ? signing : 'no contact with a chain yet']);
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

/** One wallet with its transactions, reward, transitions, and what operators did. Never a key. */
export async function showWallet(name: string): Promise<CommandResult> {
  const found = await findUser(name);
  const { id: userId } = found;
  const reader = walletReader();
  const transactions = await reader.readTransactions({ ownerId: userId, limit: transactionsShown });
  const transfers = await reader.readTransfers({ ownerId: userId, limit: transactionsShown });
  const rewards = transfers.map(({ baseUnits, ...transfer }) => ({
    ...transfer,
    amount: String(baseUnits),
  }));
  const events = await reader.readEvents({ ownerId: userId, limit: eventsShown });
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
        time(each.signedAtMs),
        each.purpose,
        each.status,
        each.isLive ? 'live' : '',
        each.hash,
        each.failure ?? '',
      ]),
    ),
    section(
      'rewards',
      rewards.map((each) => [each.purpose, each.status, each.amount, each.hash]),
    ),
    section(
      'transitions, the newest first',
      events.map((each) => [
        time(each.atMs),
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
