import { lazy, Suspense } from 'react';

/**
 * A chunk that cannot be had, after a new release or on a bad line, must not break the page: it is
 * waited for without end, and the text stays plain or as the server has drawn it.
 */
const Markdown = lazy(() =>
  import('./Markdown.tsx').then(
    ({ Markdown: component }) => ({ default: component }),
    () => new Promise<never>(() => {}),
  ),
);

/** Emphasis, code, links, lists, quotes, headings, tables, rules: without one of these it is text. */
const MARKS = /[*_`[\]|]|~~|https?:\/\/|\bwww\.|^ {0,3}(?:#{1,6} |> |[-+] |\d+[.)] |-{3,}\s*$)/m;

/** What a character says. Markdown is loaded when the first reply has some. */
export function MessageText({ content }: { readonly content: string }) {
  const plain = <p className="whitespace-pre-wrap">{content}</p>;
  if (!MARKS.test(content)) return plain;
  return (
    <Suspense fallback={plain}>
      <Markdown content={content} />
    </Suspense>
  );
}
