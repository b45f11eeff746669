import type { CareKind } from '../../../i18n/care.ts';
import { plainMessage } from '../../../i18n/plain-message.ts';
import {
  claimsToBeHuman,
  NEEDS_WHOLE_SENTENCE,
  type ReplyDangers,
  urgesHarm,
} from '../../../i18n/reply-dangers.ts';
import { WITHDRAWN } from '../model/without-thinking.ts';
import { RESTART_MARK } from '../reply-frame.ts';

/** What is checked at a time; less than `plainMessage` reads. */
const WINDOW = 1_800;
/** A danger may begin in the previous sentence. */
const OVERLAP = 600;
/** A sentence without an end is not held back for ever. */
const LONGEST_HELD = 2 * OVERLAP;
/** How far a cut may move back to fall between sentences, or at least between words. */
const LEEWAY = 200;
/** A full stop with nothing behind it yet may be inside a word spelled letter by letter. */
const SENTENCE_END = /[.!?…。！？]["'”’)\]]?(?=\s)|\n/g;
/** Of what `SENTENCE_END` matches. */
const LONGEST_END = 2;

/** Why a reply must be withdrawn. */
export type ReplyDanger = Extract<CareKind, 'suicide'> | 'identity';

/** Whether this text, as a whole, urges self-harm or claims to come from a person. */
export function findReplyDanger(text: string): ReplyDanger | null {
  let found: ReplyDanger | null = null;
  for (const part of windowsOf(text)) {
    const plain = plainMessage(part);
    const says = ({ words, tight }: ReplyDangers) =>
      words.test(plain.words) || tight.test(plain.tight);
    if (says(urgesHarm)) return 'suicide';
    if (says(claimsToBeHuman)) found = 'identity';
  }
  return found;
}

/**
 * Passes a model's pieces on as they arrive, but a sentence that may turn out dangerous only once it is
 * complete and harmless. At the first danger it ends with what `replace` returns.
 */
export async function* checkReply(
  pieces: AsyncIterable<string>,
  replace: (danger: ReplyDanger, said: string) => string,
): AsyncGenerator<string> {
  let said = '';
  // How much was passed on, consists of whole sentences, and was checked.
  let [shown, whole, checked] = [0, 0, 0];
  for await (const piece of pieces) {
    if (piece === WITHDRAWN) {
      said = '';
      [shown, whole, checked] = [0, 0, 0];
      yield piece;
      continue;
    }
    const before = said.length;
    // The mark is ours: a model must not withdraw or decorate its own words with it.
    said += piece.replaceAll(RESTART_MARK, '');
    whole = endOfLastSentence(said, Math.max(whole, before - LONGEST_END)) ?? whole;
    const isEndless = said.length - Math.max(whole, shown) > LONGEST_HELD;
    const upTo = isEndless ? said.length : whole;
    if (upTo > checked) {
      const danger = findReplyDanger(said.slice(lookedBack(said, checked), upTo));
      if (danger) return yield replace(danger, said);
      checked = upTo;
    }
    const safe = isEndless ? lookedBack(said, said.length) : whole;
    const open = said.slice(Math.max(safe, lookedBack(said, shown)));
    const end = NEEDS_WHOLE_SENTENCE.test(open) ? Math.max(safe, shown) : said.length;
    if (end > shown) yield said.slice(shown, end);
    shown = Math.max(shown, end);
  }
  const danger = findReplyDanger(said.slice(lookedBack(said, checked)));
  if (danger) return yield replace(danger, said);
  if (said.length > shown) yield said.slice(shown);
}

/** The end of the last complete sentence after `from`. */
function endOfLastSentence(text: string, from: number): number | null {
  let end: number | null = null;
  for (const { index, 0: mark } of text.slice(from).matchAll(SENTENCE_END)) {
    end = from + index + mark.length;
  }
  return end;
}

/** Each but the last overlaps with the next: no danger is split. */
function* windowsOf(text: string): Generator<string> {
  let start = 0;
  while (text.length - start > WINDOW) {
    const end = cutBefore(text, start + WINDOW);
    yield text.slice(start, end);
    start = lookedBack(text, end);
  }
  yield text.slice(start);
}

function lookedBack(text: string, from: number): number {
  return cutBefore(text, Math.max(0, from - OVERLAP));
}

/** Half a word, or a "do not" cut off, would change the meaning. */
function cutBefore(text: string, at: number): number {
  const from = Math.max(0, at - LEEWAY);
  const near = text.slice(from, at);
  const space = near.lastIndexOf(' ');
  return from + (endOfLastSentence(near, 0) ?? (space < 0 ? near.length : space + 1));
}
