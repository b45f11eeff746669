import { log } from '../log.server.ts';
import { ensureNearWalletAsync } from '../near/wallet.server.ts';
import { env } from '../settings/env.server.ts';
import { mustVerifyEmail } from './sign-up-guard.server.ts';

/** Never throws: the user, already stored, would get an error for an account that exists. */
export async function requestWalletOfNewUser(created: {
  id: string;
  emailVerified: boolean;
}): Promise<void> {
  if (mustVerifyEmail() && !created.emailVerified) return;
  if (env().walletCreation !== 'async') return;
  try {
    await ensureNearWalletAsync(created.id);
  } catch (error) {
    // The user has no account id and is sent to /wallet-setup.
    log().error({ err: error, userId: created.id }, 'wallet request at sign-up failed');
  }
}
