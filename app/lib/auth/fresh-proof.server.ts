import { and, eq } from 'drizzle-orm';
import { account } from '#drizzle/schema.ts';
import { db } from '../db.server.ts';
import type { ShownError } from '../forms/form-error.ts';
import type { FormFields } from '../forms/read-fields.server.ts';
import { callAuth } from './auth-form.server.ts';
import type { FreshProof } from './fresh-proof.ts';

/** A sign-in within the last minutes counts like a password typed now. */
const FRESH_MS = 10 * 60_000;

interface Asking {
  readonly userId: string;
  /** The time of signing in; using the session does not change it. */
  readonly signedInAt: Date;
}

/** How the user can prove, before an irreversible action, that it is not only their browser. */
export async function readFreshProof(
  { userId, signedInAt }: Asking,
  now = new Date(),
): Promise<FreshProof> {
  if (now.getTime() - signedInAt.getTime() <= FRESH_MS) return 'recent';
  return (await hasPassword(userId)) ? 'password' : 'sign-in';
}

/**
 * Checks the proof: a recent sign-in, or the form's field `password`, which
 * is verified and limited like a program's.
 * @returns null if it is valid
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
 * Checks the form's field `password` with the same limits as a program's: a stolen session must not
 * allow password guessing.
 * @returns null if it is right
 */
export async function findPasswordProofError(
  request: Request,
  form: FormFields,
): Promise<ShownError | null> {
  const password = form.text('password');
  if (password === '') return 'PASSWORD_MISSING';
  // No accepted password is longer.
  if (form.tooLong.has('password')) return 'PASSWORD_WRONG';
  const checked = await callAuth(request, '/verify-password', { password });
  return checked.ok ? null : checked.error;
}

/** False for users with passkeys or other sites' accounts only. */
export async function hasPassword(userId: string): Promise<boolean> {
  const isCredential = and(eq(account.userId, userId), eq(account.providerId, 'credential'));
  const [found] = await db()
    .select({ password: account.password })
    .from(account)
    .where(isCredential);
  return typeof found?.password === 'string';
}
