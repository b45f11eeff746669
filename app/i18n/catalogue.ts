import type { CharacterId } from '../lib/chat/characters.ts';
import type { FormFault } from '../lib/form-fault.ts';

/** Every sentence a user can meet. Korean is written first; both languages have the same shape. */
export interface Catalogue {
  readonly appName: string;
  readonly languageName: string;
  readonly switchLanguage: string;
  readonly skipToContent: string;
  readonly close: string;
  readonly notifications: string;
  readonly welcome: {
    readonly title: string;
    readonly headline: string;
    readonly lead: string;
    readonly start: string;
    readonly haveAccount: string;
    readonly points: readonly { readonly title: string; readonly text: string }[];
  };
  readonly account: {
    readonly signUpTitle: string;
    readonly signUpLead: string;
    readonly logInTitle: string;
    readonly logInLead: string;
    readonly name: string;
    readonly nameHint: string;
    readonly email: string;
    readonly password: string;
    readonly passwordHint: string;
    readonly showPassword: string;
    readonly hidePassword: string;
    readonly signUp: string;
    readonly signingUp: string;
    readonly logIn: string;
    readonly loggingIn: string;
    readonly logOut: string;
    readonly noAccountYet: string;
    readonly haveAccount: string;
    readonly faults: Readonly<Record<FormFault, string>>;
  };
  readonly home: {
    readonly title: string;
    readonly greeting: (name: string) => string;
    readonly lead: string;
    readonly characters: string;
    readonly open: string;
    readonly locked: string;
    readonly resume: string;
  };
  readonly wallet: {
    readonly name: string;
    readonly setupTitle: string;
    readonly setupMessages: readonly [string, string];
    readonly setupAction: string;
    readonly setupFailed: string;
    readonly notRequested: string;
    readonly pending: string;
    readonly creating: string;
    readonly ready: string;
    readonly retrying: string;
    readonly retryAt: (time: string) => string;
    readonly failed: string;
    readonly failedForGood: string;
    readonly retry: string;
    readonly retryRefused: string;
    readonly retryTooOften: string;
    readonly offline: string;
    readonly balance: (choco: string) => string;
    readonly readyDetail: (choco: string) => string;
    readonly errorCode: (code: string) => string;
  };
  readonly chat: {
    readonly back: string;
    readonly placeholder: (name: string) => string;
    readonly message: string;
    readonly send: string;
    readonly empty: (name: string) => string;
    readonly history: (name: string) => string;
    readonly you: string;
    readonly writing: (name: string) => string;
    readonly lockedTitle: string;
    readonly lockedWaiting: string;
    readonly lockedRetrying: string;
    readonly lockedFailed: string;
    readonly draftKept: string;
    readonly lengthLeft: (count: number) => string;
    readonly faults: {
      readonly MESSAGE_EMPTY: string;
      readonly MESSAGE_TOO_LONG: (limit: number) => string;
      readonly WALLET_NOT_READY: string;
      readonly UNAUTHORIZED: string;
      readonly FAILED: string;
      readonly INTERRUPTED: string;
    };
  };
  readonly characters: Readonly<
    Record<
      CharacterId,
      { readonly name: string; readonly tagline: string; readonly persona: string }
    >
  >;
  readonly errors: {
    readonly notFoundTitle: string;
    readonly notFound: string;
    readonly brokenTitle: string;
    readonly broken: string;
    readonly home: string;
    readonly again: string;
  };
}
