import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WITHDRAWN, withoutThinking } from './without-thinking.ts';

async function* streamOf(pieces: readonly string[]) {
  yield* pieces;
}

/** The text a reader sees at the end. */
async function shown(...pieces: string[]): Promise<string> {
  let text = '';
  for await (const piece of withoutThinking(streamOf(pieces))) {
    text = piece === WITHDRAWN ? '' : text + piece;
  }
  return text;
}

test.each([
  ['<think>그녀가 슬퍼 보인다</think>\n\n괜찮아요?', '괜찮아요?'],
  ['<thinking>plan</thinking>안녕', '안녕'],
  ['<THINK>a</Think>안녕', '안녕'],
  ['<think type="deep">a</think>안녕', '안녕'],
  ['안녕 <think>a</think>하세요', '안녕 하세요'],
  ['<think>a</think>하나<think>b</think>둘', '하나둘'],
  ['<think>never closed, and goes on', ''],
  ['안녕<think>never closed', '안녕'],
  ['only thinking so far</think>안녕', '안녕'],
  ['1 < 2 and <b>bold</b>', '1 < 2 and <b>bold</b>'],
  ['<thinker>a</thinker>', '<thinker>a</thinker>'],
  ['a <', 'a <'],
  ['<think></think>', ''],
])('of %s a reader sees %s', async (said, seen) => {
  expect(await shown(said)).toBe(seen);
  // However it is split into pieces.
  expect(await shown(...said)).toBe(seen);
  for (let at = 1; at < said.length; at += 1) {
    expect(await shown(said.slice(0, at), said.slice(at))).toBe(seen);
  }
});

test('reasoning is never passed on, not even for a moment', async () => {
  const heard: string[] = [];
  const pieces = ['<th', 'ink>sec', 'ret</thi', 'nk>  ', '\n안', '녕'];
  for await (const piece of withoutThinking(streamOf(pieces))) heard.push(String(piece));
  expect(heard).toEqual(['안', '녕']);
});

test('text without a tag is passed on unchanged', async () => {
  const words = fc.string().filter((text) => !/think|thought|reasoning/i.test(text));
  await fc.assert(
    fc.asyncProperty(fc.array(words), async (pieces) => {
      expect(await shown(...pieces)).toBe(pieces.join('').trimStart());
    }),
  );
});

test('a megabyte of reasoning takes no time', async () => {
  const pieces = [
    '<think>',
    ...Array.from({ length: 10_000 }, () => '<'.repeat(100)),
    '</think>안녕',
  ];
  const startMs = performance.now();
  expect(await shown(...pieces)).toBe('안녕');
  expect(performance.now() - startMs).toBeLessThan(3_000);
});

test('a piece of thousands of tags takes no time', async () => {
  const startMs = performance.now();
  expect(await shown('</think>'.repeat(60_000))).toBe('');
  expect(await shown('<think>a</think>'.repeat(30_000))).toBe('');
  expect(performance.now() - startMs).toBeLessThan(1_000);
});
