import { useLanguage } from '../i18n/use-language.ts';
import { useHydrated } from './use-hydrated.ts';

const FORMATS = {
  time: { timeStyle: 'medium' },
  moment: { dateStyle: 'medium', timeStyle: 'medium' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/**
 * A time in the visitor's language and time zone. The server does not know the zone, so it renders
 * UTC, labelled as such.
 */
export function LocalTime({ iso, format }: { iso: string; format: keyof typeof FORMATS }) {
  const language = useLanguage();
  const isHydrated = useHydrated();
  const options: Intl.DateTimeFormatOptions = FORMATS[format];
  const time = new Date(iso);
  const text = isHydrated
    ? time.toLocaleString(language, options)
    : `${time.toLocaleString(language, { ...options, timeZone: 'UTC' })} UTC`;
  return <time dateTime={iso}>{text}</time>;
}
