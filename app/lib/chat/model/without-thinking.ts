import { frameReply } from '../reply-frame.ts';

/** Withdraws everything so far: it was reasoning that the model's server had not marked. */
export const WITHDRAWN = frameReply({ content: '', care: null });

const NAMES = 'think|thinking|thought|reasoning';
const CLOSE = new RegExp(`</(?:${NAMES})\\s*>`, 'i');
/** Either, whichever comes first: two searches would read a text of many tags once for each of them. */
const TAG = new RegExp(`<(?:${NAMES})(?:\\s[^<>]{0,100})?>|${CLOSE.source}`, 'i');
/** The beginning of a tag that the next piece may complete. */
const BEGUN = new RegExp(`<(?:/?[a-z]{0,9}|(?:${NAMES})\\s[^<>]{0,100})$`, 'i');

/**
 * A model's text without its reasoning: `<think>…</think>` and the like, also across pieces, never
 * closed, or closed without being opened, as when a server puts the opening tag into the prompt.
 */
export async function* withoutThinking(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  let isThinking = false;
  let hasThought = false;
  let isBlank = true;
  for await (const piece of pieces) {
    rest += piece;
    for (;;) {
      const tag: RegExpExecArray | null = (isThinking ? CLOSE : TAG).exec(rest);
      if (!tag) break;
      const before = rest.slice(0, tag.index);
      rest = rest.slice(tag.index + tag[0].length);
      const isClosing = tag[0].startsWith('</');
      if (isClosing && !isThinking && !hasThought) yield WITHDRAWN;
      else if (!isThinking && before) yield before;
      if (isClosing) isBlank = true;
      hasThought = true;
      isThinking = !isClosing;
    }
    if (isThinking) {
      // Only the end may be part of the closing tag: long reasoning is not kept.
      rest = rest.slice(-LONGEST_CLOSING);
      continue;
    }
    const held = BEGUN.exec(rest)?.index ?? rest.length;
    // Reasoning is followed by empty lines.
    const shown = isBlank ? rest.slice(0, held).trimStart() : rest.slice(0, held);
    rest = rest.slice(held);
    if (shown) isBlank = false;
    if (shown) yield shown;
  }
  // Unclosed reasoning is not part of the reply; an incomplete tag was ordinary text.
  if (!isThinking && rest) yield rest;
}

const LONGEST_CLOSING = 24;
