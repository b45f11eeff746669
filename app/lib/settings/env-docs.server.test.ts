import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { variables } from './env.server.ts';
import { SECRET_NAMES } from './env-names.server.ts';

/** Rows of the table: the name, the mark of a secret, and the default where it is a value. */
const rows = [
  ...readFileSync('docs/settings.md', 'utf8').matchAll(
    /^\| `([A-Z_]+)`(?<secret> ⚿)? *\| (?:`(?<value>[^`]*)` *|[^|]*)\|/gm,
  ),
].map(({ 1: name = '', groups }) => ({
  name,
  isSecret: groups?.secret !== undefined,
  value: groups?.value ?? null,
}));

/** Values of the devnet are filled in elsewhere. */
const OF_THE_DEVNET = ['NEAR_SERVICE_ACCOUNT_ID', 'CHOCO_TOKEN_CONTRACT'];

test('docs/settings.md lists every variable once, and no other', () => {
  expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(variables.shape).sort());
});

test('docs/settings.md states the actual defaults', () => {
  const used = variables.parse({}) as Record<string, unknown>;
  for (const { name, value } of rows) {
    if (OF_THE_DEVNET.includes(name)) continue;
    const fallback = used[name];
    const told = Array.isArray(fallback) && fallback.length === 0 ? undefined : fallback;
    if (value === null) expect([name, told]).toEqual([name, undefined]);
    else expect(variables.parse({ [name]: value })[name as never], name).toEqual(told);
  }
});

test('docs/settings.md marks the secrets, which can be files', () => {
  const marked = rows.filter(({ isSecret }) => isSecret).map(({ name }) => name);
  expect(marked.sort()).toEqual([...SECRET_NAMES].sort());
});
