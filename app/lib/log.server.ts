import { type Logger, pino } from 'pino';
import type { EngineLog } from '#provisioning/log.ts';
import { env } from './env.server.ts';
import { remember } from './remember.server.ts';

/** JSON lines on standard output. Keys, passwords and cookies never go in. */
export function log(): Logger {
  return remember('log', () => pino({ level: env().logLevel }));
}

/** The engine's log: its errors under pino's own name for them. */
export function engineLog(): EngineLog {
  const withErrors = ({ error, cause, ...fields }: Record<string, unknown>) => ({
    ...fields,
    ...((error ?? cause) ? { err: error ?? cause } : {}),
  });
  const engine = log().child({ part: 'wallets' });
  return {
    info: (fields, message) => engine.info(withErrors(fields), message),
    warn: (fields, message) => engine.warn(withErrors(fields), message),
    error: (fields, message) => engine.error(withErrors(fields), message),
  };
}
