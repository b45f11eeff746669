import type { WayInIntent } from '../lib/account-intents.ts';
import type { LinkError } from '../lib/other-sign-in/sites.ts';

/** The words of what only owners of accounts and wallets meet, apart from the others' so that no other page loads them. */
export interface OwnerWords {
  readonly noPassword: string;
  readonly makePassword: string;
  /** What stands beside each of them. */
  readonly waysIn: {
    readonly label: Readonly<Record<WayInIntent, (name: string) => string>>;
    readonly short: Readonly<Record<WayInIntent, string>>;
  };
  readonly sites: {
    readonly title: string;
    readonly lead: string;
    /** Before and after a time. */
    readonly linked: readonly [string, string];
    readonly open: string;
    /** The link to the other site, for who is not led there. */
    readonly goOn: (site: string) => string;
    readonly errors: Readonly<Record<LinkError, string>>;
  };
  readonly passkeys: {
    readonly title: string;
    readonly lead: string;
    readonly unknownDevice: string;
    /** Before and after a time. */
    readonly added: readonly [string, string];
    readonly used: readonly [string, string];
    readonly add: string;
    readonly needsScripts: string;
  };
  readonly key: {
    readonly title: string;
    readonly lead: string;
    /** Before and after the time of the last time it was shown. */
    readonly exportedAt: readonly [string, string];
    readonly open: string;
    readonly back: string;
    readonly means: readonly string[];
    readonly notReady: string;
    /** This server holds no keys. */
    readonly notHere: string;
    /** The address must be shown to be theirs. */
    readonly confirmFirst: string;
    /** What must be typed, and the sentence that asks for it. */
    readonly word: string;
    readonly typeWord: (word: string) => string;
    readonly wordMissing: (word: string) => string;
    readonly submit: string;
    readonly busy: string;
    readonly signInAgain: string;
    readonly shownTitle: string;
    readonly shown: string;
    readonly copy: string;
    readonly done: string;
  };
  readonly confirmEmail: {
    readonly title: string;
    readonly lead: (email: string) => string;
    readonly submit: string;
    readonly done: (email: string) => string;
    readonly invalid: string;
    /** Without a link, where the mail is asked for. */
    readonly sendLead: (email: string) => string;
    readonly send: string;
    readonly sent: (email: string) => string;
    readonly sendAgain: string;
    readonly toAccount: string;
  };
}
