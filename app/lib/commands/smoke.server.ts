import { randomUUID } from 'node:crypto';
import { and, eq, inArray } from 'drizzle-orm';
import { chainTransaction, chainTransactionWallet, user, walletEvent } from '#drizzle/schema.ts';
import { toDecimal } from '#provisioning/amounts.ts';
import { db } from '../db.server.ts';
import { env } from '../env.server.ts';
import { explorerAccountUrl } from '../explorer.ts';
import { readChainFacts, walletEngine } from '../near/wallet-engine.server.ts';
import { type CommandResult, table } from './command.ts';

const nearDecimals = 24;

/**
 * One real wallet on the configured network, as a sign-up makes it, by this process or a running
 * worker; then the chain itself is asked. Its user can never sign in and counts as departed.
 */
export async function smoke({
  limitMs,
  onProgress,
}: {
  limitMs: number;
  onProgress: (line: string) => void;
}): Promise<CommandResult> {
  const userId = `smoke-${randomUUID()}`;
  const begunAtMs = Date.now();
  const now = new Date();
  await db()
    .insert(user)
    .values({
      id: userId,
      name: 'smoke',
      email: `${userId}@deleted.invalid`,
      createdAt: now,
      updatedAt: now,
      deletedAt: now,
    });
  const engine = walletEngine();
  try {
    await engine.start();
    const requested = await engine.requestWallet(userId);
    onProgress(`PENDING as ${requested?.accountId}`);
    let wallet = requested;
    while (Date.now() - begunAtMs < limitMs) {
      wallet = await engine.processWallet(userId);
      if (wallet?.status === 'READY' || (wallet?.status === 'FAILED' && !wallet.availableAtMs))
        break;
      onProgress(`${wallet?.status} after ${Date.now() - begunAtMs} ms ${engine.pausedBy() ?? ''}`);
    }
    const paused = engine.pausedBy();
    return await report({ userId, begunAtMs, accountId: wallet?.accountId ?? null, paused });
  } finally {
    await engine.stop();
  }
}

async function report({
  userId,
  begunAtMs,
  accountId,
  paused,
}: {
  userId: string;
  begunAtMs: number;
  accountId: string | null;
  paused: string | null;
}): Promise<CommandResult> {
  const [row] = await db().select().from(user).where(eq(user.id, userId));
  const moves = await db()
    .select()
    .from(walletEvent)
    .where(eq(walletEvent.userId, userId))
    .orderBy(walletEvent.id);
  const links = await db()
    .select({ hash: chainTransactionWallet.hash })
    .from(chainTransactionWallet)
    .where(and(eq(chainTransactionWallet.userId, userId), eq(chainTransactionWallet.live, true)));
  const hashes = links.map(({ hash }) => hash);
  const transactions = await db()
    .select()
    .from(chainTransaction)
    .where(inArray(chainTransaction.hash, hashes));
  const steps = [
    ...moves.map((move) => ({
      step: `${move.toStatus ?? ''}${move.errorCode ? ` ${move.errorCode}` : ''}`,
      atMs: move.createdAt.getTime() - begunAtMs,
      detail: '',
    })),
    ...transactions.map((each) => ({
      step: `${each.purpose} ${each.status}`,
      atMs: (each.settledAt ?? each.createdAt).getTime() - begunAtMs,
      detail: `${each.hash}, ${(each.spentMicroNear ?? each.maxCostMicroNear) / 1e6} NEAR`,
    })),
  ].sort((a, b) => a.atMs - b.atMs);
  const facts =
    accountId && row?.nearPublicKey
      ? await readChainFacts({ accountId, publicKey: row.nearPublicKey })
      : null;
  const checks = facts
    ? {
        accountExists: facts.balanceYocto !== null,
        keyHasFullAccess: facts.hasFullAccess,
        isRegistered: facts.isRegistered,
        holdsReward: facts.tokens === env().signupRewardChoco,
      }
    : {};
  const isOk = row?.walletStatus === 'READY' && Object.values(checks).every(Boolean);
  const costNear =
    transactions.reduce((sum, each) => sum + (each.spentMicroNear ?? each.maxCostMicroNear), 0) /
    1e6;
  const explorer = accountId ? explorerAccountUrl(env().nearNetworkId, accountId) : null;
  const text = [
    table(steps.map(({ step, atMs, detail }) => [`${atMs} ms`, step, detail])),
    table(Object.entries(checks).map(([check, holds]) => [holds ? 'ok' : 'WRONG', check])),
    facts?.balanceYocto != null
      ? `${accountId} holds ${toDecimal(facts.balanceYocto, nearDecimals)} NEAR and ${facts.tokens} CHOCO.`
      : `${accountId} is ${row?.walletStatus}${row?.walletError ? `: ${row.walletError}` : ''}${paused ? `; waiting: ${paused}` : ''}.`,
    `Cost: ${costNear} NEAR${explorer ? `. See ${explorer}` : ''}`,
    isOk ? 'The smoke test passed.' : 'The smoke test FAILED.',
  ].join('\n');
  const json = {
    userId,
    accountId,
    status: row?.walletStatus,
    paused,
    steps,
    checks,
    costNear,
    isOk,
  };
  return { text, json, exitCode: isOk ? 0 : 1 };
}
