import type { ProviderId } from '../lib/other-sign-in/sites.ts';

/** One mail: a sentence or two, a link or none, and what to do when it came unasked. */
export interface MailText {
  readonly subject: string;
  readonly lines: readonly string[];
  /** The words of the link; null: it has none. */
  readonly action: string | null;
  readonly unasked: string;
}

/** What somebody logs in with, beside the password. */
export type WayIn =
  | { readonly kind: 'passkey'; readonly device: string | null }
  | { readonly kind: 'site'; readonly id: ProviderId; readonly name: string | null };

/** The words of mails, apart from those of pages so that no visitor's browser loads them. */
export interface MailWords {
  readonly appName: string;
  /** Above the address of a link in full, for programs that show no buttons. */
  readonly orOpen: string;
  readonly reset: (mail: { email: string; minutes: number }) => MailText;
  readonly confirmSignUp: (mail: { email: string; hours: number }) => MailText;
  readonly confirmChange: (mail: { email: string; hours: number }) => MailText;
  readonly changed: (mail: { from: string; to: string }) => MailText;
  readonly wayIn: (mail: { change: 'added' | 'removed'; way: WayIn }) => MailText;
  readonly keyExported: (mail: { accountId: string }) => MailText;
}
