/** Reports the progress of a measurement. */
export type Progress = (text: string) => void;

export function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

/** Polls until the condition holds. @throws when it does not in time */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  { what, withinMs, everyMs = 5 }: { what: string; withinMs: number; everyMs?: number },
): Promise<void> {
  const untilMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > untilMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(everyMs);
  }
}
