import { lazy, memo, Suspense, useDeferredValue } from 'react';
import { useHydrated } from '../../use-hydrated.ts';
import { isPlainEnoughForMarkdown } from './markdown-limits.ts';

/**
 * If the chunk cannot be loaded, after a new release or on a bad connection, the page must not break:
 * the promise never settles, and the text stays plain.
 */
const Markdown = lazy(() =>
  import('./Markdown.tsx').then(
    ({ Markdown: component }) => ({ default: component }),
    () => new Promise<never>(() => {}),
  ),
);

/** Marks of emphasis, code, links, lists, quotes, headings, tables, rules; without any it is plain text. */
const MARKS = /[*_`[\]|]|~~|https?:\/\/|\bwww\.|^ {0,3}(?:#{1,6} |> |[-+] |\d+[.)] |-{3,}\s*$)/m;

interface MessageTextProps {
  readonly content: string;
}

/**
 * A character's text. The Markdown renderer is loaded with the first reply that needs it, and runs
 * only in the browser: rendering a page of replies would cost the shared server 0.1 s per reader.
 */
export const MessageText = memo(function MessageText({ content: newest }: MessageTextProps) {
  // If a reply grows faster than it can be drawn, frames are skipped rather than typing delayed.
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
