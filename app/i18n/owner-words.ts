import type { WayInIntent } from '../lib/forms/account-intents.ts';
import type { LinkError } from '../lib/settings/sites.ts';

/** Texts that only account and wallet owners see, in a module that other pages do not download. */
export interface OwnerWords {
  readonly noPassword: string;
  readonly makePassword: string;
  /** The button beside each of them. */
  readonly signInMethods: {
    readonly label: Readonly<Record<WayInIntent, (name: string) => string>>;
    readonly short: Readonly<Record<WayInIntent, string>>;
  };
  readonly sites: {
    readonly title: string;
    readonly lead: string;
    /** Before and after a time. */
    readonly linked: readonly [string, string];
    readonly open: string;
    /** The link to the other site, shown without scripts. */
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
    /** Before and after the time of the last export. */
    readonly exportedAt: readonly [string, string];
    readonly open: string;
    readonly back: string;
    readonly means: readonly string[];
    readonly notReady: string;
    /** If this server holds no keys. */
    readonly notHere: string;
    /** If the e-mail address must be confirmed first. */
    readonly confirmFirst: string;
    /** The word that must be typed, and the sentence that asks for it. */
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
    /** Without a link: the form that requests the e-mail. */
    readonly sendLead: (email: string) => string;
    readonly send: string;
    readonly sent: (email: string) => string;
    readonly sendAgain: string;
    readonly toAccount: string;
  };
}
