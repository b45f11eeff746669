import { expect, test } from 'vitest';
import { catalogueOf, LANGUAGES } from '../../../i18n/language.ts';
import { SLOW_AFTER_MS } from '../../../lib/wallet/wallet-situation.ts';
import { setupSentences } from './setup-words.ts';

const SOON = /곧|soon/i;

test('promises "soon" only while that is true', () => {
  for (const language of LANGUAGES) {
    const text = catalogueOf(language);
    expect(setupSentences(text, SLOW_AFTER_MS - 1).join(' ')).toMatch(SOON);
    expect(setupSentences(text, SLOW_AFTER_MS).join(' ')).not.toMatch(SOON);
  }
});
