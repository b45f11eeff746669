import { eq } from 'drizzle-orm';
import { user } from '#drizzle/schema.ts';
import { mustVerifyEmail } from '../auth/sign-up-guard.server.ts';
import { isDatabaseBusy } from '../database/database-error.server.ts';
import { logFailure } from '../database/log-failure.server.ts';
import { db } from '../db.server.ts';
import { ensureNearWallet, ensureNearWalletAsync } from '../near/wallet.server.ts';
import { env } from '../settings/env.server.ts';
import { readWalletView } from './wallet-view.server.ts';
import { isRequested, type WalletView } from './wallet-view.ts';

export type WalletRequestAnswer =
  | { readonly success: true; readonly accountId: string; readonly status: WalletView['status'] }
  | { readonly success: false; readonly error: string };

/** The user must act first; every other rejection is an error of the service. */
export const EMAIL_NOT_VERIFIED = 'EMAIL_NOT_VERIFIED';

/** Nothing was done; the same request may succeed in a moment. */
const DATABASE_BUSY = 'DATABASE_BUSY';

/** The HTTP status of the answer. */
export function statusOfAnswer(answer: WalletRequestAnswer): number {
  if (answer.success) return 200;
  if (answer.error === EMAIL_NOT_VERIFIED) return 403;
  if (answer.error === 'USER_NOT_FOUND') return 401;
  return answer.error === DATABASE_BUSY ? 503 : 500;
}

/**
 * Requests the user's wallet and returns its actual status. Safe to repeat and never throws; with
 * `WALLET_CREATION=sync` (the plan's rollback) it waits for the chain.
 */
export async function requestWallet(userId: string): Promise<WalletRequestAnswer> {
  try {
    if (await mustVerifyFirst(userId)) return { success: false, error: EMAIL_NOT_VERIFIED };
    const ensure = env().walletCreation === 'sync' ? ensureNearWallet : ensureNearWalletAsync;
    await ensure(userId);
    const wallet = await readWalletView(userId);
    if (!wallet) return { success: false, error: 'USER_NOT_FOUND' };
    // A page that took this for success would be redirected here for ever.
    if (!isRequested(wallet)) return { success: false, error: 'WALLET_REQUEST_FAILED' };
    return { success: true, accountId: wallet.accountId, status: wallet.status };
  } catch (error) {
    logFailure({ error, message: 'the wallet of a user could not be requested', userId });
    return { success: false, error: codeOf(error) };
  }
}

/** A wallet costs money: if mail is sent, it waits for the user's confirmation. */
export async function mustVerifyFirst(userId: string): Promise<boolean> {
  if (!mustVerifyEmail()) return false;
  const found = await db().query.user.findFirst({
    where: eq(user.id, userId),
    columns: { emailVerified: true },
  });
  return found?.emailVerified === false;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (isDatabaseBusy(error)) return DATABASE_BUSY;
  const isStable = typeof code === 'string' && /^WALLET_[A-Z_]+$/.test(code);
  return isStable ? code : 'WALLET_REQUEST_FAILED';
}
