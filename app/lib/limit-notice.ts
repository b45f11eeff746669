/**
 * Who has done something too often: the user or their device, whoever shares a network address with
 * them, or anybody at all who tried to log in to one
 * account. `mailbox`: mails to one address, whoever asked for them. `day`: a user's share of the model is
 * used up; `everybody`: what the deployment lets its model write in a day.
 */
export const LIMIT_SCOPES = ['you', 'network', 'account', 'mailbox', 'day', 'everybody'] as const;

export type LimitScope = (typeof LIMIT_SCOPES)[number];

/** What programs and pages are told of a limit, with HTTP 429. */
export interface LimitNotice {
  readonly error: 'TOO_MANY_REQUESTS';
  readonly scope: LimitScope;
  readonly retryAfterSeconds: number;
}

/** Of an answer's body, as an object or as JSON; null where it is something else. */
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
