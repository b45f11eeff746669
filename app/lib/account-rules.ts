import type { FormFault } from './form-fault.ts';

export const NAME_MAX_LENGTH = 50;
export const PASSWORD_MIN_LENGTH = 8;
/** More than a user's: this one can stop everybody's wallets. */
export const ADMIN_PASSWORD_MIN_LENGTH = 12;
export const PASSWORD_MAX_LENGTH = 128;
/** An address whose account was deleted can sign up again after so many days. */
export const DELETED_EMAIL_REST_DAYS = 30;

/** What joins the parts of one emoji: a joiner between two pictures, tags after the black flag. */
const JOINS_EMOJI =
  /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d(?=\p{Extended_Pictographic})|(?<=\u{1f3f4}[\u{e0020}-\u{e007e}]*)[\u{e0020}-\u{e007f}]/gu;
/** Blank on the screen; U+2800 is a Braille cell without a dot. */
const BLANK = /[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Cc}\u2800]/gu;
/** Of no width, or turning the text around them: with them one name can look like another. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/u;

/** @param name without spaces around it */
export function findNameFault(name: string): FormFault | null {
  if (name.replace(BLANK, '') === '') return 'NAME_MISSING';
  if (HIDDEN.test(name.replace(JOINS_EMOJI, ''))) return 'NAME_UNREADABLE';
  return name.length > NAME_MAX_LENGTH ? 'NAME_TOO_LONG' : null;
}

/** Of a password that is being chosen. */
export function findPasswordFault(password: string): FormFault | null {
  if (password.length < PASSWORD_MIN_LENGTH) return 'PASSWORD_TOO_SHORT';
  return password.length > PASSWORD_MAX_LENGTH ? 'PASSWORD_TOO_LONG' : null;
}
