import type { AuthContext } from 'better-auth';
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api';
import { and, eq } from 'drizzle-orm';
import { account, session } from '#drizzle/schema.ts';
import { askingNetworks } from './asking-networks.server.ts';
import {
  refuseEmail,
  refuseImage,
  refuseName,
  refuseShortAdminPassword,
  refuseWeakPassword,
  textOf,
} from './auth-refusals.server.ts';
import { CLIENT_ADDRESS_HEADER } from './client-address.server.ts';
import { db } from './db.server.ts';
import { env } from './env.server.ts';
import { hashingLine, tooBusy } from './hashing-line.server.ts';
import { log } from './log.server.ts';
import { requestWalletOfNewUser } from './new-user-wallet.server.ts';
import { hashPassword, isHashOutdated } from './password-hash.server.ts';
import { firstProofBy, prepareReset } from './password-reset.server.ts';
import { readSessionToken } from './session-token.server.ts';
import { guardSignUp } from './sign-up-guard.server.ts';

/** Before the auth library does what it was asked. @throws APIError for what it must not do */
export const beforeAuth = createAuthMiddleware(async (context) => {
  const { path, body, headers } = context;
  if (path === '/sign-up/email') {
    // All of them before the address is looked for: what is told of a wrong field tells nothing of it.
    refuseImage(body?.image);
    refuseName(textOf(body?.name));
    refuseEmail(textOf(body?.email));
    await refuseWeakPassword(body?.password, { email: body?.email, name: body?.name });
    // Before it is counted: who is sent away for a moment has used up nothing.
    if (!hashingLine().hasRoom(askingNetworks())) throw tooBusy();
    const given = headers ?? new Headers();
    const address = given.get(CLIENT_ADDRESS_HEADER) ?? 'unknown';
    await guardSignUp({ email: String(body?.email ?? ''), address, headers: given });
  }
  if (path === '/sign-out') {
    // The library takes the cookie away although the row could not be deleted: who has a copy stays in.
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
    // Whoever changes a password may do so because somebody else knows it.
    return {
      context: { body: { ...body, revokeOtherSessions: body?.revokeOtherSessions ?? true } },
    };
  }
  return;
});

/** After it has done it. */
export const afterAuth = createAuthMiddleware(async ({ path, body, request, context }) => {
  if (context.returned instanceof APIError) return;
  if (path === '/sign-in/email') await renewHash(context, String(body.password));
  const proven = path === '/reset-password' ? firstProofBy(request) : null;
  if (proven !== null) await requestWalletOfNewUser({ id: proven, emailVerified: true });
});

/** A password that was right is known for a moment: its hash of before is replaced by one of today's. */
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
    // The next log-in renews it.
    log().warn({ err: error, userId }, 'a password’s hash was not renewed');
  }
}
