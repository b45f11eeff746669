import { expect, test } from 'vitest';
import {
  beginReply,
  endReply,
  mergeNewest,
  replyIdTo,
  type ShownMessage,
  showReply,
} from './shown-messages.ts';

const NOW_MS = 1_700_000_000_000;
const asked = (id: string): ShownMessage => ({ id, role: 'user', content: `${id}?`, care: null });
const answered = (id: string, content = `${id}!`): ShownMessage => ({
  id: replyIdTo(id),
  role: 'assistant',
  content,
  care: null,
});
const turns = (...ids: string[]) => ids.flatMap((id) => [asked(id), answered(id)]);
const contents = (shown: readonly ShownMessage[]) => shown.map(({ content }) => content);

test('a first reply is pending, grows, and stays', () => {
  const awaited = beginReply([asked('a')], 'a');
  expect(awaited.at(-1)).toMatchObject({ content: '', isWriting: true, isGivingWay: false });
  const growing = showReply(awaited, 'a', { content: '봄', care: null });
  expect(growing.at(-1)).toMatchObject({ content: '봄', isWriting: true });
  expect(endReply(growing, NOW_MS)).toEqual([
    asked('a'),
    { ...answered('a', '봄'), sentAtMs: NOW_MS },
  ]);
});

test('an empty first reply disappears', () => {
  expect(endReply(beginReply([asked('a')], 'a'), NOW_MS)).toEqual([asked('a')]);
});

test('the earlier reply stays until the new one has text', () => {
  const awaited = beginReply(turns('a', 'b'), 'b');
  expect(awaited.at(-1)).toMatchObject({ content: 'b!', isWriting: true, isGivingWay: true });
  expect(contents(endReply(awaited, NOW_MS))).toEqual(['a?', 'a!', 'b?', 'b!']);
  const growing = showReply(awaited, 'b', { content: '다른', care: null });
  expect(growing.at(-1)).not.toHaveProperty('isGivingWay');
  expect(contents(endReply(growing, NOW_MS))).toEqual(['a?', 'a!', 'b?', '다른']);
});

test.each([
  ['nothing new', turns('a', 'b'), turns('a', 'b'), turns('a', 'b')],
  ['said in another tab', turns('a'), turns('a', 'b'), turns('a', 'b')],
  ['earlier pages stay', turns('a', 'b', 'c'), turns('b', 'c', 'd'), turns('a', 'b', 'c', 'd')],
  [
    'another reply was asked for elsewhere',
    turns('a'),
    [asked('a'), answered('a', '다른')],
    [asked('a'), answered('a', '다른')],
  ],
  [
    'a reply that broke off stays while it is the last',
    [asked('a'), answered('a', '그러니')],
    [asked('a')],
    [asked('a'), answered('a', '그러니')],
  ],
  [
    'a reply that broke off gives way to the stored one',
    [asked('a'), answered('a', '그러니')],
    turns('a', 'b'),
    turns('a', 'b'),
  ],
  ['nothing stored', turns('a'), [], turns('a')],
  ['first words elsewhere', [], turns('a'), turns('a')],
])('merging: %s', (_, shown, stored, merged) => {
  expect(mergeNewest(shown, { messages: stored }).messages).toEqual(merged);
});

test('shown messages are dropped if a whole page is missing in between', () => {
  const merged = mergeNewest(turns('a'), { messages: turns('y', 'z') });
  expect(merged).toEqual({ messages: turns('y', 'z'), isJoined: false });
});
