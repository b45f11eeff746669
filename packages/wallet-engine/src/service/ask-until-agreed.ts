import type { Clock } from '../core/clock.ts';
import { isUndecided, StoppedError } from '../core/errors.ts';
import type { EngineLog } from '../core/log.ts';
import type { NearChain } from '../ports/near-chain.ts';

/** The terms of a view at one final block, which two nodes can answer alike. */
export interface AgreedView {
  atHeight: number;
  agreed: boolean;
}

/** A second node may be a block or two behind. */
const nearTries = 3;
const nearPauseMs = 600;
const farPauseMs = 5_000;

/**
 * For answers on which money or a final error depends: asks until two nodes agree at one final block, where
 * several are configured. Only the caller waits meanwhile, and it is logged once.
 * @param mayStandAlone a single node's answer suffices when no other answers; never when another contradicts
 * @throws ServiceError when no node answers; StoppedError
 */
export async function askUntilAgreed<T>(
  {
    chain,
    clock,
    log,
    signal,
  }: { chain: NearChain; clock: Clock; log: EngineLog; signal: AbortSignal },
  {
    about,
    mayStandAlone,
    ask,
  }: {
    /** Its name in the log. */
    about: string;
    mayStandAlone: boolean;
    ask: (view: AgreedView) => Promise<T>;
  },
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const { height: atHeight } = await chain.readFinalBlock();
    try {
      return await ask({ atHeight, agreed: true });
    } catch (error) {
      if (!isUndecided(error)) throw error;
      const { code, message } = error;
      if (code === 'UNCONFIRMED' && mayStandAlone && tries >= nearTries) {
        return ask({ atHeight, agreed: false });
      }
      if (tries === nearTries) {
        log.warn(
          { about, code, message },
          'two nodes do not agree: whatever depends on the answer waits until they do',
        );
      }
    }
    await clock.sleep(tries < nearTries ? nearPauseMs : farPauseMs, signal);
    if (signal.aborted) throw new StoppedError();
  }
}
