import { isRestingAddress } from '../auth/deleted-users.server.ts';
import { auth } from '../auth.server.ts';
import { operatorStore } from '../near/wallet-engine.server.ts';
import { createLinkToken, LINK_MINUTES, readLinkToken } from '../sessions/one-time-link.server.ts';
import { env } from '../settings/env.server.ts';

/** Why no link was created: a sentence for the operator. */
export class AdminLinkRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AdminLinkRefusedError';
  }
}

/**
 * Creates the one-time path by which an admin sets a password, and the account if there is none. If
 * someone else signed up with the address, opening the link replaces their password and ends their
 * sessions. The address of a deleted account gets a new account at once, without the waiting time of
 * sign-ups. Call it only from a command on the server: it checks no permission.
 * @returns `replacesDeleted`: the new account has no part of the deleted account's wallet
 * @throws AdminLinkRefusedError if the address is not in ADMIN_EMAILS
 */
export async function createAdminLink({
  actor,
  email: emailAsTyped,
}: {
  /** Recorded in the table `OperatorAction`. */
  actor: string;
  email: string;
}): Promise<{ path: string; minutes: number; replacesDeleted: boolean }> {
  const email = emailAsTyped.trim().toLowerCase();
  if (!env().adminEmails.includes(email)) {
    throw new AdminLinkRefusedError(
      `${email || 'The empty address'} is not in ADMIN_EMAILS. Add it there, restart, and try again.`,
    );
  }
  const { internalAdapter } = await auth().$context;
  const found = await internalAdapter.findUserByEmail(email);
  const user = found?.user ?? (await createAdminUser(email));
  // Before the link exists, because opening it makes an admin.
  await operatorStore().record({
    actor,
    action: 'ADMIN_LINK',
    userId: user.id,
    detail: { minutes: LINK_MINUTES, isNewUser: !found },
    nowMs: Date.now(),
  });
  const token = await createLinkToken(internalAdapter, user.id);
  const replacesDeleted = !found && (await isRestingAddress(email));
  return { path: `/admin/enter?token=${token}`, minutes: LINK_MINUTES, replacesDeleted };
}

/** Bypasses the auth library, whose hook rejects admin addresses. */
async function createAdminUser(email: string): Promise<{ id: string }> {
  const { adapter } = await auth().$context;
  const now = new Date();
  const name = email.split('@')[0] ?? email;
  return adapter.create<{ id: string; [column: string]: unknown }>({
    model: 'user',
    data: { name, email, emailVerified: false, createdAt: now, updatedAt: now },
  });
}

/** The address a link was created for; null if it is used, expired or unknown. */
export async function readAdminLink(token: string): Promise<{ email: string } | null> {
  const link = await readLinkToken((await auth().$context).internalAdapter, token);
  return link && env().adminEmails.includes(link.email) ? link : null;
}
