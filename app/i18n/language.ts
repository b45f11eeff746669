import type { Catalogue } from './catalogue.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';

export const LANGUAGES = ['ko', 'en'] as const;

export type Language = (typeof LANGUAGES)[number];

const catalogues: Record<Language, Catalogue> = { ko, en };

export function catalogueOf(language: Language): Catalogue {
  return catalogues[language];
}

export function isLanguage(text: unknown): text is Language {
  return LANGUAGES.some((language) => language === text);
}
