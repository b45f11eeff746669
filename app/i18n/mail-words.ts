import type { ProviderId } from '../lib/settings/sites.ts';

/** One e-mail: a sentence or two, an optional link, and what to do if it was not requested. */
export interface MailText {
  readonly subject: string;
  readonly lines: readonly string[];
  /** The text of the link; null: no link. */
  readonly action: string | null;
  readonly unasked: string;
}

/** A sign-in method other than the password. */
export type WayIn =
  | { readonly kind: 'passkey'; readonly device: string | null }
  | { readonly kind: 'site'; readonly id: ProviderId; readonly name: string | null };

/** The texts of e-mails, in a module of their own so that visitors do not download them. */
export interface MailWords {
  readonly appName: string;
  /** Above the full address of a link, for mail programs that show no buttons. */
  readonly orOpen: string;
  readonly reset: (mail: { email: string; minutes: number }) => MailText;
  readonly confirmSignUp: (mail: { email: string; hours: number }) => MailText;
  readonly confirmChange: (mail: { email: string; hours: number }) => MailText;
  readonly changed: (mail: { from: string; to: string }) => MailText;
  readonly wayIn: (mail: { change: 'added' | 'removed'; way: WayIn }) => MailText;
  readonly keyExported: (mail: { accountId: string }) => MailText;
}
