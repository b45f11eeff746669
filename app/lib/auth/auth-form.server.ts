import { data } from 'react-router';
import { answerAuth } from '../auth.server.ts';
import type { FormError, ShownError } from '../forms/form-error.ts';
import { limitHeaders, readLimitNotice } from '../forms/limit-notice.ts';
import { BUSY_CODE } from '../http/busy.server.ts';
import { CLIENT_ADDRESS_HEADER } from '../http/client-address.server.ts';
import { cookieCheckHeaders } from '../http/cookie-check.server.ts';
import { log } from '../log.server.ts';
import { knowDevice } from '../sessions/device-cookie.server.ts';

type AuthPath =
  | '/sign-up/email'
  | '/sign-in/email'
  | '/sign-in/passkey'
  | '/sign-out'
  | '/update-user'
  | '/change-password'
  | '/verify-password'
  | '/revoke-sessions'
  | '/reset-password';

type AuthAnswer =
  /** `email`: of the account in the response, if it names one. */
  | { readonly ok: true; readonly headers: Headers; readonly email: string | null }
  | { readonly ok: false; readonly error: ShownError };

const FORWARDED_HEADERS = [
  'accept-language',
  'cookie',
  'origin',
  'user-agent',
  'sec-fetch-site',
  'x-captcha-response',
  CLIENT_ADDRESS_HEADER,
];

const ERRORS = new Map<string, FormError>([
  ['USER_ALREADY_EXISTS', 'EMAIL_TAKEN'],
  ['USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL', 'EMAIL_TAKEN'],
  ['INVALID_EMAIL', 'EMAIL_INVALID'],
  ['EMAIL_TOO_LONG', 'EMAIL_INVALID'],
  ['NAME_MISSING', 'NAME_MISSING'],
  ['NAME_TOO_LONG', 'NAME_TOO_LONG'],
  ['NAME_UNREADABLE', 'NAME_UNREADABLE'],
  ['PASSWORD_TOO_SHORT', 'PASSWORD_TOO_SHORT'],
  ['ADMIN_PASSWORD_TOO_SHORT', 'ADMIN_PASSWORD_TOO_SHORT'],
  ['PASSWORD_TOO_LONG', 'PASSWORD_TOO_LONG'],
  ['INVALID_EMAIL_OR_PASSWORD', 'CREDENTIALS_WRONG'],
  ['INVALID_PASSWORD', 'PASSWORD_WRONG'],
  ['PASSWORD_GUESSABLE', 'PASSWORD_GUESSABLE'],
  ['PASSKEY_REFUSED', 'PASSKEY_REFUSED'],
  [BUSY_CODE, 'BUSY'],
]);

/**
 * Calls better-auth from a form's action as a browser would over HTTP: the same rate limits and
 * origin checks apply, and the form works without JavaScript. The response's headers set the cookie.
 */
export async function callAuth(
  request: Request,
  path: AuthPath,
  body: Readonly<Record<string, string | boolean>> = {},
): Promise<AuthAnswer> {
  const headers = new Headers({ 'Content-Type': 'application/json' });
  for (const name of FORWARDED_HEADERS) {
    const value = request.headers.get(name);
    if (value) headers.set(name, value);
  }
  const url = new URL(`/api/auth${path}`, request.url);
  const response = await answerAuth(
    new Request(url, { method: 'POST', headers, body: JSON.stringify(body) }),
  );
  if (response.ok) {
    const cookies = new Headers();
    for (const cookie of response.headers.getSetCookie()) cookies.append('Set-Cookie', cookie);
    const body: unknown = await response.json().catch(() => null);
    const email: unknown = Object(Object(body).user).email;
    return { ok: true, headers: cookies, email: typeof email === 'string' ? email : null };
  }
  const answer: unknown = await response.json().catch(() => null);
  const limit = readLimitNotice(answer);
  if (limit) return { ok: false, error: limit };
  const code = answer && typeof answer === 'object' && 'code' in answer ? String(answer.code) : '';
  const error = ERRORS.get(code);
  if (!error)
    log().warn(
      { path, status: response.status, code },
      'a form was answered with an error that has no sentence for users',
    );
  return { ok: false, error: error ?? 'FAILED' };
}

/**
 * Logs in a user who has just set a password by a one-time link. Their browser becomes a known device,
 * so strangers' attempts on the account do not lock out the person the operator vouched for.
 */
export async function enterByLink(
  request: Request,
  { email, password }: { email: string; password: string },
): Promise<AuthAnswer> {
  const device = await knowDevice(email);
  const headers = new Headers(request.headers);
  const [own = ''] = device.split(';');
  headers.set('Cookie', [own, headers.get('Cookie')].filter(Boolean).join('; '));
  const known = new Request(request.url, { headers });
  const answer = await callAuth(known, '/sign-in/email', { email, password });
  if (answer.ok) answer.headers.append('Set-Cookie', device);
  return answer;
}

export interface FormState {
  readonly values: { readonly name: string; readonly email: string };
  /** By field; `form` is an error of the whole form. */
  readonly errors: Readonly<Partial<Record<'name' | 'email' | 'password' | 'form', ShownError>>>;
}

const FIELD_OF_ERROR: Partial<Record<FormError, 'name' | 'email' | 'password'>> = {
  NAME_MISSING: 'name',
  NAME_TOO_LONG: 'name',
  NAME_UNREADABLE: 'name',
  EMAIL_INVALID: 'email',
  EMAIL_TAKEN: 'email',
  PASSWORD_TOO_SHORT: 'password',
  PASSWORD_TOO_LONG: 'password',
  PASSWORD_MISSING: 'password',
  PASSWORD_GUESSABLE: 'password',
};

/** The status of a page with these errors; for a limit, with the time to wait. `FAILED` is no mistake of the user's. */
export function refusalInit(errors: readonly ShownError[]): ResponseInit {
  const limit = errors.find((error) => typeof error !== 'string');
  if (limit) return { status: 429, headers: limitHeaders(limit) };
  if (errors.includes('BUSY')) return { status: 503 };
  return { status: errors.includes('FAILED') ? 500 : 400 };
}

/** The form again, with the cookie set once more: if cookies are allowed now, the next attempt works. */
export async function refuseWithoutCookies(values: FormState['values']) {
  const state = formState(values, ['COOKIES_BLOCKED']);
  return data(state, { status: 400, headers: await cookieCheckHeaders() });
}

/** What the form shows again: the input, never the password. */
export function formState(values: FormState['values'], errors: readonly ShownError[]): FormState {
  const fieldOf = (error: ShownError) =>
    (typeof error === 'string' && FIELD_OF_ERROR[error]) || 'form';
  const byField = errors.map((error) => [fieldOf(error), error] as const);
  return { values, errors: Object.fromEntries(byField) };
}
