import type { Language } from '../../i18n/language.ts';
import { INTENTS, type Intent, personaWords } from '../../i18n/persona-words.ts';

/** What a message is about, as far as a few words tell. */
export function intentOf(text: string, language: Language): Intent | 'other' {
  return INTENTS.find((intent) => personaWords[language][intent].test(text)) ?? 'other';
}
