import type { Language } from '../../../i18n/language.ts';
import { remarks } from '../../../i18n/remarks.ts';
import { findConcern } from '../care/find-concern.ts';
import type { ChatMessage } from '../conversation.server.ts';
import { languageOfText } from '../message-language.ts';
import { intentOf } from './intents.ts';

/** Earlier messages, oldest first. */
export type Earlier = readonly Pick<ChatMessage, 'role' | 'content'>[];

/** What a user has told a character about themselves, as far as keywords show. */
export interface Recollection {
  /** What they like, newest first; at most {@link MOST_LIKES}. */
  readonly likes: readonly string[];
  /** Their mood when they last mentioned it; null: never. */
  readonly mood: 'sad' | 'happy' | null;
}

const MOST_LIKES = 3;
const LONGEST_LIKE = 20;
/** Longer messages are not examined: they are stories. */
const LONGEST_REMARK = 200;

/**
 * Reads it from earlier messages, without a model and in linear time. A message of distress is never
 * brought up again.
 */
export function recollect(earlier: Earlier, language: Language): Recollection {
  const likes = new Set<string>();
  let mood: Recollection['mood'] = null;
  for (const { role, content } of earlier.toReversed()) {
    if (role !== 'user' || content.length > LONGEST_REMARK) continue;
    if (languageOfText(content) !== language) continue;
    const like = likeIn(content, language);
    const intent = intentOf(content, language);
    // Liking something says nothing about the day.
    const isMood = !like && (intent === 'sad' || intent === 'happy');
    const told: Recollection['mood'] = isMood ? intent : null;
    if ((!like && !told) || findConcern(content)) continue;
    if (like && likes.size < MOST_LIKES) likes.add(like);
    mood ??= told;
  }
  return { likes: [...likes], mood };
}

/** What a message says its writer likes; null: nothing, or nothing short. */
export function likeIn(text: string, language: Language): string | null {
  if (text.length > LONGEST_REMARK) return null;
  const { likes, noLike } = remarks[language];
  const found = likes.exec(text)?.[1]?.trim() ?? '';
  return found === '' || found.length > LONGEST_LIKE || noLike.test(found) ? null : found;
}
