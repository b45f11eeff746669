import type { FormFault } from './form-fault.ts';

export const NAME_MAX_LENGTH = 50;
export const PASSWORD_MIN_LENGTH = 8;
export const PASSWORD_MAX_LENGTH = 128;
/** An address whose account was deleted can sign up again after so many days. */
export const DELETED_EMAIL_REST_DAYS = 30;

/** @param name without spaces around it */
export function findNameFault(name: string): FormFault | null {
  if (name === '') return 'NAME_MISSING';
  return name.length > NAME_MAX_LENGTH ? 'NAME_TOO_LONG' : null;
}

/** Of a password that is being chosen. */
export function findPasswordFault(password: string): FormFault | null {
  if (password.length < PASSWORD_MIN_LENGTH) return 'PASSWORD_TOO_SHORT';
  return password.length > PASSWORD_MAX_LENGTH ? 'PASSWORD_TOO_LONG' : null;
}
