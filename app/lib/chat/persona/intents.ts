import type { Language } from '../../../i18n/language.ts';
import { INTENTS, type Intent, personaWords } from '../../../i18n/persona-words.ts';

/** The topic of a message, as far as keywords show it. */
export function intentOf(text: string, language: Language): Intent | 'other' {
  return INTENTS.find((intent) => personaWords[language][intent].test(text)) ?? 'other';
}
