import { catalogueOf, LANGUAGES } from '../../../i18n/language.ts';
import { firstAnswer } from './first-answer.ts';

/** V8 compiles a pattern at its first use, and optimises it at a later one. */
const ROUNDS = 3;

/** Does at startup what would delay the first messages by 100 ms. */
export function warmUpChat(): void {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const language of LANGUAGES) {
      const text = catalogueOf(language).characters.choonsim.openers[0];
      firstAnswer({ characterId: 'choonsim', text, language, earlier: [], unlike: null });
    }
  }
}
