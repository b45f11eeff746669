import type { CareKind } from '../../i18n/care.ts';
import { plainMessage } from '../../i18n/plain-message.ts';
import {
  claimsToBeHuman,
  NEEDS_WHOLE_SENTENCE,
  type ReplyDangers,
  urgesHarm,
} from '../../i18n/reply-dangers.ts';
import { RESTART_MARK } from './reply-frame.ts';
import { WITHDRAWN } from './without-thinking.ts';

/** What is looked at together: a danger may begin in the sentence before. */
const LOOKED_AT = 600;
const SENTENCE_END = /[.!?…。！？\n]["'”’)\]]?(?=\s|$)/g;

/** Why a reply must not stand. */
export type ReplyDanger = Extract<CareKind, 'suicide'> | 'identity';

/** Whether these words urge somebody to harm themselves, or claim to come from a person. */
export function findReplyDanger(text: string): ReplyDanger | null {
  const plain = plainMessage(text.slice(-LOOKED_AT));
  const says = ({ words, tight }: ReplyDangers) =>
    words.test(plain.words) || tight.test(plain.tight);
  if (says(urgesHarm)) return 'suicide';
  return says(claimsToBeHuman) ? 'identity' : null;
}

/**
 * Hands a model's pieces on as they come, but a sentence that may turn out dangerous only when it is
 * whole and is not. At the first danger it ends, with what `replace` gives.
 */
export async function* checkReply(
  pieces: AsyncIterable<string>,
  replace: (danger: ReplyDanger, said: string) => string,
): AsyncGenerator<string> {
  let said = '';
  let shown = 0;
  for await (const piece of pieces) {
    if (piece === WITHDRAWN) {
      said = '';
      shown = 0;
      yield piece;
      continue;
    }
    // The mark is ours: a model must not withdraw or dress up its own words with it.
    said += piece.replaceAll(RESTART_MARK, '');
    const whole = endOfLastSentence(said);
    const danger = whole > shown ? findReplyDanger(said.slice(0, whole)) : null;
    if (danger) return yield replace(danger, said);
    const end = NEEDS_WHOLE_SENTENCE.test(said.slice(whole)) ? Math.max(whole, shown) : said.length;
    if (end > shown) yield said.slice(shown, end);
    shown = Math.max(shown, end);
  }
  const danger = findReplyDanger(said);
  if (danger) return yield replace(danger, said);
  if (said.length > shown) yield said.slice(shown);
}

/** Of what is certainly over: a full stop at the very end may be the beginning of three. */
function endOfLastSentence(text: string): number {
  let end = 0;
  for (const { index, 0: mark } of text.slice(-LOOKED_AT).matchAll(SENTENCE_END)) {
    end = Math.max(0, text.length - LOOKED_AT) + index + mark.length;
  }
  return end;
}
