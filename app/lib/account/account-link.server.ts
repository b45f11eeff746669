import { z } from 'zod';
import { safeErrorText } from '#engine/core/safe-error.ts';
import { auth } from '../auth.server.ts';
import { findEmailError } from '../forms/account-rules.ts';
import { operatorStore } from '../near/wallet-engine.server.ts';
import {
  createLinkToken,
  endLinks,
  LINK_MINUTES,
  readLinkToken,
} from '../sessions/one-time-link.server.ts';
import { env } from '../settings/env.server.ts';

/** Why no link was created: a sentence for the operator. */
export class AccountLinkRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AccountLinkRefusedError';
  }
}

interface AccountLinkRequest {
  /** Recorded in the table `OperatorAction`. */
  readonly actor: string;
  readonly email: string;
  /** The new log-in address; null: unchanged. */
  readonly newEmail: string | null;
}

/**
 * Creates the one-time path by which a user sets a new password, and optionally corrects a mistyped
 * address. Call it only from a command on the server: the operator vouches for the person.
 * A corrected address applies at once and is not verified; until the link is opened, the old password
 * and sessions remain. Earlier links become invalid.
 * @throws AccountLinkRefusedError
 */
export async function createAccountLink({
  actor,
  email,
  newEmail,
}: AccountLinkRequest): Promise<{ path: string; minutes: number }> {
  const { internalAdapter } = await auth().$context;
  const address = addressOf(email);
  refuseAdminAddress(address);
  const found = await internalAdapter.findUserByEmail(address);
  if (!found) {
    throw new AccountLinkRefusedError(
      'No account has this address. Ask the user for the address as it was typed at sign-up; `npm run wallet -- status ACCOUNT` finds a user by the account id of the wallet.',
    );
  }
  const corrected = newEmail === null ? null : addressOf(newEmail);
  const { id: userId } = found.user;
  if (corrected !== null) {
    // The auth library's rule too: it would not accept such an address at log-in.
    if (findEmailError(corrected) || !z.email().safeParse(corrected).success) {
      throw new AccountLinkRefusedError(`--email must be an e-mail address, not "${corrected}".`);
    }
    refuseAdminAddress(corrected);
    const owner = await internalAdapter.findUserByEmail(corrected);
    if (owner && owner.user.id !== userId) {
      throw new AccountLinkRefusedError(TAKEN);
    }
  }
  await operatorStore().record({
    actor,
    action: 'ACCOUNT_LINK',
    userId,
    detail: { minutes: LINK_MINUTES, hasNewEmail: corrected !== null },
    nowMs: Date.now(),
  });
  if (corrected !== null && corrected !== found.user.email) await correct(userId, corrected);
  // An earlier link may have been sent to a wrong address.
  await endLinks(userId);
  return {
    path: `/new-password?token=${await createLinkToken(internalAdapter, userId)}`,
    minutes: LINK_MINUTES,
  };
}

/** Verification of the old mailbox proves nothing about the new one. */
async function correct(userId: string, email: string): Promise<void> {
  const { internalAdapter } = await auth().$context;
  try {
    await internalAdapter.updateUser(userId, { email, emailVerified: false });
  } catch (error) {
    if (!/UNIQUE/.test(safeErrorText(error))) throw error;
    throw new AccountLinkRefusedError(TAKEN);
  }
}

const TAKEN =
  'Another account has the new address. Nothing was changed; make the link for that account, or choose another address.';

/** The address a link was created for; null if it is used, expired, unknown or an admin's. */
export async function readAccountLink(token: string): Promise<{ email: string } | null> {
  const link = await readLinkToken((await auth().$context).internalAdapter, token);
  return link && !env().adminEmails.includes(link.email) ? link : null;
}

function addressOf(typed: string): string {
  return typed.trim().toLowerCase();
}

/** An admin's link proves that the address is an admin's; this link must not. */
function refuseAdminAddress(address: string): void {
  if (!env().adminEmails.includes(address)) return;
  throw new AccountLinkRefusedError(
    `${address} is in ADMIN_EMAILS. Use npm run admin-link -- ${address}`,
  );
}
