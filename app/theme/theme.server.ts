import { createCookie } from 'react-router';
import { isTheme, type Theme } from './theme.ts';

const YEAR_SECONDS = 365 * 24 * 60 * 60;

export const themeCookie = createCookie('theme', {
  path: '/',
  sameSite: 'lax',
  httpOnly: true,
  maxAge: YEAR_SECONDS,
});

/** The visitor's choice; the device's own theme when there is none. */
export async function themeOf(request: Request): Promise<Theme> {
  const chosen: unknown = await themeCookie.parse(request.headers.get('Cookie'));
  return isTheme(chosen) ? chosen : 'system';
}
