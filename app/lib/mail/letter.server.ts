import { createElement as element } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { Language } from '../../i18n/language.ts';
import type { MailText } from '../../i18n/mail-words.ts';
import { mailWordsOf } from './mail-words.server.ts';

/** The app's light theme; mail programs invert it themselves. */
const INK = '#1f1720';
const ACCENT = '#b4235a';
const MUTED = { color: '#6b5f66', fontSize: 14 };
const BUTTON = {
  display: 'inline-block',
  padding: '12px 20px',
  borderRadius: 12,
  background: ACCENT,
  color: '#ffffff',
  textDecoration: 'none',
  fontWeight: 'bold',
};

interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/**
 * The same words as plain text and as simple HTML: inline styles and no external resources,
 * so that no mail program blocks it and opening it is not tracked. Without
 * JSX, because commands load this file unbuilt.
 * @param link an absolute address; null if the mail has none
 */
export function composeLetter(
  { subject, lines, action, unasked }: MailText,
  { language, link }: { language: Language; link: string | null },
): Letter {
  const { appName, orOpen } = mailWordsOf(language);
  const hasLink = link !== null && action !== null;
  const linkText = hasLink ? [`${action}:\n${link}`] : [];
  const text = `${[...lines, ...linkText, unasked].join('\n\n')}\n\n${appName}\n`;
  const content = element(
    'div',
    { style: { maxWidth: 480, margin: '0 auto', lineHeight: 1.6 } },
    element('p', { style: { fontWeight: 'bold', color: ACCENT } }, appName),
    element('h1', { style: { fontSize: 20, lineHeight: 1.4 } }, subject),
    ...lines.map((line) => element('p', null, line)),
    ...(hasLink ? linkParts({ link, action, orOpen }) : []),
    element('p', { style: MUTED }, unasked),
  );
  const head = element(
    'head',
    null,
    element('meta', { charSet: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width' }),
    element('title', null, subject),
  );
  const body = element(
    'body',
    { style: { margin: 0, padding: 24, color: INK, fontFamily: 'sans-serif' } },
    content,
  );
  const html = renderToStaticMarkup(element('html', { lang: language }, head, body));
  return { subject: `[${appName}] ${subject}`, text, html: `<!doctype html>${html}` };
}

function linkParts({ link, action, orOpen }: { link: string; action: string; orOpen: string }) {
  const address = element('span', { style: { wordBreak: 'break-all' } }, link);
  return [
    element('p', null, element('a', { href: link, style: BUTTON }, action)),
    element('p', { style: MUTED }, orOpen, element('br'), address),
  ];
}
