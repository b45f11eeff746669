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

/** What is looked at together; less than `plainMessage` reads. */
const WINDOW = 1_800;
/** A danger may begin in the sentence before. */
const OVERLAP = 600;
/** A sentence without an end is not held for ever. */
const LONGEST_HELD = 2 * OVERLAP;
/** How far a cut moves back, so as to fall between sentences, or words at least. */
const LEEWAY = 200;
/** A full stop with nothing behind it yet may stand in the middle of a word spelled letter by letter. */
const SENTENCE_END = /[.!?…。！？]["'”’)\]]?(?=\s)|\n/g;
/** Of what `SENTENCE_END` matches. */
const LONGEST_END = 2;

/** Why a reply must not stand. */
export type ReplyDanger = Extract<CareKind, 'suicide'> | 'identity';

/** Whether these words, all of them, urge somebody to harm themselves, or claim to come from a person. */
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
 * Hands a model's pieces on as they come, but a sentence that may turn out dangerous only when it is
 * whole and is not. At the first danger it ends, with what `replace` gives.
 */
export async function* checkReply(
  pieces: AsyncIterable<string>,
  replace: (danger: ReplyDanger, said: string) => string,
): AsyncGenerator<string> {
  let said = '';
  // How far it is handed on, made of whole sentences, and looked at.
  let [shown, whole, checked] = [0, 0, 0];
  for await (const piece of pieces) {
    if (piece === WITHDRAWN) {
      said = '';
      [shown, whole, checked] = [0, 0, 0];
      yield piece;
      continue;
    }
    const before = said.length;
    // The mark is ours: a model must not withdraw or dress up its own words with it.
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

/** After `from`, where the last sentence that is over ends. */
function endOfLastSentence(text: string, from: number): number | null {
  let end: number | null = null;
  for (const { index, 0: mark } of text.slice(from).matchAll(SENTENCE_END)) {
    end = from + index + mark.length;
  }
  return end;
}

/** Each but the last overlaps with the next: no danger is cut in two. */
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

/** A word, or a "do not" before it, cut in two would mean something else. */
function cutBefore(text: string, at: number): number {
  const from = Math.max(0, at - LEEWAY);
  const near = text.slice(from, at);
  const space = near.lastIndexOf(' ');
  return from + (endOfLastSentence(near, 0) ?? (space < 0 ? near.length : space + 1));
}
