/** One small change of one source file, such as a typical mistake. */
export interface Mutant {
  /** `file:line:column operator`, with a number where that is not unique. Stable while the file is. */
  id: string;
  /** Below `packages/wallet-engine/src/`. */
  file: string;
  line: number;
  operator: string;
  start: number;
  end: number;
  original: string;
  replacement: string;
  /** Where it runs from: V8 counts `&&`, `||` and `??` to their right side, which may never run. */
  runsAt: number;
}

export type Change = Pick<Mutant, 'operator' | 'start' | 'end' | 'replacement'> &
  Partial<Pick<Mutant, 'runsAt'>>;
