import { and, gt, inArray, lt } from 'drizzle-orm';
import { session, verification } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';

const SWEPT_AT_ONCE = 1_000;

/** The sessions among these that still exist. */
export async function liveSessions(ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db()
    .select({ id: session.id })
    .from(session)
    .where(and(inArray(session.id, [...ids]), gt(session.expiresAt, new Date())));
  return new Set(rows.map(({ id }) => id));
}

/** Deletes expired sessions, a part at a time, so that no other writer waits for long. */
export async function sweepEndedSessions(now = new Date()): Promise<void> {
  for (const table of [session, verification]) {
    for (;;) {
      const ended = db()
        .select({ id: table.id })
        .from(table)
        .where(lt(table.expiresAt, now))
        .limit(SWEPT_AT_ONCE);
      const swept = await db()
        .delete(table)
        .where(inArray(table.id, ended))
        .returning({ id: table.id });
      if (swept.length < SWEPT_AT_ONCE) break;
    }
  }
}
