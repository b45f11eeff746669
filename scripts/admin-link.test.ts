import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it.each([
  [[]],
  [['--help']],
  [['ann@example.com', 'bob@example.com']],
  [['ann@example.com', '--json']],
])('npm run admin-link with %j is refused with its usage', (args) => {
  const script = join(import.meta.dirname, 'admin-link.ts');
  const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  expect(stderr).toContain('Usage: npm run admin-link');
  expect(status).toBe(2);
});
