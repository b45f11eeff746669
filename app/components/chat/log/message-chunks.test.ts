import { expect, test } from 'vitest';
import { replyIdTo, type ShownMessage, showReply } from '../state/shown-messages.ts';
import { chunkMessages, isSameChunk } from './message-chunks.ts';

const turns = (from: number, to: number): ShownMessage[] =>
  Array.from({ length: to - from }, (_, index) => `message-${1_000 + from + index}`).flatMap(
    (id) => [
      { id, role: 'user', content: id, care: null },
      { id: replyIdTo(id), role: 'assistant', content: id, care: null },
    ],
  );

test('keeps all messages in order, in chunks of bounded size', () => {
  const messages = turns(0, 1_000);
  const chunks = chunkMessages(messages);
  expect(chunks.flatMap((chunk) => chunk.messages)).toEqual(messages);
  expect(Math.max(...chunks.map((chunk) => chunk.messages.length))).toBeLessThan(300);
  expect(chunks.length).toBeGreaterThan(20);
  expect(chunkMessages([])).toEqual([]);
});

test.each([40, 2_000])('a streamed word changes one chunk of %i messages', (count) => {
  const messages = turns(0, count / 2);
  const asked = messages.at(-2)?.id ?? '';
  const before = chunkMessages(messages);
  const after = chunkMessages(showReply(messages, asked, { content: '봄', care: null }));
  const changed = after.filter((chunk) => {
    const old = before.find(({ id }) => id === chunk.id);
    return !old || !isSameChunk(old, chunk);
  });
  expect(changed.map(({ id }) => id)).toEqual([after.at(-1)?.id]);
});

test('adding messages at either end moves no boundary', () => {
  const shown = turns(200, 300);
  const ids = chunkMessages(shown).map(({ id }) => id);
  const longer = chunkMessages([...turns(0, 200), ...shown, ...turns(300, 320)]).map(
    ({ id }) => id,
  );
  expect(longer).toEqual(expect.arrayContaining(ids.slice(1)));
});
