import { GREATEST_LENGTH } from './field-lengths.ts';
import type { FormError } from './form-error.ts';
import { isBlank } from './visible-text.ts';

export const NAME_MAX_LENGTH = GREATEST_LENGTH.name;
export const PASSWORD_MIN_LENGTH = 8;
/** Longer than a user's: an admin can stop everyone's wallets. */
export const ADMIN_PASSWORD_MIN_LENGTH = 12;
export const PASSWORD_MAX_LENGTH = GREATEST_LENGTH.password;
/** Days after which the address of a deleted account can sign up again. */
export const DELETED_EMAIL_REST_DAYS = 30;

/** What joins the parts of one emoji: a joiner between two pictograms, tags after the black flag. */
const JOINS_EMOJI =
  /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d(?=\p{Extended_Pictographic})|(?<=\u{1f3f4}[\u{e0020}-\u{e007e}]*)[\u{e0020}-\u{e007f}]/gu;
/** Zero-width or direction-changing: with them one name can look like another. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/u;

/** @param name trimmed */
export function findNameError(name: string): FormError | null {
  // First: the emoji pattern looks backwards at each of its characters.
  if (name.length > NAME_MAX_LENGTH) return 'NAME_TOO_LONG';
  if (isBlank(name)) return 'NAME_MISSING';
  return HIDDEN.test(name.replace(JOINS_EMOJI, '')) ? 'NAME_UNREADABLE' : null;
}

/** Checks the form of an address only. @param email trimmed */
export function findEmailError(email: string): FormError | null {
  const at = email.indexOf('@');
  const [local, domain] = [email.slice(0, at), email.slice(at + 1)];
  const isAddress =
    email.length <= GREATEST_LENGTH.email &&
    at > 0 &&
    !/[\s@]/.test(local + domain) &&
    /[^.]\.[^.]+$/.test(domain);
  return isAddress ? null : 'EMAIL_INVALID';
}

/** For a password that is being chosen. */
export function findPasswordError(password: string): FormError | null {
  if (password.length < PASSWORD_MIN_LENGTH) return 'PASSWORD_TOO_SHORT';
  return password.length > PASSWORD_MAX_LENGTH ? 'PASSWORD_TOO_LONG' : null;
}
