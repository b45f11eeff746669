import type { CharacterId } from '../lib/chat/characters.ts';
import type { Lines } from './lines.ts';
import type { Intent } from './persona-words.ts';

type Persona = Readonly<
  Record<Exclude<Intent, 'wallet' | 'name'> | 'other' | 'followUp', Lines>
> & {
  /** The answers to “are you a person?”: each says that this is an AI and not a person. */
  readonly identity: Lines;
  /** How the character addresses the user before a greeting. */
  readonly call: (name: string) => string;
  /** The answers to the catalogue's openers, in their order. */
  readonly openers: readonly [Lines, Lines, Lines];
  /** The answers to “what is my name?”. */
  readonly name: (name: string) => Lines;
  /** @param choco what a new wallet is given, in CHOCO */
  readonly wallet: (choco: string) => Lines;
};

/**
 * The characters' voices in one language, used while no chat model is configured: what they say
 * first, by intent, and what keeps the talk going.
 */
export type PersonaBook = Readonly<Record<CharacterId, Persona>>;
