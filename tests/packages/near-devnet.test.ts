import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemsOf, run, tarballOf } from './pack.ts';

/** Packed, and installed in a folder outside this repository. */
describe('@choonsim/near-devnet, packed and installed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'choonsim-stranger-'));
  let tarball = '';

  beforeAll(async () => {
    tarball = await tarballOf('near-devnet', folder);
    writeFileSync(join(folder, 'package.json'), '{ "name": "stranger", "type": "module" }');
    await run('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd: folder });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('contains JavaScript, declarations, a README and the license, and no tests', async () => {
    const { stdout } = await run('tar', ['-tzf', tarball]);
    const files = stdout.trim().split('\n');
    expect(files).toEqual(
      expect.arrayContaining([
        'package/dist/index.js',
        'package/dist/index.d.ts',
        'package/README.md',
        'package/LICENSE',
      ]),
    );
    expect(files.filter((file) => /\.test\.|testing|(?<!\.d)\.ts$/.test(file))).toEqual([]);
  });

  it('passes publint and arethetypeswrong', async () => {
    expect(await problemsOf(tarball)).toEqual([]);
  });

  it('runs a chain inside another program', async () => {
    writeFileSync(
      join(folder, 'program.js'),
      `import { SERVICE_ACCOUNT, startDevnetServer } from '@choonsim/near-devnet';
const server = await startDevnetServer({ port: 0, blockTimeMs: 50 });
const request = { jsonrpc: '2.0', id: 1, method: 'query', params: {
  request_type: 'view_account', finality: 'final', account_id: SERVICE_ACCOUNT } };
const answer = await fetch(server.rpcUrl, {
  method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) });
console.log((await answer.json()).result.amount);
await server.close();
`,
    );
    const { stdout } = await run('node', ['program.js'], { cwd: folder });
    expect(stdout.trim()).toBe(`1${'0'.repeat(30)}`);
  });

  it('has a command', async () => {
    const { stdout } = await run('npx', ['--no-install', 'near-devnet', '--help'], { cwd: folder });
    expect(stdout).toMatch(/^Usage: near-devnet/);
  });
});
