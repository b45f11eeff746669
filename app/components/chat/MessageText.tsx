import { lazy, Suspense } from 'react';

const Markdown = lazy(async () => ({ default: (await import('./Markdown.tsx')).Markdown }));

/** Emphasis, code, links, lists, quotes, headings, tables, rules: without one of these it is text. */
const MARKS = /[*_`~[\]|]|^ {0,3}(?:#{1,6} |> |[-+] |\d+[.)] )/m;

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
