import { CONCERNS, type Concern, type ConcernWords } from '../../i18n/concern.ts';
import { concernEn } from '../../i18n/concern-en.ts';
import { concernKo } from '../../i18n/concern-ko.ts';
import type { Language } from '../../i18n/language.ts';
import { type PlainMessage, plainMessage } from '../../i18n/plain-message.ts';

export interface FoundConcern {
  readonly concern: Concern;
  /** Of the words that told it; null: Latin letters, which may be either language. */
  readonly language: Language;
}

const books: readonly (readonly [Language, ConcernWords])[] = [
  ['ko', concernKo],
  ['en', concernEn],
];

/** Korean in Latin letters is found among the English patterns. */
const ROMANISED =
  /\b(?:ju\w*g\w*o|jook\w*|chugo|sarajigo|jasal|appa|eomma|nampyeon|namchin|neon?|niga|saram)\b/;

/**
 * What a message says of suicide, abuse or a loss, or whether it asks who is answering. The gravest
 * counts. Without a model, in linear time; null for everything else.
 */
export function findConcern(text: string): FoundConcern | null {
  const plain = plainMessage(text);
  const views = books.map(([language, words]) => ({ language, words, ...meant(plain, words) }));
  for (const concern of CONCERNS) {
    for (const { language, words, view, isBereaved } of views) {
      const isFound =
        (concern === 'grief' && isBereaved) ||
        words.words[concern].some((pattern) => pattern.test(view.words)) ||
        words.tight[concern].some((pattern) => pattern.test(view.tight));
      if (!isFound) continue;
      const isRomanised = language === 'en' && ROMANISED.test(view.words);
      return { concern, language: isRomanised ? 'ko' : language };
    }
  }
  return null;
}

function meant({ words }: PlainMessage, { notMeant, lostToSuicide }: ConcernWords) {
  const said = words.replace(notMeant, ' ');
  const left = said.replace(lostToSuicide, ' ');
  const view: PlainMessage = { words: left, tight: left.replaceAll(' ', '') };
  return { view, isBereaved: left !== said };
}
