import type { Concern } from './concern.ts';
import type { Lines } from './lines.ts';

/** What is answered with care, and with help lines beside the words. */
export type CareKind = Exclude<Concern, 'identity'>;

export const CARE_KINDS = ['suicide', 'abuse', 'grief'] as const satisfies readonly CareKind[];

/** How many messages after it are still answered by the words below, and not by a character. */
export const GENTLE_TURNS = 4;

/**
 * Fixed words in one language, in nobody's role. They name the help lines too: not every reader sees
 * the element that shows them.
 */
export interface CareWords {
  readonly answers: Readonly<Record<CareKind, Lines>>;
  /** To the messages after it, in their order: they fit whatever is said. */
  readonly gentle: Readonly<Record<CareKind, readonly [string, string, string, string]>>;
  /** To who asks, in that time, whether this is a person: whoever does may be looking for one. */
  readonly identity: string;
}

export interface HelpLine {
  readonly name: string;
  readonly numbers: readonly [string, ...string[]];
  readonly note: string;
}

/** The element of the page beside an answer of care. */
export interface HelpWords {
  readonly title: string;
  readonly call: (number: string) => string;
  readonly lines: Readonly<Record<CareKind, readonly HelpLine[]>>;
}
