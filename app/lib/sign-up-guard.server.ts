import { APIError } from 'better-auth/api';
import { env } from './env.server.ts';

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
   * Sends the mail with the address that verifies, in the place of `SIGNUP_VERIFICATION=mail`. With it, users are signed in at once, `/wallet-setup`
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

/** Whether a wallet waits until its user has confirmed the address. */
export function mustVerifyEmail(): boolean {
  return hooks.sendVerificationMail !== undefined || env().mustVerifyEmail;
}

/**
 * Whether somebody may sign up now. Nothing is stored yet.
 * @throws APIError 403 when the captcha is not passed
 */
export async function guardSignUp(attempt: SignUpAttempt): Promise<void> {
  if (!hooks.checkCaptcha) return;
  if (!(await hooks.checkCaptcha(attempt))) {
    throw new APIError('FORBIDDEN', { code: 'CAPTCHA_REFUSED', message: 'Captcha not passed.' });
  }
}
