/** One mail: a sentence or two, a link or none, and what to do when it came unasked. */
export interface MailText {
  readonly subject: string;
  readonly lines: readonly string[];
  /** The words of the link; null: it has none. */
  readonly action: string | null;
  readonly unasked: string;
}

/** The words of mails, apart from those of pages so that no visitor's browser loads them. */
export interface MailWords {
  readonly appName: string;
  /** Above the address of a link in full, for programs that show no buttons. */
  readonly orOpen: string;
  readonly reset: (mail: { email: string; minutes: number }) => MailText;
  readonly confirmSignUp: (mail: { email: string; hours: number }) => MailText;
  readonly confirmChange: (mail: { email: string; hours: number }) => MailText;
  readonly changed: (mail: { from: string; to: string }) => MailText;
  readonly keyExported: (mail: { accountId: string }) => MailText;
}
