import { CONCERNS, type Concern, type ConcernWords } from '../../../i18n/concern.ts';
import { concernEn } from '../../../i18n/concern-en.ts';
import { concernKo } from '../../../i18n/concern-ko.ts';
import type { Language } from '../../../i18n/language.ts';
import { type PlainMessage, plainMessage, plainSentences } from '../../../i18n/plain-message.ts';

export interface FoundConcern {
  readonly concern: Concern;
  /** Language of the matching words; null: Latin letters, which may be either. */
  readonly language: Language;
}

interface Book {
  readonly language: Language;
  readonly words: ConcernWords;
}

const books: readonly Book[] = [
  { language: 'ko', words: byLine(concernKo) },
  { language: 'en', words: byLine(concernEn) },
];

/** Romanised Korean is found among the English patterns. */
const ROMANISED =
  /\b(?:ju\w*g\w*o|jook\w*|chugo|sarajigo|jasal|appa|eomma|nampyeon|namchin|neon?|niga|saram)\b/;

/**
 * Whether a message is about suicide, abuse or a loss, or asks who is answering. The most serious
 * match counts. Without a model, in linear time; null for everything else.
 */
export function findConcern(text: string): FoundConcern | null {
  const whole = plainMessage(text).words;
  const sentences = plainSentences(text);
  const views = books.flatMap(({ language, words }) =>
    readingsOf([whole, sentences], words).map((reading) => ({
      language,
      words,
      ...meant(reading, words),
    })),
  );
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

/** Each text as it is and without fillers; duplicates are read once. */
function readingsOf(texts: readonly string[], { fillers }: ConcernWords): readonly string[] {
  return [...new Set(texts.flatMap((text) => [text, text.replace(fillers, '')]))];
}

function meant(words: string, { notMeant, lostToSuicide }: ConcernWords) {
  const said = words.replace(notMeant, ' ');
  const left = said.replace(lostToSuicide, ' ');
  const view: PlainMessage = { words: left, tight: left.replaceAll(' ', '') };
  return { view, isBereaved: left !== said };
}

/** What a pattern expects at the beginning or end of a message may also begin or end a sentence. */
function byLine(book: ConcernWords): ConcernWords {
  const lined = (patterns: ConcernWords['words']): ConcernWords['words'] => {
    const of = (concern: Concern) =>
      patterns[concern].map(({ source, flags }) => new RegExp(source, `${flags}m`));
    return {
      suicide: of('suicide'),
      abuse: of('abuse'),
      grief: of('grief'),
      identity: of('identity'),
    };
  };
  return { ...book, words: lined(book.words), tight: lined(book.tight) };
}
