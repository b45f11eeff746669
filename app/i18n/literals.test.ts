import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';

const app = join(import.meta.dirname, '..');
const HANGUL = /[\u3131-\u318e\uac00-\ud7a3]/;
/** Attributes that are shown or announced. */
const SPOKEN_ATTRIBUTES = [
  'alt',
  'aria-label',
  'aria-description',
  'label',
  'placeholder',
  'title',
];

/** User-facing text in code: Hangul anywhere, other words where JSX renders them. */
function findSentences(fileName: string, source: string): string[] {
  const program = { ...parseSync(fileName, source).program };
  const found: string[] = [];
  visit(program, (node) => {
    const text = textOf(node);
    if (text === null) return;
    const isShown = node.type === 'JSXText' && /\p{L}{2}/u.test(text);
    if (isShown || HANGUL.test(text)) found.push(text.trim());
  });
  visit(program, ({ type, name, value }) => {
    if (type !== 'JSXAttribute' || !isNode(name) || !isNode(value)) return;
    const text = textOf(value);
    const isSpoken = SPOKEN_ATTRIBUTES.includes(String(name.name));
    if (isSpoken && text && /\p{L}{2}/u.test(text) && !HANGUL.test(text)) found.push(text);
  });
  return found;
}

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function textOf({ type, value }: Node): string | null {
  if (type === 'TemplateElement' && typeof value === 'object' && value && 'raw' in value) {
    return String(value.raw);
  }
  return (type === 'JSXText' || type === 'Literal') && typeof value === 'string' ? value : null;
}

function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const child of Object.values(node).flat()) if (isNode(child)) visit(child, see);
}

test.each([
  ['<p>Sign up</p>', 'Sign up'],
  ['<p>{x} 안녕</p>', '안녕'],
  ['<button aria-label="Close" />', 'Close'],
  ["const title = '지갑';", '지갑'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template as source text
  ['const title = `${name} 님`;', '님'],
])('%s is found', (source, sentence) => {
  expect(findSentences('sample.tsx', source)).toEqual([sentence]);
});

test.each(['<p>{text.hello}</p>', '<p className="font-bold"> · </p>', '// 안녕\n<br />'])(
  '%s is none',
  (source) => {
    expect(findSentences('sample.tsx', source)).toEqual([]);
  },
);

test('user-facing text is only in the catalogues', () => {
  const files = globSync('{components,routes,theme,lib}/**/*.{ts,tsx}', { cwd: app }).filter(
    (file) => !/\.test\.tsx?$/.test(file),
  );
  expect(files.length).toBeGreaterThan(60);
  const found = [...files, 'root.tsx', 'entry.server.tsx'].flatMap((file) =>
    findSentences(file, readFileSync(join(app, file), 'utf8')).map((text) => `${file}: ${text}`),
  );
  expect(found).toEqual([]);
});
