import { Session } from 'node:inspector/promises';

/** Of one file: the places that ran, as V8 reports them; the innermost range counts. */
export type CoveredRanges = [start: number, end: number, ran: boolean][];

/** The code of the engine that a piece of work runs. */
export class CoverageMeter {
  readonly #session = new Session();

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Since the last call, by file. @param isWanted says which URLs count */
  async take(isWanted: (url: string) => boolean): Promise<Map<string, CoveredRanges>> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    const byFile = new Map<string, CoveredRanges>();
    for (const { url, functions } of result) {
      if (!isWanted(url)) continue;
      const ranges = functions.flatMap(({ ranges }) =>
        ranges.map(
          ({ startOffset, endOffset, count }) => [startOffset, endOffset, count > 0] as const,
        ),
      );
      byFile.set(url, [
        ...(byFile.get(url) ?? []),
        ...ranges.map(([...range]) => range),
      ] as CoveredRanges);
    }
    return byFile;
  }
}

export function ranThere(ranges: CoveredRanges, offset: number): boolean {
  let innermost: CoveredRanges[number] | undefined;
  for (const range of ranges) {
    if (range[0] > offset || range[1] <= offset) continue;
    if (!innermost || range[1] - range[0] <= innermost[1] - innermost[0]) innermost = range;
  }
  return innermost?.[2] ?? false;
}
