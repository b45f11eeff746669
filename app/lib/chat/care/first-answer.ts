import { type CareWords, GENTLE_TURNS } from '../../../i18n/care.ts';
import { careEn } from '../../../i18n/care-en.ts';
import { careKo } from '../../../i18n/care-ko.ts';
import type { Language } from '../../../i18n/language.ts';
import type { Lines } from '../../../i18n/lines.ts';
import type { PersonaBook } from '../../../i18n/persona.ts';
import { personaEn } from '../../../i18n/persona-en.ts';
import { personaKo } from '../../../i18n/persona-ko.ts';
import type { CharacterId } from '../characters.ts';
import type { ChatMessage } from '../conversation.server.ts';
import { languageOfText } from '../message-language.ts';
import type { FramedReply } from '../reply-frame.ts';
import type { ReplyDanger } from './checked-reply.ts';
import { findConcern } from './find-concern.ts';

const care: Readonly<Record<Language, CareWords>> = { ko: careKo, en: careEn };
const personas: Readonly<Record<Language, PersonaBook>> = { ko: personaKo, en: personaEn };

/** As many earlier messages as decide whether to stay gentle. */
export const MESSAGES_LOOKED_BACK = 2 * GENTLE_TURNS + 1;

interface Said {
  readonly characterId: CharacterId;
  readonly text: string;
  /** The page's language, for a message in no clear language. */
  readonly language: Language;
  /** The earlier messages, oldest first. */
  readonly earlier: readonly Pick<ChatMessage, 'role' | 'care' | 'content'>[];
  /** The reply to be replaced by another. */
  readonly unlike: string | null;
}

/**
 * The answer that comes before any character or model: fixed words to a message of suicide,
 * abuse or loss and to the messages after it, and the truth when asked whether this is a person.
 * @returns null if the character may answer
 */
export function firstAnswer({
  characterId,
  text,
  language: pageLanguage,
  earlier,
  unlike,
}: Said): FramedReply | null {
  const found = findConcern(text);
  const language = found?.language ?? languageOfText(text) ?? pageLanguage;
  const before = unlike ?? earlier.findLast(({ role }) => role === 'assistant')?.content ?? null;
  const gentle = gentleWords(earlier, care[language]);
  if (found?.concern === 'identity') {
    const lines = personas[language][characterId].identity;
    const content = gentle === null ? otherThan(before, lines) : care[language].identity;
    return { content, care: null };
  }
  if (found) {
    return {
      content: otherThan(before, care[language].answers[found.concern]),
      care: found.concern,
    };
  }
  return gentle === null ? null : { content: gentle, care: null };
}

/** The next gentle words after a recent answer of care; null once that time is over. */
function gentleWords(earlier: Said['earlier'], { gentle }: CareWords): string | null {
  const last = earlier.findLastIndex((message) => message.care !== null);
  const kind = earlier[last]?.care ?? null;
  if (kind === null) return null;
  const turn = earlier.slice(last).filter(({ role }) => role === 'user').length;
  return gentle[kind][turn] ?? null;
}

/** The replacement of a withdrawn reply. */
export function replacementFor(
  danger: ReplyDanger,
  { characterId, language }: { readonly characterId: CharacterId; readonly language: Language },
): FramedReply {
  if (danger === 'suicide') return { content: care[language].answers.suicide[0], care: 'suicide' };
  return { content: personas[language][characterId].identity[0], care: null };
}

function otherThan(before: string | null, lines: Lines): string {
  return lines.find((line) => line !== before) ?? lines[0];
}
