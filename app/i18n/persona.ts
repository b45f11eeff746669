import type { CharacterId } from '../lib/chat/characters.ts';

/** What a message is about, as far as a few words tell. */
export const INTENTS = [
  'greeting',
  'thanks',
  'goodbye',
  'sad',
  'happy',
  'wallet',
  'question',
] as const;

type Intent = (typeof INTENTS)[number];

type Lines = readonly [string, string, ...string[]];

/** A character's voice: first sentences by intent, and what keeps the talk going. */
type Persona = Readonly<Record<Intent | 'other' | 'followUp', Lines>>;

/** The scripted answers of one language, used while no chat model is configured. */
export interface PersonaBook {
  readonly words: Readonly<Record<Intent, RegExp>>;
  readonly personas: Readonly<Record<CharacterId, Persona>>;
}
