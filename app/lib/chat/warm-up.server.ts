import { firstAnswer } from './first-answer.ts';

/** V8 compiles a pattern at its first use, and again, for speed, at one of the next. */
const ROUNDS = 3;

/** What the first messages would wait for, 100 ms in one piece: before the first visitor comes. */
export function warmUpChat(): void {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [language, text] of [
      ['ko', '안녕, 오늘은 봄이야'],
      ['en', 'Hello, it is spring'],
    ] as const) {
      firstAnswer({ characterId: 'choonsim', text, language, earlier: [], unlike: null });
    }
  }
}
