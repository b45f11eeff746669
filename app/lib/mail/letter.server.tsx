import { renderToStaticMarkup } from 'react-dom/server';
import type { Language } from '../../i18n/language.ts';
import type { MailText } from '../../i18n/mail-words.ts';
import { mailWordsOf } from './mail-words.server.ts';

/** Colours of both themes that every mail program reads on its own ground. */
const INK = '#1f1720';
const ACCENT = '#b4235a';
const MUTED = '#6b5f66';

interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * The same words as plain text and as simple HTML: styles beside their elements, nothing loaded from
 * anywhere, so that no mail program has a reason to hide it and nobody learns that it was opened.
 * @param link the whole address; null where the mail has none
 */
export function composeLetter(
  { subject, lines, action, unasked }: MailText,
  { language, link }: { language: Language; link: string | null },
): Letter {
  const { appName, orOpen } = mailWordsOf(language);
  const linkLines = link && action ? [`${action}:\n${link}`] : [];
  const text = `${[...lines, ...linkLines, unasked].join('\n\n')}\n\n${appName}\n`;
  const html = renderToStaticMarkup(
    <html lang={language}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>{subject}</title>
      </head>
      <body style={{ margin: 0, padding: 24, color: INK, fontFamily: 'sans-serif' }}>
        <div style={{ maxWidth: 480, margin: '0 auto', lineHeight: 1.6 }}>
          <p style={{ fontWeight: 'bold', color: ACCENT }}>{appName}</p>
          <h1 style={{ fontSize: 20, lineHeight: 1.4 }}>{subject}</h1>
          {lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
          {link && action ? <LinkParts link={link} action={action} orOpen={orOpen} /> : null}
          <p style={{ color: MUTED, fontSize: 14 }}>{unasked}</p>
        </div>
      </body>
    </html>,
  );
  return { subject: `[${appName}] ${subject}`, text, html: `<!doctype html>${html}` };
}

function LinkParts({ link, action, orOpen }: { link: string; action: string; orOpen: string }) {
  return (
    <>
      <p>
        <a
          href={link}
          style={{
            display: 'inline-block',
            padding: '12px 20px',
            borderRadius: 12,
            background: ACCENT,
            color: '#ffffff',
            textDecoration: 'none',
            fontWeight: 'bold',
          }}
        >
          {action}
        </a>
      </p>
      <p style={{ color: MUTED, fontSize: 14 }}>
        {orOpen}
        <br />
        <span style={{ wordBreak: 'break-all' }}>{link}</span>
      </p>
    </>
  );
}
