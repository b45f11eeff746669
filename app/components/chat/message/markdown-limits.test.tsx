import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { costsLittle } from '../../../../tests/cpu-time.ts';
import { Markdown } from './Markdown.tsx';
import { MessageText } from './MessageText.tsx';
import { isPlainEnoughForMarkdown } from './markdown-limits.ts';

const LENGTH = 4_000;
const fill = (part: string) => part.repeat(Math.ceil(LENGTH / part.length)).slice(0, LENGTH);

const patterns = [
  ...['**a_', '*a ', '_a', '**a** ', '**가_', '**“가', '~~a', '~~a~~ ', '*_~[`', '`a', '` `` ``` '],
  ...['[', '[a](', '![', '[a](b) ', '[[a](b)', '[a](<', '[a](b "', '[a]: b\n', '[a\n', '<', '<a '],
  ...[
    '<!--',
    '|',
    '|a',
    'http://',
    'http://a.b ',
    'www.',
    'a@',
    'a@b.c ',
    '&',
    '&amp;',
    '\\',
    '\\*',
  ],
  ...[
    '>',
    '> a\n',
    '- ',
    '- a\n',
    '1. ',
    '1. a\n',
    '# a\n',
    'a\n=\n',
    '---\n',
    '```\n',
    '~~~\na\n',
  ],
  ...['\n', 'a\n', ' ', '\t', '  \n- a\n', '(', ')'],
];
const shapes: [string, string][] = [
  [
    'a wide table of short rows',
    `|${'a|'.repeat(200)}\n|${'-|'.repeat(200)}\n${'|\n'.repeat(1_400)}`,
  ],
  ['a table', `| a | b |\n|---|---|\n${'| a | b |\n'.repeat(380)}`],
  ['nested lists', Array.from({ length: 60 }, (_, depth) => `${'  '.repeat(depth)}- a`).join('\n')],
  ['nested quotes', `${'>'.repeat(3_990)} a`],
];
const hostile: [string, string][] = [
  ...patterns.map((part): [string, string] => [JSON.stringify(part), fill(part)]),
  ...shapes,
];

test.each(hostile)('rendering %s on the server costs next to nothing', async (_, content) => {
  const draw = (text: string) => renderToStaticMarkup(<MessageText content={text} />);
  expect(await costsLittle(20, content, draw)).toBe(true);
});

test.each(hostile)('in the browser %s stays plain text or renders quickly', async (_, content) => {
  expect(await costsLittle(20, content, isPlainEnoughForMarkdown)).toBe(true);
  if (!isPlainEnoughForMarkdown(content)) return;
  // About 20 ms on an idle machine; without the limits the worst took 6,000 ms.
  const draw = (text: string) => renderToStaticMarkup(<Markdown content={text} />);
  expect(await costsLittle(100, content, draw)).toBe(true);
});

test.each([
  ['paragraphs with marks', '**안녕하세요!** 오늘은 `코드`를 볼까요?\n\n'.repeat(30)],
  ['a long list', '- **하나** [둘](https://example.org)\n'.repeat(40)],
  ['lists in lists', '- 하나\n  - 둘\n    - 셋\n      - 넷\n'.repeat(10)],
  ['a table', `| 꽃 | 달 | 곳 |\n| - | - | - |\n${'| 벚꽃 | 4월 | 여의도 |\n'.repeat(30)}`],
  ['code', `\`\`\`ts\n${'const value = list[0] ?? null;\n'.repeat(60)}\`\`\``],
])('an honest reply is drawn as Markdown: %s', (_, content) => {
  expect(isPlainEnoughForMarkdown(content)).toBe(true);
});
