import { GREATEST_LENGTH } from './field-lengths.ts';

/** What a field may hold: text up to a length, a number of texts, or a boolean (JSON only). */
export type FieldRule =
  | { readonly kind: 'text'; readonly greatest: number }
  | { readonly kind: 'texts'; readonly greatest: number; readonly most: number }
  | { readonly kind: 'boolean' };

export type FieldRules = Readonly<Record<string, FieldRule>>;

/** What one address accepts. Unlisted fields are rejected in a body, and in the query of an API. */
export interface Door {
  readonly query?: FieldRules;
  readonly form?: FieldRules;
  readonly json?: FieldRules;
  /** Absent: {@link METHODS}. */
  readonly methods?: readonly string[];
  /** Other sites link here, with query parameters of their own. */
  readonly isOpen?: boolean;
}

/** They change nothing. */
export const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];

/** The web platform's `Request`, which routes receive, throws for TRACE. */
export const METHODS: readonly string[] = [...SAFE_METHODS, 'POST', 'PUT', 'PATCH', 'DELETE'];

/** An address without an action. */
const readOnly: Door = { methods: SAFE_METHODS };

const text = (field: keyof typeof GREATEST_LENGTH): FieldRule => ({
  kind: 'text',
  greatest: GREATEST_LENGTH[field],
});
const boolean: FieldRule = { kind: 'boolean' };

/** The most wallets an admin may select at once: a page of the list. */
export const MOST_CHOSEN = 25;

const wayBack: FieldRules = { to: text('path') };
const backTo = { backTo: text('path') };
const adminForm: FieldRules = {
  action: text('adminAction'),
  userId: { kind: 'texts', greatest: GREATEST_LENGTH.userId, most: MOST_CHOSEN },
};

/** Every address of `routes.ts`, spelled as there. A test compares the two. */
export const ROUTE_DOORS: Readonly<Record<string, Door>> = {
  '/': { query: { talk: text('guestTalk') } },
  '/signup': {
    query: wayBack,
    form: { name: text('name'), email: text('email'), password: text('password') },
  },
  '/login': {
    query: { ...wayBack, error: text('errorCode') },
    form: { email: text('email'), password: text('password'), credential: text('credential') },
  },
  '/login/with/:provider': { query: wayBack },
  '/forgotten': { form: { email: text('email') } },
  '/confirm-email': { query: { token: text('token') }, form: {} },
  '/new-password': { query: { token: text('token') }, form: { password: text('password') } },
  '/logout': {},
  '/goodbye': {},
  '/language': { form: { language: text('language'), ...backTo } },
  '/theme': { form: { theme: text('theme'), ...backTo } },
  '/wallet-setup': {},
  '/home': {},
  '/chat/:id': {
    query: { before: text('messageOrReplyId'), around: text('messageOrReplyId') },
    form: {
      message: text('message'),
      answer: text('messageId'),
      remove: text('messageOrReplyId'),
    },
  },
  '/chat/:id/delete': {},
  '/search': { query: { q: text('search'), part: text('rowNumber') } },
  '/wallet': {},
  '/wallet/key': { form: { word: text('word'), password: text('password') } },
  '/account': {
    query: { saved: text('accountIntent'), name: text('name'), error: text('errorCode') },
    form: {
      intent: text('accountIntent'),
      name: text('name'),
      nameBefore: text('name'),
      newEmail: text('email'),
      currentPassword: text('password'),
      newPassword: text('password'),
      password: text('password'),
      keepOthers: text('mark'),
      credential: text('credential'),
      of: text('wayInId'),
    },
  },
  '/admin/enter': { query: { token: text('token') }, form: { password: text('password') } },
  '/admin/wallets': {
    query: { status: text('walletFilter'), q: text('search'), before: text('rowNumber') },
    form: adminForm,
  },
  '/admin/wallets/:userId': { form: { action: text('adminAction') } },
  // Each of its addresses has a door of its own, below.
  '/api/auth/*': {},
  '/api/passkey-options': readOnly,
  '/api/wallet': {},
  '/api/wallet/status': readOnly,
  '/api/wallet/events': readOnly,
  '/api/wallet/retry': {},
  '/api/chat/:id': {
    query: { before: text('messageOrReplyId') },
    json: { message: text('message'), messageId: text('messageId'), again: boolean },
  },
  '/api/chat/:id/messages/:messageId': { methods: ['DELETE'] },
  '/api/cron/wallets': {},
  '/offline': readOnly,
  '/healthz': readOnly,
  '/readyz': readOnly,
  '/metrics': readOnly,
  '/*': {},
};

const callback = { callbackURL: text('path') };
const refreshing: FieldRules = {
  disableCookieCache: text('mark'),
  disableRefresh: text('mark'),
};

/**
 * The addresses of better-auth that are open, below `/api/auth`. All its others, such as
 * social log-in, are answered as not found.
 */
export const AUTH_DOORS: Readonly<Record<string, Door>> = {
  '/sign-up/email': {
    json: {
      name: text('name'),
      email: text('email'),
      password: text('password'),
      rememberMe: boolean,
      ...callback,
    },
  },
  '/sign-in/email': {
    json: { email: text('email'), password: text('password'), rememberMe: boolean, ...callback },
  },
  '/sign-in/social': {
    json: { provider: text('mark'), ...callback, errorCallbackURL: text('path') },
  },
  '/callback/:id': {
    query: {
      code: text('code'),
      state: text('code'),
      error: text('path'),
      error_description: text('path'),
      iss: text('path'),
      // Apple's, with the person's name.
      user: text('otherName'),
    },
    // Apple's form callback, which is redirected to the query.
    form: { code: text('code'), state: text('code'), user: text('code') },
    isOpen: true,
  },
  '/sign-in/passkey': { json: { credential: text('credential') } },
  '/sign-out': { json: {} },
  '/get-session': { query: refreshing, json: {} },
  '/update-user': { json: { name: text('name') } },
  '/change-password': {
    json: {
      currentPassword: text('password'),
      newPassword: text('password'),
      revokeOtherSessions: boolean,
    },
  },
  '/verify-password': { json: { password: text('password') } },
  '/reset-password': { json: { token: text('token'), newPassword: text('password') } },
  '/verify-email': { query: { token: text('token'), ...callback } },
  '/send-verification-email': { json: { email: text('email'), ...callback } },
  '/list-sessions': {},
  '/revoke-session': { json: { token: text('token') } },
  '/revoke-sessions': { json: {} },
  '/revoke-other-sessions': { json: {} },
  '/ok': {},
};

/** Added by React Router itself: which data is wanted, and the form of an index page. */
const ROUTER_QUERY: FieldRules = {
  _routes: { kind: 'text', greatest: GREATEST_LENGTH.routeIds },
  index: { kind: 'text', greatest: GREATEST_LENGTH.mark },
};

export const AUTH_PATH = '/api/auth';
const routeSegments = Object.entries(ROUTE_DOORS).map(
  ([path, door]) => [path.split('/').slice(1), door] as const,
);

export interface FoundDoor extends Required<Door> {
  /** For programs: unlisted fields are rejected in the query, too. */
  readonly isApi: boolean;
}

/**
 * The door of a path, whether its document or only its data (`.data`) is requested. An unknown
 * address accepts nothing.
 * @returns null for an address of better-auth that is not open
 */
export function findDoor(pathname: string): FoundDoor | null {
  const path = pathname.replace(/(\/_)?\.data$/i, '') || '/';
  const isApi = isApiPath(path);
  if (path.toLowerCase().startsWith(`${AUTH_PATH}/`)) {
    // The library's own router is case-sensitive.
    const below = path.slice(AUTH_PATH.length);
    const name = below.replace(/^\/callback\/\w+$/, '/callback/:id');
    const door = Object.hasOwn(AUTH_DOORS, name) ? AUTH_DOORS[name] : undefined;
    return door ? complete(door, isApi) : null;
  }
  const asked = withoutSlashAtEnd(path).split('/').slice(1);
  const found = routeSegments.find(([segments]) => isMatch(segments, asked));
  return complete(found?.[1] ?? {}, isApi);
}

/** Whether it is an API. Case-insensitive, as React Router matches its routes. */
export function isApiPath(pathname: string): boolean {
  return /^\/api\//i.test(pathname);
}

/** React Router answers `/login/` like `/login`. */
function withoutSlashAtEnd(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

function complete(door: Door, isApi: boolean): FoundDoor {
  const { query = {}, form = {}, json = {}, methods = METHODS, isOpen = !isApi } = door;
  const withRouters = isApi ? query : { ...query, ...ROUTER_QUERY };
  return { query: withRouters, form, json, methods, isApi, isOpen };
}

function isMatch(segments: readonly string[], asked: readonly string[]): boolean {
  const isOpenEnded = segments.at(-1) === '*';
  return (
    (isOpenEnded || segments.length === asked.length) &&
    segments.every(
      (segment, index) =>
        segment === '*' || segment.startsWith(':') || segment === asked[index]?.toLowerCase(),
    )
  );
}

/** The most bytes a character of a field can take: `%EA%B0%80` in a form, `\uac00` in JSON. */
const BYTES_A_CHARACTER = 9;
const BYTES_BESIDE_VALUES = 1_024;

/** The longest valid body for this door. */
export function bodyLimitBytes({ form, json }: Pick<FoundDoor, 'form' | 'json'>): number {
  let bytes = BYTES_BESIDE_VALUES;
  for (const rule of [...Object.values(form), ...Object.values(json)]) {
    if (rule.kind === 'boolean') continue;
    const values = rule.kind === 'texts' ? rule.most : 1;
    bytes += values * (rule.greatest * BYTES_A_CHARACTER + 32);
  }
  return bytes;
}
