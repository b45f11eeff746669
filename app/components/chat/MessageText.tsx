import { lazy, memo, Suspense, useDeferredValue } from 'react';
import { useHydrated } from '../use-hydrated.ts';
import { isPlainEnoughForMarkdown } from './markdown-limits.ts';

/**
 * A chunk that cannot be had, after a new release or on a bad line, must not break the page: it is
 * waited for without end, and the text stays plain.
 */
const Markdown = lazy(() =>
  import('./Markdown.tsx').then(
    ({ Markdown: component }) => ({ default: component }),
    () => new Promise<never>(() => {}),
  ),
);

/** Emphasis, code, links, lists, quotes, headings, tables, rules: without one of these it is text. */
const MARKS = /[*_`[\]|]|~~|https?:\/\/|\bwww\.|^ {0,3}(?:#{1,6} |> |[-+] |\d+[.)] |-{3,}\s*$)/m;

interface MessageTextProps {
  readonly content: string;
}

/**
 * What a character says. Markdown is loaded when the first reply has some, and drawn in the reader's
 * browser alone: a page of replies would cost the server, which everybody shares, a tenth of a second
 * for each reader.
 */
export const MessageText = memo(function MessageText({ content: newest }: MessageTextProps) {
  // Of a reply that grows faster than it can be drawn, words are left out, and typing is not held up.
  const content = useDeferredValue(newest);
  const isHydrated = useHydrated();
  const plain = <p className="whitespace-pre-wrap">{content}</p>;
  if (!isHydrated || !isPlainEnoughForMarkdown(content) || !MARKS.test(content)) return plain;
  return (
    <Suspense fallback={plain}>
      <Markdown content={content} />
    </Suspense>
  );
});
