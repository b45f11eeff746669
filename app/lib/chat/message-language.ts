import type { Language } from '../../i18n/language.ts';

/** The language of a text; null if it is in neither of ours. */
export function languageOfText(text: string): Language | null {
  if (/[\u3131-\u318e\uac00-\ud7a3]/.test(text)) return 'ko';
  return /[a-z]{2}/i.test(text) ? 'en' : null;
}
