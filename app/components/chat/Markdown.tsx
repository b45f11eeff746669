import ReactMarkdown, { type Components } from 'react-markdown';

/** No raw HTML, and no pictures: a reply must not make the browser call somebody. */
const NOT_ALLOWED = ['img'];

const components: Components = {
  // A reply is no part of the page's outline.
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
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <pre tabIndex={0} className="overflow-x-auto rounded-xl bg-sunken p-3 text-sm">
      {children}
    </pre>
  ),
};

export function Markdown({ content }: { readonly content: string }) {
  return (
    <div className="flex flex-col gap-2">
      <ReactMarkdown
        skipHtml
        unwrapDisallowed
        disallowedElements={NOT_ALLOWED}
        components={components}
      >
        {content}
      </ReactMarkdown>
    </div>
  );
}
