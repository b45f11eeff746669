/** The fields of an error that may be shown; others may hold data that was sent, stored or typed. */
const SHOWN_FIELDS = [
  'code',
  'rawCode',
  'status',
  'statusCode',
  'errno',
  'syscall',
  'address',
  'port',
  'constraint',
  'subject',
  'pause',
  'retryable',
] as const;
const DEEPEST_CAUSE = 6;
const MOST_ERRORS = 5;
const LONGEST_TEXT = 2_000;
const LONGEST_STACK = 4_000;
const REMOVED = '[removed]';

/** Shapes of secrets that must not appear in a log. Each is bounded: a text may be hostile. */
const SECRET_SHAPES: readonly (readonly [RegExp, string])[] = [
  // Drizzle writes all bound values behind a failed statement.
  [/\bparams:[\s\S]*$/i, `params: ${REMOVED}`],
  // Only the host of a URL stays; the rest may hold an API key or a password.
  [
    /\b([a-z][a-z+.-]{1,15}:\/\/)(?:[^\s/@"'<>]{1,256}@)?([^\s/"'<>?#@)\]]{1,256})[^\s"'<>)\]]*/gi,
    '$1$2',
  ],
  [/\bed25519:[1-9A-HJ-NP-Za-km-z]{60,}/g, REMOVED],
  [/\$(?:argon2(?:id|i|d)|2[aby]|scrypt)\$[^\s"']+/g, REMOVED],
  [/\b[0-9a-f]{32}:[0-9a-f]{64,}\b/gi, REMOVED],
  [/\b(?:Bearer|Basic)\s+[^\s"',;]+/gi, REMOVED],
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, REMOVED],
  // A session's cookie: token and signature.
  [/\b[A-Za-z0-9]{32}\.[A-Za-z0-9%+/_-]{40,}={0,2}/g, REMOVED],
  [/\b(?:vault:v\d+:|sk-|AIza)[\w+/=-]{16,}/g, REMOVED],
  [/(?<![\w+/=-])[\w+/-]{43}=(?![\w+/=-])/g, REMOVED],
  [/(?<![\w+/=-])[\w+/=-]{80,}(?![\w+/=-])/g, REMOVED],
  [/[^\s@"'<>(),;:=[\]]{1,64}@[^\s@"'<>(),;:=[\]]{1,255}\.[\p{L}\d-]{2,63}/gu, '[e-mail]'],
];

/** A text of any origin, with everything that looks like a secret removed. */
export function safeText(text: string): string {
  // A secret cut in two matches no shape: the word at the cut is dropped.
  let safe =
    text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT).replace(/\S*$/, '')}…` : text;
  for (const [shape, instead] of SECRET_SHAPES) safe = safe.replace(shape, instead);
  return safe;
}

export interface SafeError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: SafeError;
  /** Of an AggregateError. */
  readonly errors?: readonly SafeError[];
  readonly [field: string]: unknown;
}

/**
 * An error as it may be logged or printed: name, message, frames and causes, and those of its fields that
 * hold no data. Every log, terminal and API answer uses it.
 */
export function safeError(error: unknown, depth = 1): SafeError {
  if (!(error instanceof Error)) return { type: typeof error, message: safeText(String(error)) };
  const fields: Record<string, unknown> = {};
  for (const name of SHOWN_FIELDS) {
    const value: unknown = Object(error)[name];
    if (typeof value === 'string') fields[name] = safeText(value);
    else if (['number', 'boolean'].includes(typeof value)) fields[name] = value;
  }
  const isDeepest = depth >= DEEPEST_CAUSE;
  const inner: unknown = 'errors' in error ? error.errors : null;
  const stack = framesOf(error);
  return {
    type: error.name,
    message: safeText(error.message),
    ...fields,
    ...(stack && { stack }),
    ...(error.cause !== undefined && !isDeepest && { cause: safeError(error.cause, depth + 1) }),
    ...(Array.isArray(inner) &&
      !isDeepest && {
        errors: inner.slice(0, MOST_ERRORS).map((one) => safeError(one, depth + 1)),
      }),
  };
}

/** {@link safeError} as text for a terminal. */
export function safeErrorText(error: unknown): string {
  const safe = safeError(error);
  const lines: string[] = [];
  for (let at: SafeError | undefined = safe, word = ''; at; at = at.cause, word = 'caused by: ') {
    const code = typeof at.code === 'string' ? ` (${at.code})` : '';
    lines.push(`${word}${at.type}: ${at.message}${code}`);
    if (at.stack) lines.push(at.stack);
    for (const one of at.errors ?? []) lines.push(`one of several: ${one.type}: ${one.message}`);
  }
  return lines.join('\n');
}

/** The message comes before the frames and may look like frames itself: it is cut off by its length. */
function framesOf({ stack, message }: Error): string {
  if (typeof stack !== 'string') return '';
  const at = message === '' ? -1 : stack.indexOf(message);
  const behind = at === -1 ? stack : stack.slice(at + message.length);
  const frames = behind.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.join('\n').slice(0, LONGEST_STACK);
}
