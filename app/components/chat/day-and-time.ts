import type { Language } from '../../i18n/language.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Of a bubble: the hour and minute, as the language writes them. */
export function timeOfDay(sentAtMs: number, language: Language): string {
  return new Date(sentAtMs).toLocaleTimeString(language, { timeStyle: 'short' });
}

/** The reader's own day a message belongs to; the same text for the same day. */
export function dayKey(sentAtMs: number): string {
  const day = new Date(sentAtMs);
  return `${day.getFullYear()}-${day.getMonth()}-${day.getDate()}`;
}

/** The same for everybody. */
export function utcDayKey(sentAtMs: number): string {
  return new Date(sentAtMs).toISOString().slice(0, 10);
}

interface Named {
  readonly sentAtMs: number;
  readonly nowMs: number;
  readonly language: Language;
  readonly words: { readonly today: string; readonly yesterday: string };
}

/** Between two days of a conversation. */
export function dayName({ sentAtMs, nowMs, language, words }: Named): string {
  if (dayKey(sentAtMs) === dayKey(nowMs)) return words.today;
  return new Date(sentAtMs).toLocaleDateString(language, { dateStyle: 'full' });
}

/** In a list: the time of today, yesterday, or the date; with the year where it is another one. */
export function shortMoment({ sentAtMs, nowMs, language, words }: Named): string {
  if (dayKey(sentAtMs) === dayKey(nowMs)) return timeOfDay(sentAtMs, language);
  if (dayKey(sentAtMs) === dayKey(nowMs - DAY_MS)) return words.yesterday;
  const sent = new Date(sentAtMs);
  const isThisYear = sent.getFullYear() === new Date(nowMs).getFullYear();
  return sent.toLocaleDateString(language, {
    ...(isThisYear ? {} : { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
  });
}
