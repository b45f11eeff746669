import { auth } from '../auth.server.ts';
import { isRestingAddress } from '../deleted-users.server.ts';
import { env } from '../env.server.ts';
import { operatorStore } from '../near/wallet-engine.server.ts';
import { createLinkToken, LINK_MINUTES, readLinkToken } from '../one-time-link.server.ts';

/** Why no link was made: a sentence for the operator. */
export class AdminLinkRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AdminLinkRefusedError';
  }
}

/**
 * Makes the one-time path by which an admin sets their password. Makes the account when there is
 * none; one that somebody else has signed up with is theirs no longer: opening the link replaces its
 * password and ends its sessions. An address whose account was deleted gets a new one at once: it rests
 * for those who sign up, and here an operator vouches. To be called by a command on the server only: it
 * asks for nothing.
 * @returns `replacesDeleted`: the new account has none of the wallet that the deleted one keeps
 * @throws AdminLinkRefusedError when the address is not in ADMIN_EMAILS
 */
export async function createAdminLink({
  actor,
  email: emailAsTyped,
}: {
  /** Written into the table `OperatorAction` with what was done. */
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
  // Before the link is there: it makes whoever opens it an admin.
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

/** Beside the library's own way, whose hook refuses these addresses to everybody. */
async function createAdminUser(email: string): Promise<{ id: string }> {
  const { adapter } = await auth().$context;
  const now = new Date();
  const name = email.split('@')[0] ?? email;
  return adapter.create<{ id: string; [column: string]: unknown }>({
    model: 'user',
    data: { name, email, emailVerified: false, createdAt: now, updatedAt: now },
  });
}

/** The address a link was made for; null when it is used up, too old or unknown. */
export async function readAdminLink(token: string): Promise<{ email: string } | null> {
  const link = await readLinkToken((await auth().$context).internalAdapter, token);
  return link && env().adminEmails.includes(link.email) ? link : null;
}
