import { createHash } from 'node:crypto';
import { renderToStaticMarkup } from 'react-dom/server';
import { catalogueOf, type Language } from '../../i18n/language.ts';
import type { Theme } from '../../theme/theme.ts';

/** Self-contained: offline, nothing else can be loaded. The colours are those of app.css. */
const STYLE = `:root{color-scheme:light dark}
:root[data-theme=light]{color-scheme:light}
:root[data-theme=dark]{color-scheme:dark}
body{margin:0;min-height:100dvh;display:grid;place-items:center;box-sizing:border-box;padding:1rem;
background:light-dark(#fdf9f6,#150f0f);color:light-dark(#2d2120,#efebe8);text-align:center;word-break:keep-all;
font-family:Pretendard,"Apple SD Gothic Neo","Noto Sans KR","Malgun Gothic",system-ui,sans-serif;line-height:1.6}
main{max-width:24rem}svg{width:6rem;height:6rem;border-radius:50%}h1{font-size:1.5rem;margin:1rem 0 .5rem}
p{margin:0 0 1.5rem;color:light-dark(#655a57,#b3aaa6)}
a{display:inline-block;padding:.75rem 1.5rem;border-radius:.75rem;font-weight:600;text-decoration:none;
background:light-dark(#b92b4a,#f5848f);color:light-dark(#fff,#2e0f14)}`;

/** Returns to the requested page once the server answers, at the latest on a click. */
const SCRIPT = `const retry=async()=>{try{const answer=await fetch('/healthz',{cache:'no-store'});
if(answer.ok)location.reload()}catch{}};
addEventListener('online',retry);setInterval(retry,5000);
document.querySelector('a').addEventListener('click',(event)=>{event.preventDefault();location.reload()});`;

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(STYLE)}`,
  `script-src ${hashOf(SCRIPT)}`,
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** The page that the service worker keeps for offline use; it contains no user's data. */
export function offlinePage({ language, theme }: { language: Language; theme: Theme }): Response {
  const page = renderToStaticMarkup(<OfflinePage language={language} theme={theme} />);
  return new Response(`<!DOCTYPE html>${page}`, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': POLICY,
      'Cache-Control': 'no-store',
    },
  });
}

function OfflinePage({ language, theme }: { language: Language; theme: Theme }) {
  const text = catalogueOf(language);
  return (
    <html lang={language} data-theme={theme}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${text.offline.title} · ${text.appName}`}</title>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, named by its hash in the policy */}
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <main data-error="offline">
          <Sleeper />
          <h1>{text.offline.title}</h1>
          <p>{text.offline.text}</p>
          <a href="/">{text.offline.again}</a>
        </main>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, named by its hash in the policy */}
        <script dangerouslySetInnerHTML={{ __html: SCRIPT }} />
      </body>
    </html>
  );
}

/** The cat of the night sky, asleep. */
function Sleeper() {
  return (
    <svg viewBox="0 0 96 96" aria-hidden="true">
      <rect width="96" height="96" fill="#2f3660" />
      <circle cx="72" cy="22" r="9" fill="#ffe9a8" />
      <circle cx="77" cy="19" r="8" fill="#2f3660" />
      <path d="M14 78c0-19 16-31 36-31s34 12 34 31Z" fill="#a9add9" />
      <path d="M18 62l2-20 14 9ZM52 51l13-10 2 20Z" fill="#a9add9" />
      <path
        d="M27 64c2.5 2.5 6 2.5 8.5 0M46 64c2.5 2.5 6 2.5 8.5 0"
        fill="none"
        stroke="#3b2a2a"
        strokeWidth="2.8"
        strokeLinecap="round"
      />
      <path d="M38.5 69h5l-2.5 3Z" fill="#d97c92" />
    </svg>
  );
}
