import type { WalletFilter } from '../lib/admin/wallet-filter.ts';

/** The texts of the admin pages, in a module of their own so that visitors do not download them. */
export interface AdminWords {
  readonly title: string;
  readonly toApp: string;
  readonly enter: {
    readonly title: string;
    readonly lead: (email: string) => string;
    readonly submit: string;
    readonly invalid: string;
    readonly errors: Readonly<Record<EnterError, string>>;
  };
  readonly signing: {
    readonly title: string;
    readonly open: string;
    readonly paused: (reason: string) => string;
    readonly interrupted: (code: string) => string;
    readonly remedies: string;
    readonly pause: string;
    readonly resume: string;
  };
  readonly figures: {
    readonly title: string;
    readonly oldest: string;
    readonly none: string;
    readonly seconds: (seconds: number) => string;
    readonly treasury: string;
    readonly runway: string;
    readonly wallets: (count: string) => string;
    readonly lanes: string;
    readonly laneUse: (use: { busy: number; held: number; wanted: number }) => string;
    readonly stock: string;
    readonly stockUse: (stock: {
      ready: number;
      wanted: number;
      underWay: number;
      failed: number;
      otherTerms: number;
    }) => string;
    readonly open: string;
    readonly unknown: string;
  };
  readonly trend: {
    readonly title: string;
    readonly duration: string;
    readonly durationSummary: (median: string, p95: string) => string;
    readonly failures: string;
    readonly failureSummary: (failed: number, ended: number) => string;
    readonly nothing: string;
    readonly stock: string;
    readonly stockSummary: (taken: number, made: number) => string;
    readonly stockReady: string;
    readonly taken: string;
    readonly made: string;
    readonly median: string;
    readonly p95: string;
    readonly ago: (hours: number) => string;
    readonly now: string;
  };
  readonly list: {
    readonly title: string;
    readonly search: string;
    readonly searchHint: string;
    readonly find: string;
    readonly filter: string;
    readonly filters: Readonly<Record<WalletFilter, string>>;
    readonly user: string;
    readonly deleted: string;
    readonly account: string;
    readonly status: string;
    readonly requested: string;
    readonly attempts: (count: number) => string;
    readonly retryAt: string;
    readonly choose: (email: string) => string;
    readonly empty: string;
    readonly next: string;
    readonly first: string;
    readonly retryChosen: string;
    readonly requeueAll: string;
  };
  readonly story: {
    readonly back: string;
    readonly retry: string;
    readonly requeue: string;
    readonly facts: string;
    readonly email: string;
    readonly userId: string;
    readonly accountId: string;
    readonly publicKey: string;
    readonly status: string;
    readonly error: string;
    readonly attempts: string;
    readonly takeovers: string;
    readonly balance: string;
    readonly signedUp: string;
    readonly left: string;
    readonly requested: string;
    readonly completed: string;
    readonly due: string;
    readonly keyExported: string;
    readonly events: string;
    readonly attempt: (number: number) => string;
    readonly transactions: string;
    readonly signedAt: string;
    readonly settledAt: string;
    readonly explorer: string;
    readonly none: string;
  };
  readonly actions: {
    readonly title: string;
    readonly none: string;
    readonly names: Readonly<Record<string, string>>;
    /** An action's outcome, by the name in its record. */
    readonly details: Readonly<Record<string, (value: string) => string>>;
    readonly outcomes: Readonly<Record<AdminOutcome['kind'], (count: number) => string>>;
  };
}

export type EnterError = 'PASSWORD_TOO_SHORT' | 'PASSWORD_TOO_LONG' | 'LINK_USED' | 'FAILED';

/** Outcomes of an admin's action. */
export interface AdminOutcome {
  readonly kind:
    | 'RETRIED'
    | 'NOTHING_TO_RETRY'
    | 'NOTHING_CHOSEN'
    | 'REQUEUED'
    | 'PAUSED'
    | 'RESUMED'
    | 'STILL_PAUSED'
    | 'UNKNOWN_ACTION';
  readonly count: number;
}
