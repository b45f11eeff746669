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

it.each(['start', 'worker', 'wallet', 'admin-link'])(
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
  expect(read('.gitignore').split('\n')).toEqual(expect.arrayContaining(['.env', 'secrets/']));
});

it.each(['start', 'dev', 'worker', 'wallet', 'account-link', 'admin-link'])(
  'no signal opens the debugger of `npm run %s`',
  (name) => expect(scripts[name]).toContain('node --disable-sigusr1 '),
);

it('a signal opens no debugger in a container either', () => {
  expect(stage).toContain('"--disable-sigusr1"');
  expect(read('compose.yaml')).toMatch(/\[\s*node,\s+--disable-sigusr1,[^\]]*worker\.ts,?\s*\]/);
});

const compose = read('compose.yaml');
/** The text of each service; `<<: *app` counts as what stands under x-app. */
const services = new Map(
  [
    ...(compose.split(/^(?=\w)/m).find((part) => part.startsWith('services:')) ?? '').matchAll(
      /^ {2}(\w+):\n((?: {4}.*\n|\n| {2}#.*\n)+)/gm,
    ),
  ].map(([, name = '', text = '']) => [
    name,
    text.includes('<<: *app') ? `${text}${compose.slice(0, compose.indexOf('services:'))}` : text,
  ]),
);

it('every service of compose.yaml writes a limited log, and those that stay have a health check', () => {
  expect([...services.keys()]).toEqual(
    expect.arrayContaining(['web', 'worker', 'database', 'backup', 'redis', 'prometheus']),
  );
  for (const [name, text] of services) {
    expect([name, text]).toEqual([name, expect.stringContaining('logging: *logging')]);
  }
  for (const name of ['web', 'worker', 'database', 'backup', 'redis']) {
    expect(services.get(name)).toContain('healthcheck:');
    expect(services.get(name)).toContain('mem_limit:');
  }
});

it('no secret stands in the environment of a container', () => {
  const given = [...compose.matchAll(/^ +([A-Z_]+): /gm)].map(([, name]) => name);
  expect(given).toEqual(expect.arrayContaining(['METRICS_PORT', 'METRICS_TOKEN_FILE']));
  for (const name of [
    'DATABASE_URL',
    'BETTER_AUTH_SECRET',
    'WALLET_ENCRYPTION_KEYS',
    'NEAR_SERVICE_PRIVATE_KEY',
  ]) {
    expect(given).not.toContain(name);
    expect(given).toContain(`${name}_FILE`);
    expect(compose).toContain(`/run/secrets/${name.toLowerCase()}`);
    expect(compose).toMatch(new RegExp(`^ {2}${name.toLowerCase()}: \\{ file: `, 'm'));
  }
});

it('Prometheus asks hosts and ports that compose.yaml has, workers among them', () => {
  const asked = [...read('deploy/prometheus.yml').matchAll(/names: \[(\w+)\].*port: (\d+)/g)];
  expect(asked.map(([, host]) => host)).toEqual(['web', 'worker']);
  for (const [, host = '', port] of asked) expect(services.get(host)).toContain(`:${port}/`);
  expect(services.get('worker')).toContain('METRICS_PORT: "9464"');
  expect(services.get('prometheus')).toContain('metrics_token');
});
