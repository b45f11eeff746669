import { gfmAutolinkLiteralFromMarkdown } from 'mdast-util-gfm-autolink-literal';
import { gfmStrikethroughFromMarkdown } from 'mdast-util-gfm-strikethrough';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal';
import { gfmTable } from 'micromark-extension-gfm-table';
import { memo } from 'react';
import ReactMarkdown, { type Components, type Options } from 'react-markdown';
import remarkBreaks from 'remark-breaks';
import remarkCjkFriendly from 'remark-cjk-friendly/parseOnly';
import remarkCjkFriendlyStrikethrough from 'remark-cjk-friendly-gfm-strikethrough/parseOnly';

/** No raw HTML and no pictures: a reply must not make the browser contact other servers. */
const NOT_ALLOWED = ['img'];

/** The parser's extensions. */
interface Extensions {
  micromarkExtensions?: unknown[];
  fromMarkdownExtensions?: unknown[];
}

type Plugin = NonNullable<Options['remarkPlugins']>[number];

/** Tables and bare URLs only: all of `remark-gfm` adds 7 kB for syntax that chats do not use. */
const tablesAndAddresses: Plugin = function (this) {
  const data = this.data() as Extensions;
  data.micromarkExtensions ??= [];
  data.micromarkExtensions.push(gfmTable(), gfmAutolinkLiteral());
  data.fromMarkdownExtensions ??= [];
  data.fromMarkdownExtensions.push(
    gfmTableFromMarkdown(),
    gfmAutolinkLiteralFromMarkdown(),
    gfmStrikethroughFromMarkdown(),
  );
};

/**
 * Line breaks are kept, and emphasis works next to Korean particles. One tilde is a range, as in
 * 3~4; two strike through.
 */
const plugins: Plugin[] = [
  remarkBreaks,
  tablesAndAddresses,
  remarkCjkFriendly,
  [remarkCjkFriendlyStrikethrough, { singleTilde: false }],
];

const components: Components = {
  // A reply is not part of the page's outline.
  h1: ({ children }) => <p className="font-bold">{children}</p>,
  h2: ({ children }) => <p className="font-bold">{children}</p>,
  h3: ({ children }) => <p className="font-semibold">{children}</p>,
  h4: ({ children }) => <p className="font-semibold">{children}</p>,
  h5: ({ children }) => <p className="font-semibold">{children}</p>,
  h6: ({ children }) => <p className="font-semibold">{children}</p>,
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow ugc" className="link">
      {children}
    </a>
  ),
  ul: ({ children }) => <ul className="list-disc pl-5">{children}</ul>,
  ol: ({ children, start }) => (
    <ol start={start} className="list-decimal pl-5">
      {children}
    </ol>
  ),
  blockquote: ({ children }) => (
    <blockquote className="border-line border-l-4 pl-3 text-muted">{children}</blockquote>
  ),
  code: ({ children }) => (
    <code className="rounded bg-sunken px-1 py-0.5 font-mono text-[0.9em]">{children}</code>
  ),
  pre: ({ children }) => (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="overflow-x-auto rounded-xl bg-sunken p-3 text-sm [&>code]:p-0 [&>code]:text-[1em]"
    >
      {children}
    </pre>
  ),
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div tabIndex={0} className="overflow-x-auto">
      <table className="text-sm">{children}</table>
    </div>
  ),
  th: ({ children, style }) => (
    <th style={style} className="border-line border-b-2 px-2 py-1 text-left font-semibold">
      {children}
    </th>
  ),
  td: ({ children, style }) => (
    <td style={style} className="border-line border-b px-2 py-1">
      {children}
    </td>
  ),
};

export const Markdown = memo(function Markdown({ content }: { readonly content: string }) {
  return (
    <div className="flex flex-col gap-2">
      <ReactMarkdown
        skipHtml
        remarkPlugins={plugins}
        unwrapDisallowed
        disallowedElements={NOT_ALLOWED}
        components={components}
      >
        {content}
      </ReactMarkdown>
    </div>
  );
});
