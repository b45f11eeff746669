import { expect, test } from 'vitest';
import { catalogueOf, LANGUAGES } from '../../i18n/language.ts';
import { SLOW_AFTER_MS } from '../../lib/wallet-situation.ts';
import { setupSentences, setupToast } from './setup-words.ts';

const SOON = /곧|soon/i;
const soonAfter = (status: 'PENDING' | 'READY' | 'FAILED' | 'CREATING', waitedMs: number) =>
  LANGUAGES.map((language) => setupToast(catalogueOf(language), { status, waitedMs })?.title ?? '');

test('"soon" is said only while it is true', () => {
  for (const title of soonAfter('PENDING', 100)) expect(title).toMatch(SOON);
  for (const title of soonAfter('READY', 3_000)) expect(title).toMatch(/준비되었습니다|is ready/);
  const late = [...soonAfter('CREATING', 30_000), ...soonAfter('FAILED', 100)];
  expect(late.filter(Boolean)).toEqual([]);
  for (const language of LANGUAGES) {
    const text = catalogueOf(language);
    expect(setupSentences(text, SLOW_AFTER_MS - 1).join(' ')).toMatch(SOON);
    expect(setupSentences(text, SLOW_AFTER_MS).join(' ')).not.toMatch(SOON);
  }
});
