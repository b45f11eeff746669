import { logFailure } from '../database/log-failure.server.ts';
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
    // Without an account id: the next page leads to /wallet-setup.
    const message =
      'the wallet of a new user could not be requested; /wallet-setup requests it again';
    logFailure({ error, message, userId: created.id });
  }
}
