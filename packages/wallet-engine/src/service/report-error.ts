import { ServiceError, StoppedError } from '../core/errors.ts';
import type { EngineLog } from '../core/log.ts';
import type { ServiceGate } from './service-gate.ts';

/** @returns what reports an error of background work, which has no caller; it never throws */
export function createErrorReport({
  gate,
  log,
}: {
  gate: Pick<ServiceGate, 'report'>;
  log: EngineLog;
}): (error: unknown) => Promise<undefined> {
  return async (error) => {
    if (error instanceof StoppedError) return undefined;
    if (error instanceof ServiceError) await gate.report(error).catch(() => undefined);
    else log.error({ error }, 'the background work of this process failed; it is tried again');
    return undefined;
  };
}
