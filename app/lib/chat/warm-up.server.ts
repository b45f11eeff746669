import { catalogueOf, LANGUAGES } from '../../i18n/language.ts';
import { firstAnswer } from './first-answer.ts';

/** V8 compiles a pattern at its first use, and again, for speed, at one of the next. */
const ROUNDS = 3;

/** What the first messages would wait for, 100 ms in one piece: before the first visitor comes. */
export function warmUpChat(): void {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const language of LANGUAGES) {
      const text = catalogueOf(language).characters.choonsim.openers[0];
      firstAnswer({ characterId: 'choonsim', text, language, earlier: [], unlike: null });
    }
  }
}
