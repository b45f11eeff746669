import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Markdown } from './Markdown.tsx';

const draw = (content: string) => renderToStaticMarkup(<Markdown content={content} />);

test.each([
  ['a line break stays one', '**봄**\n여름\n가을', ['<br/>\n여름<br/>\n가을']],
  [
    'bold before a particle',
    '**100 CHOCO(초코)**가 있어요',
    ['<strong>100 CHOCO(초코)</strong>가'],
  ],
  ['bold in quotation marks', '그는**“좋아!”**라고', ['<strong>“좋아!”</strong>라고']],
  ['struck out', '~~어제~~ 오늘', ['<del>어제</del> 오늘']],
  ['struck out before a particle', '~~커피(라떼)~~는', ['<del>커피(라떼)</del>는']],
  ['one tilde is a range', '3~4시와 5~6시', ['3~4시와 5~6시']],
  ['a table', '| 꽃 | 달 |\n| --- | --- |\n| 벚꽃 | 4월 |', ['>꽃</th>', '>4월</td>']],
  ['a bare address', '보세요 https://example.org', ['href="https://example.org"']],
])('%s', (_, content, parts) => {
  const drawn = draw(content);
  for (const part of parts) expect(drawn).toContain(part);
});

test('renders no pictures, raw HTML or form fields', () => {
  const drawn = draw('![그림](http://a.test/x.png) <b>굵게</b>\n\n- [x] 하나');
  expect(drawn).not.toMatch(/<(img|b|input)\b/);
});
