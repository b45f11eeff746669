import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const read = (file: string) => readFileSync(join(import.meta.dirname, '..', file), 'utf8');
const scripts: Record<string, string> = JSON.parse(read('package.json')).scripts;
const stage = read('Dockerfile').split(/^FROM .* AS app$/m)[1] ?? '';
const copied = [...stage.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, names = '']) =>
  names.split(' '),
);
const sent = read('.dockerignore').split('\n');

it.each(['start', 'worker', 'wallet', 'admin-link', 'database:durable'])(
  'the image has what `npm run %s` begins with',
  (name) => {
    const files = (scripts[name] ?? '').match(/[\w-][\w/-]*\.(ts|mjs)\b/g) ?? [];
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const [top = ''] = file.split('/');
      expect(copied).toContain(top);
      expect(sent).toContain(`!${top}`);
    }
  },
);

it('secrets go neither into the image nor into the repository', () => {
  expect(sent.filter((line) => !/^(#|!|$)/.test(line))[0]).toBe('*');
  expect(sent.filter((line) => /^!.*(env|data)/.test(line))).toEqual([]);
  expect(read('.gitignore').split('\n')).toContain('.env');
});

it.each(['start', 'dev', 'worker', 'wallet', 'admin-link'])(
  'no signal opens the debugger of `npm run %s`',
  (name) => expect(scripts[name]).toContain('node --disable-sigusr1 '),
);

it('a signal opens no debugger in a container either', () => {
  expect(stage).toContain('"--disable-sigusr1"');
  expect(read('compose.yaml')).toMatch(/\[node, --disable-sigusr1, .*worker\.ts\]/);
});
