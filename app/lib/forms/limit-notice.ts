/**
 * Whose limit was reached: the user's or their device's, that of everyone behind a network address, or that of
 * everyone trying to log in to one account. `mailbox`: mails to one address, whoever requested them.
 * `day`: a user's share of the model; `everybody`: the deployment's share of the model for a day.
 */
export const LIMIT_SCOPES = ['you', 'network', 'account', 'mailbox', 'day', 'everybody'] as const;

export type LimitScope = (typeof LIMIT_SCOPES)[number];

/** The content of an HTTP 429 for programs and pages. */
export interface LimitNotice {
  readonly error: 'TOO_MANY_REQUESTS';
  readonly scope: LimitScope;
  readonly retryAfterSeconds: number;
}

/** The headers of an HTTP 429. */
export function limitHeaders({ retryAfterSeconds }: LimitNotice): Record<string, string> {
  return { 'Retry-After': String(retryAfterSeconds), 'Cache-Control': 'no-store' };
}

/** Reads a response body, as an object or as JSON; null for anything else. */
export function readLimitNotice(body: unknown): LimitNotice | null {
  const value = typeof body === 'string' ? parse(body) : body;
  const { error, scope, retryAfterSeconds } = Object(value) as Partial<LimitNotice>;
  const known = LIMIT_SCOPES.find((each) => each === scope);
  if (error !== 'TOO_MANY_REQUESTS' || !known || typeof retryAfterSeconds !== 'number') return null;
  return { error, scope: known, retryAfterSeconds };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
