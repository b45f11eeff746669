import type { Language } from '../../i18n/language.ts';
import { mailEn } from '../../i18n/mail-en.ts';
import { mailKo } from '../../i18n/mail-ko.ts';
import type { MailWords } from '../../i18n/mail-words.ts';

const words: Readonly<Record<Language, MailWords>> = { ko: mailKo, en: mailEn };

export function mailWordsOf(language: Language): MailWords {
  return words[language];
}
