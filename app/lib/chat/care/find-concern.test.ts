import { expect, test } from 'vitest';
import { costsLittle } from '../../../../tests/cpu-time.ts';
import { sentencesOfConcern } from '../../../../tests/fixtures/sentences-of-concern.ts';
import { plainMessage } from '../../../i18n/plain-message.ts';
import { findConcern } from './find-concern.ts';

const table = Object.entries(sentencesOfConcern).flatMap(([concern, sentences]) =>
  sentences.map((sentence) => ({ concern, sentence })),
);

test('the table is a table', () => expect(table.length).toBeGreaterThan(300));

test.each(table)('$concern: $sentence', ({ concern, sentence }) => {
  expect(findConcern(sentence)?.concern ?? 'none').toBe(concern);
});

const writers: readonly [string, (sentence: string) => string][] = [
  ['after a greeting in a line of its own', (sentence) => `안녕\n\n${sentence}\n잘 자`],
  ['after another sentence', (sentence) => `How are you? ${sentence}. 오늘 점심은 김밥이었어.`],
  ['letters taken apart', (sentence) => sentence.normalize('NFD')],
  ['with signs of no width', (sentence) => [...sentence].join('\u200b')],
  ['with blank letters of Hangul', (sentence) => [...sentence].join('\u3164')],
  ['with blank Braille for spaces', (sentence) => sentence.replaceAll(' ', '\u2800')],
  ['crying', (sentence) => `${sentence} ㅠㅠㅠㅠ`],
];

test.each(writers)('no message of concern is missed: %s', (_, written) => {
  const { suicide, abuse, grief } = sentencesOfConcern;
  const missed = [...suicide, ...abuse, ...grief].filter((sentence) => {
    const message = written(sentence);
    return message.length <= 4_000 && findConcern(message) === null;
  });
  expect(missed).toEqual([]);
});

test('nothing is missed at the end of the longest message', () => {
  // Each takes some milliseconds: every tenth is enough.
  const { suicide, abuse, grief } = sentencesOfConcern;
  const some = [...suicide, ...abuse, ...grief].filter((_, at) => at % 10 === 0);
  const missed = some.filter((sentence) => {
    const before = '밥 먹었어. It was fine. '.repeat(200).slice(0, 3_990 - sentence.length);
    return findConcern(`${before}. ${sentence}`) === null;
  });
  expect(missed).toEqual([]);
});

const hostile = [
  '죽'.repeat(64_000),
  '죽고'.repeat(32_000),
  'ㅈㅜㄱ'.repeat(21_000),
  '아빠가 '.repeat(16_000),
  '엄마'.repeat(32_000),
  'my my '.repeat(11_000),
  'i want to '.repeat(6_400),
  'a.'.repeat(32_000),
  'a '.repeat(32_000),
  'i'.repeat(64_000),
  '너혹시'.repeat(21_000),
  '\u200b'.repeat(64_000),
  '?'.repeat(64_000),
  'are you '.repeat(8_000),
  '\ufdfa'.repeat(64_000),
  '\u33c2'.repeat(64_000),
  '아빠가술'.repeat(16_000),
  'my dog and '.repeat(6_000),
  'he did it after i '.repeat(3_500),
  'how many pills '.repeat(4_200),
  'ㅈ ㅏ '.repeat(16_000),
];

test.each(hostile)('64 kB of a hostile pattern take little time', async (text) => {
  expect(await costsLittle(20, text, findConcern)).toBe(true);
});

test('characters that expand to many letters make nothing longer, and hide nothing', () => {
  const longest = plainMessage('\ufdfa\u33c2\u3300'.repeat(2_000)).words.length;
  expect(longest).toBeLessThanOrEqual(8_000);
  for (const sign of ['\ufdfa', '\ufdfb', '\u33c2', '\u3300', '\ufb03']) {
    expect(findConcern(`${sign.repeat(1_900)} 죽고 싶어`)?.concern).toBe('suicide');
  }
  expect(plainMessage('\ufdfa'.repeat(4_000)).words).toBe('');
});
