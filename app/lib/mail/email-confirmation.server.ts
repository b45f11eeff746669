import type { AuthContext } from 'better-auth';
import { safeErrorText } from '#engine/core/safe-error.ts';
import type { Language } from '../../i18n/language.ts';
import { isRestingAddress } from '../auth/deleted-users.server.ts';
import { auth } from '../auth.server.ts';
import { log } from '../log.server.ts';
import { endLinks } from '../sessions/one-time-link.server.ts';
import { env } from '../settings/env.server.ts';
import { requestWallet } from '../wallet/wallet-request.server.ts';
import { CONFIRMATION } from './confirmation-mail.server.ts';
import { sendLetter } from './letters.server.ts';

type Users = AuthContext['internalAdapter'];

/**
 * The address a link would confirm. It works only for the account that requested it: a stranger who
 * signed up with another person's address must not get it confirmed by that person's click.
 * @returns null if it is used, expired, unknown, or another account's
 */
export async function readConfirmation(token: string, userId: string): Promise<string | null> {
  const { internalAdapter } = await auth().$context;
  const link = await internalAdapter.findVerificationValue(`${CONFIRMATION}${token}`);
  if (!link || link.expiresAt < new Date()) return null;
  return addressFor(link.value, userId);
}

export type ConfirmationOutcome =
  | { readonly outcome: 'CONFIRMED'; readonly email: string }
  | { readonly outcome: 'LINK_INVALID' | 'EMAIL_TAKEN' };

/**
 * Makes the address the user's, verified. Links sent to another address become
 * invalid, and that address is notified. A wallet that waited for it is requested.
 */
export async function confirmEmail({
  token,
  userId,
  language,
}: {
  token: string;
  userId: string;
  language: Language;
}): Promise<ConfirmationOutcome> {
  const { internalAdapter: users } = await auth().$context;
  // Before it is consumed: another account's link stays valid.
  if ((await readConfirmation(token, userId)) === null) return { outcome: 'LINK_INVALID' };
  const used = await users.consumeVerificationValue(`${CONFIRMATION}${token}`);
  const email = used && addressFor(used.value, userId);
  const user = await users.findUserById(userId);
  if (!email || !user) return { outcome: 'LINK_INVALID' };
  if (await isAnothers(users, email, userId)) return { outcome: 'EMAIL_TAKEN' };
  try {
    await users.updateUser(userId, { email, emailVerified: true });
  } catch (error) {
    if (!/UNIQUE/.test(safeErrorText(error))) throw error;
    return { outcome: 'EMAIL_TAKEN' };
  }
  await endLinks(userId);
  if (email !== user.email) {
    log().info({ userId }, 'a user changed the e-mail address');
    await sendLetter({
      kind: 'changed',
      to: user.email,
      userId,
      language,
      path: null,
      write: (words) => words.changed({ from: user.email, to: email }),
    });
  }
  if (env().walletCreation === 'async') await requestWallet(userId);
  return { outcome: 'CONFIRMED', email };
}

/** An admin's or a recently deleted address looks taken, as at sign-up. */
export async function isAnothers(users: Users, email: string, userId: string): Promise<boolean> {
  if (env().adminEmails.includes(email) || (await isRestingAddress(email))) return true;
  const found = await users.findUserByEmail(email);
  return found !== null && found.user.id !== userId;
}

function addressFor(value: string, userId: string): string | null {
  const prefix = `${userId} `;
  return value.startsWith(prefix) ? value.slice(prefix.length) : null;
}
