import { createCookie } from 'react-router';
import { env } from '../lib/settings/env.server.ts';
import { isLanguage, type Language } from './language.ts';

const YEAR_SECONDS = 365 * 24 * 60 * 60;

const languageCookie = createCookie('language', {
  path: '/',
  sameSite: 'lax',
  httpOnly: true,
  maxAge: YEAR_SECONDS,
});

/** Like all our cookies: Secure if the site is served over TLS. */
export function serializeLanguage(language: Language): Promise<string> {
  return languageCookie.serialize(language, { secure: env().isHttps });
}

/** The user's choice, else the browser's first supported language, else Korean. */
export async function languageOf(request: Request): Promise<Language> {
  const chosen: unknown = await languageCookie.parse(request.headers.get('Cookie'));
  if (isLanguage(chosen)) return chosen;
  return preferredLanguage(request.headers.get('Accept-Language') ?? '') ?? 'ko';
}

/** Reads an Accept-Language header: `en-US,en;q=0.9,ko;q=0.8` is English. */
export function preferredLanguage(header: string): Language | null {
  const ranked = header
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().split(';');
      const quality = parameters.find((parameter) => parameter.trim().startsWith('q='));
      const weight = quality ? Number(quality.trim().slice(2)) : 1;
      return { language: tag.split('-')[0]?.toLowerCase(), weight: weight || 0 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((left, right) => right.weight - left.weight);
  for (const { language } of ranked) if (isLanguage(language)) return language;
  return null;
}
