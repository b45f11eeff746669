/** What a message may be about that comes before any character: three of need, and who it speaks to. */
export const CONCERNS = ['suicide', 'abuse', 'grief', 'identity'] as const;

export type Concern = (typeof CONCERNS)[number];

/** How a language speaks of each. Every gap has a bound, so a match takes linear time. */
export interface ConcernWords {
  /** Titles and figures of speech, taken out before anything is looked for. */
  readonly notMeant: RegExp;
  /** Somebody lost to suicide: a loss, taken out before the writer's own danger is looked for. */
  readonly lostToSuicide: RegExp;
  /** Words that stand between others and mean nothing of their own; a message is read with and without them. */
  readonly fillers: RegExp;
  /** Looked for in the words, with one space between them. */
  readonly words: Readonly<Record<Concern, readonly RegExp[]>>;
  /** Looked for without any spaces. */
  readonly tight: Readonly<Record<Concern, readonly RegExp[]>>;
}
