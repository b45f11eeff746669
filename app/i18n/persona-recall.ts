import type { CharacterId } from '../lib/chat/characters.ts';
import type { Lines } from './lines.ts';

/** What a character says of what it was told before, and when somebody is bored. */
interface Recall {
  /** When the user mentions a thing they like. */
  readonly noted: (thing: string) => string;
  /** After a greeting: what somebody likes. */
  readonly like: (thing: string) => Lines;
  /** After a greeting: the last time was a hard one, or a good one. */
  readonly sad: Lines;
  readonly happy: Lines;
  /** When the user asks what is remembered. */
  readonly all: (things: string) => Lines;
  readonly nothing: Lines;
  /** When the user is bored or asks for a joke. */
  readonly joke: Lines;
}

export type RecallBook = Readonly<Record<CharacterId, Recall>>;
