import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseReader, UserRow } from './database-reader.ts';

const IDLE_LIMIT_MS = 60_000;

/** Waits until no work is left or the time is up; the verdict reports unfinished wallets. */
export async function waitUntilSettled(
  database: DatabaseReader,
  untilMs = Date.now() + IDLE_LIMIT_MS,
): Promise<void> {
  const isWaiting = ({ walletStatus, walletAvailableAt }: UserRow) =>
    walletStatus !== null && walletStatus !== 'READY' && walletAvailableAt !== null;
  while (Date.now() < untilMs) {
    const isOpen = database.transactions().some(({ status }) => /^(SIGNED|SENT)$/.test(status));
    if (!isOpen && !database.users().some(isWaiting)) return;
    await sleep(250);
  }
}
