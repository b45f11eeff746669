import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import { toDecimal } from '#engine/core/amounts.ts';
import { ServiceError } from '#engine/core/errors.ts';
import type { WalletEvent, WalletTransaction } from '#engine/ports/wallet-reader.ts';
import type { Wallet } from '#engine/ports/wallet-store.ts';
import type { WalletEngine } from '#engine/wallets/wallet-engine.ts';
import { db } from '../db.server.ts';
import { remedyOf } from '../near/remedies.ts';
import {
  operatorStore,
  readChainFacts,
  requireKnownMasterKeys,
  walletEngineWithoutStock,
  walletReader,
} from '../near/wallet-engine.server.ts';
import { env } from '../settings/env.server.ts';
import { explorerAccountUrl } from '../wallet/explorer.ts';
import { type CommandResult, table } from './command.ts';

const nearDecimals = 24;
/** How long to wait before checking again: a wallet between two attempts returns immediately. */
const checkAgainMs = 300;
const stopMs = 2_000;
const rowsReported = 200;

/**
 * Creates one real wallet on the configured network, as a sign-up does, by this process or a running worker, then
 * checks it on chain. Its user can never sign in and counts as deleted. Does not start while nothing can be
 * signed: a requested wallet is created and paid for eventually.
 */
export async function smoke({
  actor,
  limitMs,
  onProgress,
}: {
  actor: string;
  limitMs: number;
  onProgress: (line: string) => void;
}): Promise<CommandResult> {
  const engine = walletEngineWithoutStock();
  // Stopped before the report, so that claims are released and the report shows the final state. Only an
  // unresponsive node takes longer, and leases expire by themselves.
  const attempt = await makeWallet({ engine, actor, limitMs, onProgress }).finally(() =>
    Promise.race([engine.stop(), sleep(stopMs)]),
  );
  return attempt.userId === null ? refusal(attempt.paused) : report({ ...attempt, limitMs });
}

type Attempt =
  | { userId: null; paused: string }
  | { userId: string; begunAtMs: number; paused: string | null };

async function makeWallet({
  engine,
  actor,
  limitMs,
  onProgress,
}: {
  engine: WalletEngine;
  actor: string;
  limitMs: number;
  onProgress: (line: string) => void;
}): Promise<Attempt> {
  const begunAtMs = Date.now();
  const untilMs = begunAtMs + limitMs;
  await requireKnownMasterKeys();
  await engine.start();
  const reason = engine.pausedBy();
  if (reason !== null) return { userId: null, paused: reason };
  const userId = await addUser(actor);
  let wallet = await engine.requestWallet(userId);
  await db().update(user).set({ deletedAt: new Date() }).where(eq(user.id, userId));
  onProgress(`PENDING as ${wallet?.accountId}`);
  while (!isOver(wallet) && Date.now() < untilMs) {
    // It waits up to 30 s while nothing can be signed.
    const work = engine.processWallet(userId);
    wallet = (await Promise.race([work, sleep(untilMs - Date.now(), null)])) ?? wallet;
    onProgress(`${wallet?.status} after ${Date.now() - begunAtMs} ms ${engine.pausedBy() ?? ''}`);
    if (!isOver(wallet)) await sleep(checkAgainMs);
  }
  return { userId, begunAtMs, paused: engine.pausedBy() };
}

function isOver(wallet: Wallet | null): boolean {
  if (wallet?.status === 'FAILED') return wallet.availableAtMs === null;
  return wallet?.status === 'READY';
}

function refusal(paused: string): CommandResult {
  const words = [
    `Not started, and nothing was created: signing is paused (${paused}).`,
    remedyOf(paused),
  ];
  const text = words.filter(Boolean).join('\n');
  return { text, json: { userId: null, paused, isOk: false }, exitCode: 1 };
}

async function addUser(actor: string): Promise<string> {
  const userId = `smoke-${randomUUID()}`;
  const now = new Date();
  const nowMs = now.getTime();
  await operatorStore().record({ actor, action: 'SMOKE', userId, detail: {}, nowMs });
  await db()
    .insert(user)
    .values({
      id: userId,
      name: 'smoke',
      email: `${userId}@deleted.invalid`,
      createdAt: now,
      updatedAt: now,
    });
  return userId;
}

interface Report {
  readonly userId: string;
  readonly begunAtMs: number;
  readonly limitMs: number;
  readonly paused: string | null;
}

async function report({ userId, begunAtMs, limitMs, paused }: Report): Promise<CommandResult> {
  const [row] = await db().select().from(user).where(eq(user.id, userId));
  const query = { ownerId: userId, limit: rowsReported };
  const events = await walletReader().readEvents(query);
  const signed = await walletReader().readTransactions(query);
  const transactions = signed.filter(({ isLive }) => isLive);
  const { nearAccountId: accountId = null, walletStatus: status = null } = row ?? {};
  const isUnfinished = status !== 'READY' && row?.walletAvailableAt != null;
  const facts =
    accountId && row?.nearPublicKey && !isUnfinished
      ? await askChain({ accountId, publicKey: row.nearPublicKey })
      : null;
  const checks = facts ? checksOf(facts) : {};
  const json = {
    userId,
    accountId,
    status,
    isUnfinished,
    paused,
    steps: stepsOf({ events, transactions, begunAtMs }),
    checks,
    costNear: transactions.reduce((sum, each) => sum + microNearOf(each), 0) / 1e6,
    isOk: status === 'READY' && facts !== null && Object.values(checks).every(Boolean),
  };
  const text = textOf(json, { facts, error: row?.walletError ?? null, limitMs });
  return { text, json, exitCode: json.isOk ? 0 : 1 };
}

interface Step {
  readonly step: string;
  /** Since the beginning. */
  readonly atMs: number;
  readonly detail: string;
}

/** The wallet's transitions and transactions, in the order in which they happened. */
function stepsOf({
  events,
  transactions,
  begunAtMs,
}: {
  events: readonly WalletEvent[];
  transactions: readonly WalletTransaction[];
  begunAtMs: number;
}): Step[] {
  return [
    ...events.toReversed().map((event) => ({
      step: `${event.toStatus ?? ''}${event.errorCode ? ` ${event.errorCode}` : ''}`,
      atMs: event.atMs - begunAtMs,
      detail: '',
    })),
    ...transactions.map((each) => ({
      step: `${each.purpose} ${each.status}`,
      atMs: (each.settledAtMs ?? each.signedAtMs) - begunAtMs,
      detail: `${each.hash}, ${microNearOf(each) / 1e6} NEAR`,
    })),
  ].sort((a, b) => a.atMs - b.atMs);
}

function microNearOf(transaction: WalletTransaction): number {
  return transaction.spentMicroNear ?? transaction.maxCostMicroNear;
}

type ChainFacts = Awaited<ReturnType<typeof readChainFacts>>;

/** What must be true on chain of a wallet that is READY. */
function checksOf(facts: ChainFacts): Record<string, boolean> {
  return {
    accountExists: facts.balanceYocto !== null,
    keyHasFullAccess: facts.hasFullAccess,
    isRegistered: facts.isRegistered,
    holdsReward: facts.tokens === env().signupRewardChoco,
  };
}

interface Outcome {
  readonly accountId: string | null;
  readonly status: string | null;
  readonly isUnfinished: boolean;
  readonly paused: string | null;
  readonly steps: readonly Step[];
  readonly checks: Readonly<Record<string, boolean>>;
  readonly costNear: number;
  readonly isOk: boolean;
}

function textOf(
  outcome: Outcome,
  { facts, error, limitMs }: { facts: ChainFacts | null; error: string | null; limitMs: number },
): string {
  const { accountId, status, isUnfinished, paused, steps, checks, costNear, isOk } = outcome;
  const explorer = accountId ? explorerAccountUrl(env().nearNetworkId, accountId) : null;
  return [
    table(steps.map(({ step, atMs, detail }) => [`${atMs} ms`, step, detail])),
    table(Object.entries(checks).map(([check, holds]) => [holds ? 'ok' : 'WRONG', check])),
    facts?.balanceYocto != null
      ? `${accountId} holds ${toDecimal(facts.balanceYocto, nearDecimals)} NEAR and ${facts.tokens} CHOCO.`
      : `${accountId} is ${status}${error ? `: ${error}` : ''}${paused ? `; waiting: ${paused}` : ''}.`,
    facts || isUnfinished ? '' : 'The chain did not answer, so nothing was checked on chain.',
    `Cost so far: ${costNear} NEAR${explorer ? `. See ${explorer}` : ''}`,
    isUnfinished
      ? `Not finished within ${limitMs / 1000} s. The wallet stays ${status}: it will be created and paid for as soon as a server or worker can sign.`
      : '',
    isOk ? 'The smoke test passed.' : 'The smoke test FAILED.',
  ]
    .filter(Boolean)
    .join('\n');
}

/** Null when it does not answer. */
async function askChain(wallet: { accountId: string; publicKey: string }) {
  try {
    return await readChainFacts(wallet);
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}
