import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseReader, UserRow } from './database-reader.ts';

const IDLE_LIMIT_MS = 60_000;

/** Until nothing is left to do, or as long as is allowed; what is not done by then is judged. */
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
