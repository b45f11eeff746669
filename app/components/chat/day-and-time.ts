import type { Language } from '../../i18n/language.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** For a bubble: hour and minute in the language's format. */
export function timeOfDay(sentAtMs: number, language: Language): string {
  return new Date(sentAtMs).toLocaleTimeString(language, { timeStyle: 'short' });
}

/** A key for the day a message belongs to in the reader's time zone; equal for equal days. */
export function dayKey(sentAtMs: number): string {
  const day = new Date(sentAtMs);
  return `${day.getFullYear()}-${day.getMonth()}-${day.getDate()}`;
}

/** The day in UTC, the same for every reader. */
export function utcDayKey(sentAtMs: number): string {
  return new Date(sentAtMs).toISOString().slice(0, 10);
}

interface Named {
  readonly sentAtMs: number;
  readonly nowMs: number;
  readonly language: Language;
  readonly words: { readonly today: string; readonly yesterday: string };
}

/** The heading between two days of a conversation. */
export function dayName({ sentAtMs, nowMs, language, words }: Named): string {
  if (dayKey(sentAtMs) === dayKey(nowMs)) return words.today;
  return new Date(sentAtMs).toLocaleDateString(language, { dateStyle: 'full' });
}

/** For a list: the time if today, “yesterday”, or the date, with the year if it is another one. */
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
