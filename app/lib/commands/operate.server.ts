import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pauseRemedies } from '#provisioning/errors.ts';
import { databaseHandle } from '../db.server.ts';
import { operatorStore, rotateStoredKeys } from '../near/wallet-engine.server.ts';
import { type CommandResult, UsageError } from './command.ts';
import { findUser } from './find-user.server.ts';

interface By {
  actor: string;
}

/** Starts a wallet again that stays FAILED. A running worker takes it up within a second. */
export async function retry({ actor, name }: By & { name: string }): Promise<CommandResult> {
  const { id: userId, walletStatus } = await findUser(name);
  const retried = await operatorStore().retryWallet({ actor, userId, nowMs: Date.now() });
  const text = retried
    ? `${userId}: PENDING; a worker takes it up within a second.`
    : `${userId}: is ${walletStatus ?? 'without a wallet'}; only a wallet that stays FAILED can be retried.`;
  return { text, json: { userId, retried, statusBefore: walletStatus }, exitCode: retried ? 0 : 1 };
}

/** Makes due now what waits for its time: one wallet, or all. */
export async function requeue({
  actor,
  name,
}: By & { name: string | null }): Promise<CommandResult> {
  const userId = name === null ? null : (await findUser(name)).id;
  const requeued = await operatorStore().requeueWallets({ actor, userId, nowMs: Date.now() });
  return { text: `${requeued} wallets are due now.`, json: { userId, requeued }, exitCode: 0 };
}

export async function pause({ actor }: By): Promise<CommandResult> {
  const reason = await operatorStore().pause({ actor, nowMs: Date.now() });
  const text = `Signing is paused: ${reason}. ${pauseRemedies[reason]}`;
  return { text, json: { pauseReason: reason }, exitCode: 0 };
}

export async function resume({ actor }: By): Promise<CommandResult> {
  const reason = await operatorStore().resume({ actor, nowMs: Date.now() });
  const text = reason
    ? `Still paused: ${reason}. ${pauseRemedies[reason]}`
    : 'Signing goes on; workers see it within two seconds.';
  return { text, json: { pauseReason: reason }, exitCode: reason ? 1 : 0 };
}

/** A whole, consistent copy of the database file, beside running processes. @throws UsageError */
export function backup({ file }: { file: string }): CommandResult {
  const handle = databaseHandle();
  if (handle.kind !== 'sqlite') {
    throw new UsageError(
      'backup copies a database file; a libSQL server is copied by its own means.',
    );
  }
  const target = resolve(file);
  if (existsSync(target)) throw new UsageError(`backup: ${target} exists already.`);
  handle.sqlite.prepare('VACUUM INTO ?').run(target);
  return { text: `Copied to ${target}`, json: { file: target }, exitCode: 0 };
}

/** See docs of `WALLET_ENCRYPTION_KEYS`: every process must know the new key before. */
export async function rotateKeys({
  actor,
  onProgress,
}: By & { onProgress: (line: string) => void }): Promise<CommandResult> {
  const report = await rotateStoredKeys(({ rotated, unreadable }) =>
    onProgress(`${rotated} keys rotated${unreadable ? `, ${unreadable} unreadable` : ''}`),
  );
  const byVersion = Object.fromEntries(report.byVersion);
  const { toVersion, rotated, unreadable } = report;
  const detail = { toVersion, rotated, unreadable: unreadable.length };
  await operatorStore().record({
    actor,
    action: 'ROTATE_KEYS',
    userId: null,
    detail,
    nowMs: Date.now(),
  });
  const left = [...report.byVersion].filter(([version]) => version !== toVersion);
  const isDone = left.length === 0;
  const text = [
    `${rotated} keys are now under version ${toVersion}.`,
    ...left.map(([version, count]) => `${count} are still under version ${version}.`),
    ...unreadable.map((userId) => `Does not open, left as it is: user ${userId}`),
    isDone
      ? 'All stored keys are under the newest master key; older ones may be removed.'
      : 'Keep the older master keys.',
  ].join('\n');
  return { text, json: { toVersion, rotated, unreadable, byVersion }, exitCode: isDone ? 0 : 1 };
}
