import { pauseRemedies } from '../near/remedies.ts';
import { operatorStore, rotateStoredKeys, sealingKeyText } from '../near/wallet-engine.server.ts';
import { env } from '../settings/env.server.ts';
import type { CommandResult } from './command.ts';
import { findWallet } from './find-user.server.ts';

interface By {
  actor: string;
}

/** Restarts a wallet that has FAILED permanently. A running worker picks it up within a second. */
export async function retry({ actor, name }: By & { name: string }): Promise<CommandResult> {
  const { walletId: userId, status } = await findWallet(name);
  const retried = await operatorStore().retryWallet({ actor, userId, nowMs: Date.now() });
  const text = retried
    ? `The wallet ${userId} is PENDING; a worker claims it within a second.`
    : `The wallet ${userId} is ${status ?? 'not requested yet'}; only a wallet that has FAILED permanently, and was not set aside, can be retried.`;
  return { text, json: { userId, retried, statusBefore: status }, exitCode: retried ? 0 : 1 };
}

/** Makes waiting wallets due now: one, or all. */
export async function requeue({
  actor,
  name,
}: By & { name: string | null }): Promise<CommandResult> {
  const userId = name === null ? null : (await findWallet(name)).walletId;
  const requeued = await operatorStore().requeueWallets({ actor, userId, nowMs: Date.now() });
  return {
    text: `${requeued} waiting wallets were made due now; workers claim them within a second.`,
    json: { userId, requeued },
    exitCode: 0,
  };
}

export async function pause({ actor }: By): Promise<CommandResult> {
  const reason = await operatorStore().pause({ actor, nowMs: Date.now() });
  const text = `Signing is paused in every process: ${reason}. ${pauseRemedies[reason]}`;
  return { text, json: { pauseReason: reason }, exitCode: 0 };
}

export async function resume({ actor }: By): Promise<CommandResult> {
  const reason = await operatorStore().resume({ actor, nowMs: Date.now() });
  const text = reason
    ? `Still paused: ${reason}. ${pauseRemedies[reason]}`
    : 'Signing goes on: workers notice within two seconds.';
  return { text, json: { pauseReason: reason }, exitCode: reason ? 1 : 0 };
}

/** Excludes a stock wallet that failed, or is on other terms, from being handed out. */
export async function setAside({
  actor,
  accountId,
}: By & { accountId: string }): Promise<CommandResult> {
  const isSetAside = await operatorStore().setStockAside({ actor, accountId, nowMs: Date.now() });
  const text = isSetAside
    ? `${accountId} is set aside: it is never handed out, and another wallet is created in its place.`
    : `${accountId} is not a stock wallet that is READY or has FAILED permanently.`;
  return { text, json: { accountId, isSetAside }, exitCode: isSetAside ? 0 : 1 };
}

/** Pays rewards of the configured token from now on. */
export async function changeToken({ actor }: By): Promise<CommandResult> {
  const { chocoTokenContract: tokenContract } = env();
  const before = await operatorStore().changeToken({ actor, tokenContract, nowMs: Date.now() });
  const text =
    before === tokenContract
      ? `Rewards are already paid in ${tokenContract}.`
      : `Rewards are paid in ${tokenContract} from now on, no longer in ${before}. Start servers and workers with CHOCO_TOKEN_CONTRACT=${tokenContract}.`;
  return { text, json: { from: before, to: tokenContract }, exitCode: 0 };
}

/** For processes that seal keys to the workers; it can neither sign nor open anything. */
export async function showSealingKey(): Promise<CommandResult> {
  const sealingKey = sealingKeyText();
  return {
    text: `WALLET_SEALING_KEY=${sealingKey}`,
    json: { sealingKey },
    exitCode: 0,
  };
}

/**
 * Re-encrypts every stored key under the first master key, which must be the newest: every process has to know
 * it already, and an older one would be a step back. See docs/keys.md.
 */
export async function rotateKeys({
  actor,
  onProgress,
}: By & { onProgress: (line: string) => void }): Promise<CommandResult> {
  const versions = env().walletEncryptionKeys.map(({ version }) => version);
  const [first = 0] = versions;
  const newest = Math.max(...versions);
  if (first !== newest) {
    const inFront = [newest, ...versions.filter((version) => version !== newest)];
    const text = [
      `Nothing was rotated: WALLET_ENCRYPTION_KEYS has version ${first} first, which encrypts, and the newer version ${newest} after it.`,
      `Once every process knows version ${newest}, put it first (${inFront.map((version) => `${version}:…`).join(',')}), restart every process, and run this again.`,
      `Until then all versions are needed: ${versions.join(', ')}.`,
    ].join('\n');
    return { text, json: { toVersion: first, rotated: 0, unreadable: [] }, exitCode: 1 };
  }
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
  const isDone = report.left === 0;
  const unneeded = versions.filter((version) => version !== toVersion && !byVersion[version]);
  const text = [
    `${rotated} keys were rotated; ${byVersion[toVersion] ?? 0} stored keys are under version ${toVersion}.`,
    ...left.map(([version, count]) =>
      versions.includes(version)
        ? `${count} are still under version ${version}: keep it.`
        : `${count} are under version ${version}, which WALLET_ENCRYPTION_KEYS lacks: append it.`,
    ),
    ...unreadable.map(
      (userId) => `The private key of wallet ${userId} cannot be decrypted and was left unchanged.`,
    ),
    ...(isDone ? ['No stored key is under another version, or in an older form.'] : []),
    ...(unneeded.length > 0
      ? [
          `No stored key needs ${unneeded.map((version) => `version ${version}`).join(', ')} any more: once every process has version ${toVersion} first, and WALLET_SEALING_KEY is that of version ${toVersion}, remove it from WALLET_ENCRYPTION_KEYS; keep it with the backups that need it.`,
        ]
      : []),
  ].join('\n');
  const json = { toVersion, rotated, unreadable, byVersion, unneeded };
  return { text, json, exitCode: isDone ? 0 : 1 };
}
