import type { LimitNotice } from './limit-notice.ts';

/** Errors of sign-up, login and account forms; the catalogues have a sentence for each. */
export type FormError =
  | 'NAME_MISSING'
  | 'NAME_TOO_LONG'
  | 'NAME_UNREADABLE'
  | 'EMAIL_INVALID'
  | 'EMAIL_TAKEN'
  | 'EMAIL_SAME'
  | 'PASSWORD_TOO_SHORT'
  | 'ADMIN_PASSWORD_TOO_SHORT'
  | 'PASSWORD_TOO_LONG'
  | 'PASSWORD_MISSING'
  | 'PASSWORD_GUESSABLE'
  | 'PASSWORD_WRONG'
  | 'CREDENTIALS_WRONG'
  | 'PASSKEY_REFUSED'
  | 'PASSKEYS_TOO_MANY'
  | 'SIGN_IN_AGAIN'
  | 'EMAIL_UNPROVEN'
  | 'LAST_WAY_IN'
  | 'TOO_MANY_REQUESTS'
  | 'WORD_MISSING'
  | 'WALLET_NOT_READY'
  | 'COOKIES_BLOCKED'
  | 'BUSY'
  | 'FAILED';

/** Shown beside a field: an error, or the limit that was reached with the time to wait. */
export type ShownError = FormError | LimitNotice;
