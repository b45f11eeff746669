import { isIP } from 'node:net';
import { APIError } from 'better-auth/api';
import { env } from './env.server.ts';
import { takeTurn } from './rate-limit.server.ts';

const HOUR_MS = 60 * 60 * 1000;

export interface SignUpAttempt {
  readonly email: string;
  /** As our own server saw the connection. */
  readonly address: string;
  readonly headers: Headers;
}

/**
 * What an operator may put in the way of a sign-up; all of it is off unless set. Call
 * {@link setSignUpHooks} in `app/server-entry.ts`, before the first request.
 */
export interface SignUpHooks {
  /**
   * Asked before anything is stored, for example with the header `x-captcha-response` and the
   * provider's verification address. False refuses the sign-up; an error refuses it, too.
   */
  readonly checkCaptcha?: (attempt: SignUpAttempt) => Promise<boolean>;
  /**
   * Sends the mail with the address that verifies. With it, users are signed in at once, `/wallet-setup`
   * asks them to open it, and their wallet, which costs money, is requested when they have.
   */
  readonly sendVerificationMail?: (mail: { email: string; url: string }) => Promise<void>;
}

let hooks: SignUpHooks = {};

/** @public */
export function setSignUpHooks(changed: SignUpHooks): void {
  hooks = changed;
}

export function signUpHooks(): SignUpHooks {
  return hooks;
}

/**
 * Whether somebody may sign up now. Nothing is stored yet.
 * @throws APIError 429 when an address or an e-mail domain has signed up too often, 403 when the
 * captcha is not passed
 */
export async function guardSignUp(attempt: SignUpAttempt): Promise<void> {
  const { signupLimitPerIp, signupLimitPerDomain } = env();
  const domain = attempt.email
    .slice(attempt.email.lastIndexOf('@') + 1)
    .trim()
    .toLowerCase();
  const isWithin =
    (await isWithinLimit(`ip:${networkOf(attempt.address)}`, signupLimitPerIp)) &&
    (await isWithinLimit(`domain:${domain}`, signupLimitPerDomain));
  if (!isWithin) {
    throw new APIError('TOO_MANY_REQUESTS', { message: 'Too many sign-ups. Try again later.' });
  }
  if (!hooks.checkCaptcha) return;
  if (!(await hooks.checkCaptcha(attempt))) {
    throw new APIError('FORBIDDEN', { code: 'CAPTCHA_REFUSED', message: 'Captcha not passed.' });
  }
}

async function isWithinLimit(key: string, limit: number): Promise<boolean> {
  return limit === 0 || takeTurn({ key: `sign-up:${key}`, limit, windowMs: HOUR_MS });
}

/** An IPv6 customer has a whole /64: every address of it counts as one. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (isIP(address) !== 6) return address;
  const [left = '', right] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [head, tail] = [groups(left), right === undefined ? [] : groups(right)];
  const zeros = right === undefined ? 0 : Math.max(8 - head.length - tail.length, 0);
  const all = [...head, ...Array<string>(zeros).fill('0'), ...tail];
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
