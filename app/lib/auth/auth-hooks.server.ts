import type { AuthContext } from 'better-auth';
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api';
import { and, eq } from 'drizzle-orm';
import { account, session } from '#drizzle/schema.ts';
import { logFailure } from '../database/log-failure.server.ts';
import { db } from '../db.server.ts';
import { CLIENT_ADDRESS_HEADER } from '../http/client-address.server.ts';
import { askingNetworks } from '../limits/asking-networks.server.ts';
import { hashingLine, tooBusy } from '../limits/hashing-line.server.ts';
import { readSessionToken } from '../sessions/session-token.server.ts';
import { env } from '../settings/env.server.ts';
import {
  refuseEmail,
  refuseImage,
  refuseName,
  refuseShortAdminPassword,
  refuseWeakPassword,
  textOf,
} from './auth-refusals.server.ts';
import { requestWalletOfNewUser } from './new-user-wallet.server.ts';
import { hashPassword, isHashOutdated } from './password-hash.server.ts';
import { firstProofBy, prepareReset } from './password-reset.server.ts';
import { guardSignUp } from './sign-up-guard.server.ts';

/** Runs before each operation of the auth library. @throws APIError for what is not allowed */
export const beforeAuth = createAuthMiddleware(async (context) => {
  const { path, body, headers } = context;
  if (path === '/sign-up/email') {
    // All fields before the address is looked up: errors of fields must not reveal whether it exists.
    refuseImage(body?.image);
    refuseName(textOf(body?.name));
    refuseEmail(textOf(body?.email));
    await refuseWeakPassword(body?.password, { email: body?.email, name: body?.name });
    // Before counting: a 503 must not use up a limit.
    if (!hashingLine().hasRoom(askingNetworks())) throw tooBusy();
    const given = headers ?? new Headers();
    const address = given.get(CLIENT_ADDRESS_HEADER) ?? 'unknown';
    await guardSignUp({ email: String(body?.email ?? ''), address, headers: given });
  }
  if (path === '/sign-out') {
    // The library removes the cookie even if the row could not be deleted: a copy would still be valid.
    const token = readSessionToken(headers?.get('Cookie'));
    if (token !== null) await db().delete(session).where(eq(session.token, token));
  }
  if (path === '/reset-password') {
    await prepareReset(context.context.internalAdapter, { request: context.request, body });
  }
  if (path === '/change-password') {
    const { email, name } = (await getSessionFromCtx(context))?.user ?? {};
    if (email && env().adminEmails.includes(email)) refuseShortAdminPassword(body?.newPassword);
    await refuseWeakPassword(body?.newPassword, { email, name });
    // A password may be changed because someone else knows it.
    return {
      context: { body: { ...body, revokeOtherSessions: body?.revokeOtherSessions ?? true } },
    };
  }
  return;
});

/** Runs after each operation. */
export const afterAuth = createAuthMiddleware(async ({ path, body, request, context }) => {
  if (context.returned instanceof APIError) return;
  if (path === '/sign-in/email') await renewHash(context, String(body.password));
  const proven = path === '/reset-password' ? firstProofBy(request) : null;
  if (proven !== null) await requestWalletOfNewUser({ id: proven, emailVerified: true });
});

/** The verified password is known at this moment: an outdated hash is replaced. */
async function renewHash(context: AuthContext, password: string): Promise<void> {
  const userId = context.newSession?.user.id;
  if (!userId) return;
  try {
    const stored = await context.internalAdapter.findCredentialAccount(userId);
    if (!stored?.password || !isHashOutdated(stored.password)) return;
    const renewed = await hashPassword(password);
    // Unless it was changed meanwhile.
    const isUnchanged = and(eq(account.id, stored.id), eq(account.password, stored.password));
    await db().update(account).set({ password: renewed }).where(isUnchanged);
  } catch (error) {
    const message = 'the hash of a password was not renewed; the next log-in tries again';
    logFailure({ error, message, level: 'warn', userId });
  }
}
