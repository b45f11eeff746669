import { APIError } from 'better-auth/api';
import { env } from '../settings/env.server.ts';

export interface SignUpAttempt {
  readonly email: string;
  /** From the connection, as seen by our own server. */
  readonly address: string;
  readonly headers: Headers;
}

/**
 * An operator's own checks of sign-ups; all are off by default. Call
 * {@link setSignUpHooks} in `app/server-entry.ts`, before the first request.
 */
export interface SignUpHooks {
  /**
   * Called before anything is stored, for example with the header `x-captcha-response` and the
   * provider's verification address. False or an error rejects the sign-up.
   */
  readonly checkCaptcha?: (attempt: SignUpAttempt) => Promise<boolean>;
  /**
   * Sends the mail with the verification address, instead of `SIGNUP_VERIFICATION=mail`. Users are then signed in at once, `/wallet-setup`
   * asks them to open it, and their wallet, which costs money, is requested after that.
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
 * Whether a sign-up is allowed now. Nothing is stored yet.
 * @throws APIError 403 if the captcha was not passed
 */
export async function guardSignUp(attempt: SignUpAttempt): Promise<void> {
  if (!hooks.checkCaptcha) return;
  if (!(await hooks.checkCaptcha(attempt))) {
    throw new APIError('FORBIDDEN', { code: 'CAPTCHA_REFUSED', message: 'Captcha not passed.' });
  }
}
