import { adminEn } from './admin-en.ts';
import { adminKo } from './admin-ko.ts';
import type { AdminWords } from './admin-words.ts';
import type { Language } from './language.ts';
import { useLanguage } from './use-language.ts';

const words: Readonly<Record<Language, AdminWords>> = { ko: adminKo, en: adminEn };

export function useAdminWords(): AdminWords {
  return words[useLanguage()];
}
