import { and, eq } from 'drizzle-orm';
import { account } from '#drizzle/schema.ts';
import { callAuth } from './auth-form.server.ts';
import { db } from './db.server.ts';
import type { ShownError } from './form-error.ts';
import type { FreshProof } from './fresh-proof.ts';
import type { FormFields } from './read-fields.server.ts';

/** A sign-in of the last minutes is as good as a password typed now. */
const FRESH_MS = 10 * 60_000;

interface Asking {
  readonly userId: string;
  /** When the session began by signing in; using it changes nothing about that. */
  readonly signedInAt: Date;
}

/** How the user can show, before something that cannot be taken back, that it is not only their browser. */
export async function readFreshProof(
  { userId, signedInAt }: Asking,
  now = new Date(),
): Promise<FreshProof> {
  if (now.getTime() - signedInAt.getTime() <= FRESH_MS) return 'recent';
  return (await hasPassword(userId)) ? 'password' : 'sign-in';
}

/**
 * Whether the user has shown it: by having signed in a moment ago, or by the form's field `password`, which
 * is checked and limited as for programs.
 * @returns null when they have
 */
export async function findProofError(
  request: Request,
  form: FormFields,
  asking: Asking,
): Promise<ShownError | null> {
  const proof = await readFreshProof(asking);
  if (proof === 'recent') return null;
  return proof === 'sign-in' ? 'SIGN_IN_AGAIN' : findPasswordProofError(request, form);
}

/**
 * Whether the form's field `password` is right, by the same way as for a program: a stolen session must not
 * be a way to try passwords.
 * @returns null when it is
 */
export async function findPasswordProofError(
  request: Request,
  form: FormFields,
): Promise<ShownError | null> {
  const password = form.text('password');
  if (password === '') return 'PASSWORD_MISSING';
  // None that was taken is longer.
  if (form.tooLong.has('password')) return 'PASSWORD_WRONG';
  const checked = await callAuth(request, '/verify-password', { password });
  return checked.ok ? null : checked.error;
}

/** Who came by a passkey or another site's sign-in alone has none. */
export async function hasPassword(userId: string): Promise<boolean> {
  const isCredential = and(eq(account.userId, userId), eq(account.providerId, 'credential'));
  const [found] = await db()
    .select({ password: account.password })
    .from(account)
    .where(isCredential);
  return typeof found?.password === 'string';
}
