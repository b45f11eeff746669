import type { CharacterId } from '../lib/chat/characters.ts';
import type { ReplyErrorCode } from '../lib/chat/reply-error.ts';
import type { CutKind } from '../lib/chat/reply-frame.ts';
import type { AccountIntent, SavedIntent } from '../lib/forms/account-intents.ts';
import type { FormError } from '../lib/forms/form-error.ts';
import type { LimitScope } from '../lib/forms/limit-notice.ts';
import type { OtherSignInError, ProviderId } from '../lib/settings/sites.ts';
import type {
  HistoryTransition,
  TransferPurpose,
  TransferStatus,
} from '../lib/wallet/wallet-history.ts';
import type { WalletSituation } from '../lib/wallet/wallet-situation.ts';
import type { WalletView } from '../lib/wallet/wallet-view.ts';
import type { Theme } from '../theme/theme.ts';
import type { HelpWords } from './care.ts';
import type { FirstTalk } from './first-talk.ts';

/** @param amount with its unit */
type Told = (amount: string) => string;

type Line = string | readonly [before: string, after: string];

interface SituationWords {
  /** A pair surrounds the time of the next attempt. */
  readonly line: Line | ((wallet: WalletView) => Line);
  readonly lock: string | null;
  readonly balance: string;
}

/** Every sentence a user can meet. Korean is written first; both languages have the same shape. */
export interface Catalogue {
  readonly appName: string;
  readonly languageName: string;
  readonly skipToContent: string;
  readonly loading: string;
  readonly navigation: {
    readonly label: string;
    readonly pages: {
      readonly home: string;
      readonly wallet: string;
      readonly account: string;
    };
  };
  readonly preferences: {
    readonly menu: string;
    readonly theme: string;
    readonly themes: Readonly<Record<Theme, string>>;
    readonly language: string;
  };
  readonly welcome: {
    readonly title: string;
    /** The description in a link's preview. */
    readonly description: string;
    readonly headline: string;
    readonly start: string;
    readonly haveAccount: string;
    readonly talk: string;
    readonly choose: string;
    readonly goOn: string;
    readonly fromStart: string;
    readonly isKept: string;
  };
  /** The conversation of guest and host on the landing page. */
  readonly firstTalk: FirstTalk;
  /** The host's welcome of a new user, with the gift, in their conversation. */
  readonly scene: {
    readonly label: string;
    /** The host's first words to a user who talked as a guest before giving a name. */
    readonly known: (name: string) => string;
    /** The host's words while the wallet is being made, if that takes long, and with the gift. */
    readonly waiting: string;
    readonly slow: string;
    readonly given: string;
    readonly wrapping: string;
    /** Shown instead while no work is being done. */
    readonly notYet: string;
    readonly giftTitle: string;
    readonly giftTo: (name: string) => string;
    readonly toWallet: string;
    readonly toRoom: string;
    readonly tellMe: string;
    /** After the request: by notification, or by the tab's title if notifications are off. */
    readonly willTell: { readonly notification: string; readonly title: string };
    readonly readyNotice: { readonly title: string; readonly body: string };
    /** Prefix of a hidden tab's title. */
    readonly readyTitle: string;
  };
  readonly account: {
    readonly signUpTitle: string;
    readonly signUpLead: string;
    readonly logInTitle: string;
    readonly logInLead: string;
    /** For a visitor who was redirected from a page. */
    readonly logInFirst: string;
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
    readonly logInByPasskey: string;
    readonly or: string;
    readonly otherSites: {
      readonly logIn: (name: string) => string;
      /** The name of a user whose sign-in site provides none. */
      readonly nameless: string;
      readonly names: Readonly<Record<ProviderId, string>>;
      readonly errors: Readonly<Record<OtherSignInError, string>>;
    };
    readonly passkeyFailed: string;
    readonly logOut: string;
    readonly noAccountYet: string;
    readonly haveAccount: string;
    readonly errors: Readonly<Record<FormError, string>>;
  };
  /** What signing up agrees to: lead, the documents' names, end. */
  readonly agreement: {
    readonly lead: string;
    readonly terms: string;
    readonly privacy: string;
    readonly and: string;
    readonly end: string;
    readonly age: (years: number) => string;
  };
  /** Help for users who cannot log in. */
  readonly forgotten: {
    readonly link: string;
    readonly title: string;
    readonly lead: string;
    readonly steps: readonly string[];
    readonly stepsWithoutAddress: readonly string[];
    /** Subject of the e-mail to support. */
    readonly subject: string;
    /** If the server sends e-mail. */
    readonly mailLead: string;
    readonly send: string;
    readonly sending: string;
    readonly sent: (email: string) => string;
    readonly otherWay: string;
    readonly back: string;
  };
  /** The page a one-time link opens. */
  readonly newPassword: {
    readonly title: string;
    readonly lead: (email: string) => string;
    readonly submit: string;
    readonly invalid: string;
    readonly ask: string;
  };
  readonly home: {
    readonly title: string;
    readonly greeting: (name: string) => string;
    readonly lead: string;
    readonly characters: string;
  };
  readonly wallet: {
    readonly name: string;
    readonly setupTitle: string;
    readonly setupMessages: readonly [string, string];
    readonly setupSlow: string;
    readonly setupAction: string;
    readonly setupFailed: string;
    readonly verifyFirst: string;
    readonly ready: string;
    readonly getHelp: string;
    readonly retry: string;
    /** A link shown without scripts. */
    readonly lookAgain: string;
    readonly balance: (choco: string) => string;
    readonly readyDetail: (choco: string) => string;
    readonly errorCode: (code: string) => string;
  };
  /** Every sentence about a wallet's state, by situation: `wallet-words.ts`. */
  readonly walletSays: Readonly<Record<WalletSituation, SituationWords>>;
  readonly walletLive: {
    readonly countdown: (minutes: number, seconds: number) => string;
    readonly anyMoment: string;
    readonly retryNotPossible: string;
    readonly recordTorn: string;
  };
  readonly accountPage: {
    readonly title: string;
    readonly profile: string;
    /** If the server sends no e-mail. */
    readonly emailHint: string;
    readonly emailTitle: string;
    readonly emailVerified: string;
    readonly emailUnverified: string;
    readonly verifyEmail: string;
    readonly newEmail: string;
    readonly newEmailHint: string;
    readonly changeEmail: string;
    /** The label of the password that proves who asks. */
    readonly proofPassword: string;
    readonly save: string;
    /** While one of the forms is being sent. */
    readonly busy: Readonly<Record<AccountIntent, string>>;
    readonly saved: Readonly<Record<SavedIntent, string>>;
    /** Beside a name that was submitted after the session had ended. */
    readonly nameNotSaved: string;
    readonly passwordTitle: string;
    readonly currentPassword: string;
    readonly newPassword: string;
    readonly keepOthers: string;
    readonly changePassword: string;
    readonly display: string;
    readonly devices: string;
    readonly devicesHint: string;
    readonly signOutHere: string;
    readonly signOutEverywhere: string;
    readonly deleteTitle: string;
    readonly deleteMeans: readonly string[];
    readonly deletePassword: string;
    readonly deleteAction: string;
    readonly goodbyeTitle: string;
    readonly goodbye: string;
    readonly toStart: string;
  };
  readonly walletPage: {
    readonly title: string;
    readonly accountId: string;
    readonly copyAccountId: string;
    readonly copyHash: string;
    readonly copied: string;
    readonly copyRefused: string;
    readonly qrCode: string;
    readonly balance: string;
    readonly syncedAt: readonly [string, string];
    readonly transfers: string;
    readonly noTransfers: string;
    /** A sentence about a transfer of an amount. */
    readonly happened: Readonly<Record<TransferPurpose, Readonly<Record<TransferStatus, Told>>>>;
    readonly transactionFacts: string;
    readonly transaction: string;
    readonly receive: string;
    readonly receiveHint: string;
    readonly explorer: string;
    readonly history: string;
    readonly noHistory: string;
    readonly events: Readonly<Record<HistoryTransition, string>>;
    readonly attempt: (attempt: number) => string;
    readonly helpTitle: string;
    readonly help: string;
    /** If the operator has configured no support address. */
    readonly helpWithoutAddress: string;
  };
  readonly chat: {
    readonly back: string;
    readonly placeholder: (name: string) => string;
    /** While chat is locked, for whatever reason. */
    readonly placeholderLocked: string;
    readonly message: string;
    readonly send: string;
    readonly stop: string;
    readonly retry: string;
    readonly anotherReply: string;
    readonly earlier: string;
    readonly earlierFailed: string;
    readonly latest: string;
    readonly toEnd: string;
    /** Always visible: the user talks to an AI. */
    readonly isAi: string;
    readonly help: HelpWords;
    /** The room's title. */
    readonly title: (name: string) => string;
    readonly history: (name: string) => string;
    readonly rooms: string;
    readonly today: string;
    readonly yesterday: string;
    readonly you: string;
    readonly writing: (name: string) => string;
    readonly lengthLeft: (count: number) => string;
    readonly lengthOver: (count: number) => string;
    readonly logInAgain: string;
    readonly errors: {
      readonly MESSAGE_EMPTY: string;
      readonly MESSAGE_TOO_LONG: (limit: number) => string;
      readonly WALLET_NOT_READY: string;
      readonly UNAUTHORIZED: string;
      readonly FAILED: string;
    };
    /** Below an incomplete reply. */
    readonly cut: Readonly<Record<CutKind, string>>;
    /** Why a reply is missing or incomplete. */
    readonly replyErrors: Readonly<
      Record<ReplyErrorCode | 'INTERRUPTED' | 'STOPPED' | 'UNANSWERED' | 'FAILED', string>
    >;
  };
  readonly characters: Readonly<
    Record<
      CharacterId,
      {
        readonly name: string;
        readonly tagline: string;
        readonly persona: string;
        /** The first words to a new user, with the name. */
        readonly hello: (name: string) => string;
        /** Ways to begin a conversation. */
        readonly openers: readonly [string, string, string];
      }
    >
  >;
  /** Actions on a message or a whole conversation. */
  readonly kept: {
    /** The button that opens a message's actions. */
    readonly menu: string;
    readonly copy: string;
    readonly copied: string;
    readonly copyRefused: string;
    readonly remove: string;
    readonly removeMeans: { readonly user: string; readonly assistant: string };
    readonly removeNow: string;
    readonly removeFailed: string;
    readonly roomMenu: string;
    readonly removeRoom: string;
    readonly removeRoomTitle: string;
    readonly removeRoomMeans: (name: string) => string;
    readonly removeRoomNow: string;
    readonly keepRoom: string;
  };
  readonly search: {
    readonly title: string;
    readonly label: string;
    readonly lead: string;
    readonly submit: string;
    /** `isWhole`: all messages were searched. */
    readonly none: (words: string, isWhole: boolean) => string;
    readonly older: string;
    readonly found: (count: number, isAll: boolean) => string;
  };
  readonly limits: {
    readonly title: string;
    /** When the limit ends: "in 12 minutes". */
    readonly wait: (seconds: number) => string;
    readonly sentences: Readonly<Record<LimitScope, (wait: string) => string>>;
  };
  /** Shown by the service worker without a connection. */
  readonly offline: { readonly title: string; readonly text: string; readonly again: string };
  /** Pages for requests rejected before they reach the app. */
  readonly refusals: {
    readonly title: string;
    readonly address: string;
    readonly header: string;
    readonly body: string;
    readonly foreign: string;
    readonly crowded: string;
  };
  readonly errors: {
    readonly notFoundTitle: string;
    readonly notFound: string;
    readonly brokenTitle: string;
    readonly broken: string;
    readonly lostTitle: string;
    readonly lost: string;
    readonly home: string;
    readonly again: string;
  };
}
