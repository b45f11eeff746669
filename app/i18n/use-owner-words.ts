import type { Language } from './language.ts';
import { ownerEn } from './owner-en.ts';
import { ownerKo } from './owner-ko.ts';
import type { OwnerWords } from './owner-words.ts';
import { useLanguage } from './use-language.ts';

const words: Readonly<Record<Language, OwnerWords>> = { ko: ownerKo, en: ownerEn };

export function useOwnerWords(): OwnerWords {
  return words[useLanguage()];
}

export function ownerWordsOf(language: Language): OwnerWords {
  return words[language];
}
