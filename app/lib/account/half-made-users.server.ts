import { and, eq, gt, isNull, lt, notExists, notInArray } from 'drizzle-orm';
import { sql } from 'drizzle-orm/sql';
import { account, passkey, user } from '#drizzle/schema.ts';
import { logFailure } from '../database/log-failure.server.ts';
import { db, lockedDb } from '../db.server.ts';
import { log } from '../log.server.ts';
import { walletReader } from '../near/wallet-engine.server.ts';
import { sweepEndedSessions } from '../sessions/ended-sessions.server.ts';
import { env } from '../settings/env.server.ts';

const SIGN_UP_TAKES_MS = 60_000;
const FIRST_LOOK_MS = 90_000;
const EVERY_MS = 60 * 60_000;
const IDS_IN_A_LINE = 20;

/**
 * Users without a sign-in method, left by an earlier version whose process died between the two
 * commits of a sign-up (now one commit). They cannot sign in, and their address cannot sign up.
 * Users older than this deployment are left alone: they may have signed in elsewhere.
 */
async function halfMade(now: Date) {
  const begunAtMs = await walletReader().readBegunAt();
  if (begunAtMs === null) return null;
  return and(
    isNull(user.deletedAt),
    lt(user.createdAt, new Date(now.getTime() - SIGN_UP_TAKES_MS)),
    gt(user.createdAt, new Date(begunAtMs)),
    // Admins are created by a command, and choose their password later.
    notInArray(user.email, [...env().adminEmails]),
    notExists(db().select({ one: sql`1` }).from(account).where(eq(account.userId, user.id))),
    // Users whose only sign-in method is a passkey.
    notExists(db().select({ one: sql`1` }).from(passkey).where(eq(passkey.userId, user.id))),
  );
}

export async function countHalfMadeUsers(now = new Date()): Promise<number> {
  const condition = await halfMade(now);
  if (!condition) return 0;
  const rows = await db().select({ id: user.id }).from(user).where(condition);
  return rows.length;
}

/**
 * Frees their addresses for sign-up. The row stays with its wallet, which may be
 * funded, like that of a deleted user. Safe to repeat. @returns how many
 */
export async function releaseHalfMadeUsers(now = new Date()): Promise<number> {
  const condition = await halfMade(now);
  if (!condition) return 0;
  const released = await lockedDb()
    .update(user)
    .set({
      name: '',
      email: sql`'halfmade.' || ${user.id} || '@deleted.invalid'`,
      deletedAt: now,
      updatedAt: now,
    })
    .where(condition)
    .returning({ id: user.id });
  if (released.length > 0) {
    const userIds = released.slice(0, IDS_IN_A_LINE).map(({ id }) => id);
    log().warn(
      { count: released.length, userIds },
      'users without a sign-in method count as deleted: their sign-ups were interrupted, and their addresses are free again',
    );
  }
  return released.length;
}

/** A minute and a half after startup, when no earlier sign-up can be in progress, then hourly. */
export function startReleasing(): { stop(): void } {
  const run = () => {
    releaseHalfMadeUsers()
      .then(() => sweepEndedSessions())
      .catch((error: unknown) =>
        logFailure({
          error,
          message:
            'expired sessions and interrupted sign-ups could not be cleaned up; tried again in an hour',
          level: 'warn',
        }),
      );
  };
  const first = setTimeout(run, FIRST_LOOK_MS);
  const every = setInterval(run, EVERY_MS);
  first.unref();
  every.unref();
  return {
    stop() {
      clearTimeout(first);
      clearInterval(every);
    },
  };
}
