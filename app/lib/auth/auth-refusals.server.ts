import { APIError } from 'better-auth/api';
import {
  ADMIN_PASSWORD_MIN_LENGTH,
  findEmailError,
  findNameError,
  NAME_MAX_LENGTH,
  PASSWORD_MAX_LENGTH,
  PASSWORD_MIN_LENGTH,
} from '../forms/account-rules.ts';
import { GREATEST_LENGTH } from '../forms/field-lengths.ts';
import { env } from '../settings/env.server.ts';
import { isRestingAddress } from './deleted-users.server.ts';
import { findGuessableError } from './guessable-passwords.server.ts';
import { admitUserOfOtherSite } from './new-user.server.ts';

interface ChangedUser {
  name?: string;
  email?: string;
  image?: string | null | undefined;
}

interface NewUser {
  name: string;
  email: string;
  image?: string | null | undefined;
}

/**
 * Runs before a user is stored, by any sign-up method; a user of another site is adapted to our rules first.
 * @throws APIError with the field's code
 */
export async function refuseNewUser(
  user: NewUser,
  context?: { path?: string | undefined; headers?: Headers | undefined } | null,
) {
  const isOfOtherSite = context?.path === '/callback/:id';
  const headers = context?.headers ?? new Headers();
  const admitted = isOfOtherSite ? await admitUserOfOtherSite(user, headers) : user;
  await refuseChange(admitted);
  return { data: admitted };
}

/** For every way to change a user: an e-mail, name or image that no page would accept is not stored. */
export async function refuseChange(changed: ChangedUser): Promise<void> {
  refuseImage(changed.image);
  refuseName(changed.name);
  refuseEmail(changed.email);
  refuseAdminEmail(changed);
}

/** Undefined for whatever the library does not treat as text. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The pages check it too; this covers direct API calls. */
export function refuseName(name: string | undefined): void {
  const error = name === undefined ? null : findNameError(name.trim());
  if (!error) return;
  const message = `The name must have 1 to ${NAME_MAX_LENGTH} characters, none of them invisible.`;
  throw new APIError('BAD_REQUEST', { code: error, message });
}

/** @throws APIError `INVALID_EMAIL` */
export function refuseEmail(email: string | undefined): void {
  if (email === undefined || !findEmailError(email)) return;
  const message = `The e-mail must be an address of up to ${GREATEST_LENGTH.email} characters.`;
  throw new APIError('BAD_REQUEST', { code: 'INVALID_EMAIL', message });
}

/** No page offers or shows images. */
export function refuseImage(image: string | null | undefined): void {
  if (image === undefined || image === null) return;
  const message = '"image" is not a field of a user here. Leave it out.';
  throw new APIError('BAD_REQUEST', { code: 'FIELD_UNKNOWN', message });
}

/**
 * Addresses are not verified at sign-up, so a stranger could take an admin's first: those are only
 * assigned by `npm run admin-link`. And deleting an account and signing up again must not pay a
 * reward each day. Both look taken to others: nothing reveals an admin's address or a deleted account.
 */
export async function isReservedAddress(email: string): Promise<boolean> {
  const isResting = await isRestingAddress(email);
  return isResting || env().adminEmails.includes(email.toLowerCase());
}

/** Covers a change of address and anything that bypasses the sign-up's own check. */
function refuseAdminEmail(changed: { email?: string }): void {
  if (!env().adminEmails.includes((changed.email ?? '').toLowerCase())) return;
  throw new APIError('UNPROCESSABLE_ENTITY', {
    code: 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL',
    message: 'User already exists. Use another email.',
  });
}

/** The pages check it too; this covers direct API calls. */
export async function refuseWeakPassword(
  password: unknown,
  { email, name }: { email?: unknown; name?: unknown },
): Promise<void> {
  if (typeof password !== 'string') return;
  // The library reports its length.
  if (password.length < PASSWORD_MIN_LENGTH || password.length > PASSWORD_MAX_LENGTH) return;
  const own = { email: String(email ?? ''), name: String(name ?? '') };
  if ((await findGuessableError(password, own)) === null) return;
  throw new APIError('BAD_REQUEST', {
    code: 'PASSWORD_GUESSABLE',
    message: 'Many people use this password, or it is the name or e-mail. Choose another.',
  });
}

/** @throws APIError `ADMIN_PASSWORD_TOO_SHORT` */
export function refuseShortAdminPassword(password: unknown): void {
  if (String(password ?? '').length >= ADMIN_PASSWORD_MIN_LENGTH) return;
  throw new APIError('BAD_REQUEST', {
    code: 'ADMIN_PASSWORD_TOO_SHORT',
    message: `An admin's password must have at least ${ADMIN_PASSWORD_MIN_LENGTH} characters.`,
  });
}
