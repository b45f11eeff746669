import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import type { EngineLog } from '#engine/core/log.ts';
import { safeError, safeText } from '#engine/core/safe-error.ts';
import { remedyOf } from './near/remedies.ts';
import { remember } from './remember.server.ts';
import { type Environment, env } from './settings/env.server.ts';

/** Never logged on purpose; a safeguard for logging a whole row, request or configuration. */
const SECRET_FIELDS = new Set([
  'nearPrivateKey',
  'encryptedPrivateKey',
  'servicePrivateKey',
  'privateKey',
  'secretKey',
  'masterKeys',
  'walletEncryptionKeys',
  'betterAuthSecret',
  'signedBytes',
  'password',
  'newPassword',
  'token',
  'secret',
  'cookie',
  'authorization',
]);
/** Texts of errors, which libraries compose from their input. */
const TEXT_FIELDS = new Set(['message', 'reason', 'error', 'failure']);
const DEEPEST = 5;
const REMOVED = '[removed]';
/** A shorter one, as a test may have it, would be found in ordinary words. */
const SHORTEST_SECRET = 8;

/**
 * @param secrets of this deployment, removed from every line: a server that refuses a key may quote it
 * @param destination standard output by default
 */
export function createLog(
  { level, secrets = [] }: { level: string; secrets?: readonly string[] },
  destination?: DestinationStream,
): Logger {
  // As they stand within a line of JSON.
  const written = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
  const options: LoggerOptions = {
    level,
    // pino's own `redact` takes 0.2 to 0.6 ms a line with so many paths; this takes 10 µs in total.
    formatters: { log: (fields) => withoutSecrets(fields) },
    // Done above, wherever an error occurs.
    serializers: { err: (error: unknown) => error },
    hooks: {
      streamWrite: (line) => written.reduce((text, one) => text.replaceAll(one, REMOVED), line),
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

function withoutSecrets(fields: Record<string, unknown>, depth = 1): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      SECRET_FIELDS.has(name) ? REMOVED : withoutSecret(value, depth, TEXT_FIELDS.has(name)),
    ]),
  );
}

function withoutSecret(value: unknown, depth: number, isText = false): unknown {
  if (value instanceof Error) return safeError(value);
  if (isText && typeof value === 'string') return safeText(value);
  if (depth >= DEEPEST) return value;
  if (Array.isArray(value)) return value.map((one) => withoutSecret(one, depth + 1));
  return isPlain(value) ? withoutSecrets(value, depth + 1) : value;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** JSON lines on standard output, without keys, passwords and cookies. */
export function log(): Logger {
  return remember('log', () => createLog({ level: env().logLevel, secrets: secretsOf(env()) }));
}

/** Those that are sent to other servers. */
function secretsOf({ chatModel, mail, signInProviders, vaultTransit }: Environment): string[] {
  const secrets = [
    chatModel?.apiKey ?? '',
    mail?.credentials?.password ?? '',
    vaultTransit?.token ?? '',
    ...signInProviders.map(({ clientSecret }) => clientSecret),
  ];
  return secrets.filter(({ length }) => length >= SHORTEST_SECRET);
}

/** For commands, whose standard output is their result: warnings only, on standard error. */
export function logToStandardError(): void {
  remember('log', () => createLog({ level: 'warn' }, pino.destination(2)));
}

/** The engine's log: errors under pino's field name, and the remedy of each code. */
export function engineLog(): EngineLog {
  return engineLogOver(log());
}

export function engineLogOver(over: Logger): EngineLog {
  const withErrors = ({ error, cause, ...fields }: Record<string, unknown>) => {
    const remedy = remedyOf(String(fields.code ?? fields.reason));
    return {
      ...fields,
      ...((error ?? cause) ? { err: error ?? cause } : {}),
      ...(remedy && { remedy }),
    };
  };
  const engine = over.child({ part: 'wallets' });
  return {
    info: (fields, message) => engine.info(withErrors(fields), message),
    warn: (fields, message) => engine.warn(withErrors(fields), message),
    error: (fields, message) => engine.error(withErrors(fields), message),
  };
}

/**
 * better-auth's log, which is configured to report warnings and errors. A report without an error, or of a
 * callback whose state does not match, is a client's mistake, not a failure of ours, and the text after a colon
 * came from the client: it is left out.
 */
export function authLogOver(
  over: Logger,
  logFailure: (failure: {
    error: Error;
    message: string;
    level: 'warn' | 'error';
    component: string;
  }) => void,
) {
  return (level: 'debug' | 'info' | 'warn' | 'error', told: unknown, ...details: unknown[]) => {
    const component = 'auth';
    const error = [told, ...details].find((detail) => detail instanceof Error);
    // Typed as a text, and in one place an error.
    const message = told instanceof Error ? 'the auth library reports an error' : String(told);
    if (!error || String(Object(error).code).startsWith('state_')) {
      over.warn({ component }, safeText(message.split(':', 1)[0] ?? ''));
      return;
    }
    const isError = level === 'error';
    logFailure({ error, message: safeText(message), level: isError ? 'error' : 'warn', component });
  };
}
