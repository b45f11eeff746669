import { explainError } from './explain-error.ts';

/**
 * Ctrl-C arrives twice, from the terminal and passed on by npm, and so does a signal to a whole group
 * of processes: what follows within this time is still the first one.
 */
const SAME_SIGNAL_MS = 1_000;

/** Ends the process by `stop` at SIGTERM or SIGINT, with 0 if all went well. Another signal means now. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stoppingSinceMs: number | null = null;
  const onSignal = () => {
    if (stoppingSinceMs !== null) {
      if (performance.now() - stoppingSinceMs > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    stoppingSinceMs = performance.now();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(explainError(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
