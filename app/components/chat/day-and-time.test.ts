import { expect, test } from 'vitest';
import { dayKey, dayName, shortMoment, timeOfDay, utcDayKey } from './day-and-time.ts';

const words = { today: '오늘', yesterday: '어제' };
const at = (text: string) => new Date(text).getTime();
const named = (sent: string, now = '2026-11-29T20:00:00', language: 'ko' | 'en' = 'ko') => ({
  sentAtMs: at(sent),
  nowMs: at(now),
  language,
  words,
});

test('a bubble shows hour and minute in the language’s format', () => {
  expect(timeOfDay(at('2026-11-29T13:05:40'), 'ko')).toBe('오후 1:05');
  expect(timeOfDay(at('2026-11-29T13:05:40'), 'en')).toMatch(/^1:05\sPM$/);
});

test('a list shows the time if today, “yesterday”, or the date', () => {
  expect(shortMoment(named('2026-11-29T00:00:00'))).toBe('오전 12:00');
  expect(shortMoment(named('2026-11-28T23:59:59'))).toBe('어제');
  expect(shortMoment(named('2026-11-27T23:59:59'))).toBe('11월 27일');
  expect(shortMoment(named('2025-11-29T20:00:00'))).toBe('2025년 11월 29일');
  expect(shortMoment(named('2026-01-02T03:00:00', '2026-11-29T20:00:00', 'en'))).toBe('Jan 2');
});

test('a day has a name', () => {
  expect(dayName(named('2026-11-29T08:00:00'))).toBe('오늘');
  expect(dayName(named('2026-11-28T08:00:00'))).toBe('2026년 11월 28일 토요일');
});

test('days begin at the reader’s midnight, not at UTC’s', () => {
  expect(dayKey(at('2026-11-29T00:00:00'))).toBe(dayKey(at('2026-11-29T23:59:59')));
  expect(dayKey(at('2026-11-28T23:59:59'))).not.toBe(dayKey(at('2026-11-29T00:00:00')));
  expect(utcDayKey(Date.UTC(2026, 10, 29, 23, 59))).toBe('2026-11-29');
});
