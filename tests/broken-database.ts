import { eq } from 'drizzle-orm';
import { account, session, user } from '#drizzle/schema.ts';
import { safeErrorText } from '#engine/core/safe-error.ts';
import { answerAuth } from '../app/lib/auth.server.ts';
import { db } from '../app/lib/db.server.ts';
import { createLog } from '../app/lib/log.server.ts';
import { remember } from '../app/lib/remember.server.ts';
import { findSession } from '../app/lib/session.server.ts';

const origin = 'http://localhost:3000';
export const visitor = {
  name: '유리',
  email: 'yuri.c4nary@example.com',
  password: 'c4nary-spring-9',
};

/** The log of this process, before anything is logged. @returns its lines */
export function catchLog(): string[] {
  const lines: string[] = [];
  remember('log', () => createLog({ level: 'trace' }, { write: (line) => void lines.push(line) }));
  return lines;
}

function call(path: string, body: object, cookie = ''): Promise<Response> {
  const headers = { origin, 'content-type': 'application/json', cookie };
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  return answerAuth(new Request(`${origin}/api/auth${path}`, init));
}

/** @returns her cookie, and what nobody may read: everything that was bound to a statement of hers */
export async function signUp(): Promise<{ cookie: string; secrets: string[] }> {
  const done = await call('/sign-up/email', visitor);
  if (!done.ok) throw new Error(`sign-up answered ${done.status}`);
  const cookie = done.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const [row] = await db().select().from(user).where(eq(user.email, visitor.email));
  const id = row?.id ?? '';
  const [own] = await db().select().from(account).where(eq(account.userId, id));
  const tokens = (await db().select().from(session)).map(({ token }) => token);
  const secrets = [visitor.email, visitor.password, String(own?.password), ...tokens];
  return { cookie, secrets: [...secrets, cookie.split('=')[1] ?? ''] };
}

/** Log in, sign up, change the name and the password: each meets a database that fails in the middle. */
export async function visitBroken(
  cookie: string,
): Promise<{ statuses: number[]; printed: string }> {
  const { email, password } = visitor;
  const answers = [
    await call('/sign-in/email', { email, password }),
    await call('/sign-up/email', { ...visitor, email: `other.${email}` }),
    await call('/update-user', { name: 'Yuri' }, cookie),
    await call(
      '/change-password',
      { currentPassword: password, newPassword: 'x-spring-9' },
      cookie,
    ),
  ];
  const at = new Date();
  const times = { createdAt: at, updatedAt: at, expiresAt: at };
  const failing = [
    findSession(new Request(origin, { headers: { cookie } })),
    db()
      .insert(session)
      .values({ id: 's', token: cookie, userId: email, ...times }),
    db().update(user).set({ image: password }).where(eq(user.email, email)),
  ];
  const ends = await Promise.allSettled(failing);
  const thrown = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  return {
    statuses: answers.map(({ status }) => status),
    printed: thrown.map(safeErrorText).join('\n'),
  };
}
