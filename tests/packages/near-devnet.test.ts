import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** As a stranger has it: packed, and installed in a folder that knows nothing of this repository. */
describe('@choonsim/near-devnet, packed and installed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'choonsim-stranger-'));
  let tarball = '';

  beforeAll(async () => {
    const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: join(root, 'packages/near-devnet'),
    });
    const [answer] = Object.values(JSON.parse(packed.stdout.slice(packed.stdout.search(/[[{]/))));
    tarball = join(folder, (answer as { filename: string }).filename);
    writeFileSync(join(folder, 'package.json'), '{ "name": "stranger", "type": "module" }');
    await run('npm', ['install', '--no-audit', '--no-fund', tarball], { cwd: folder });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('holds JavaScript, declarations, a README and the license, and no test', async () => {
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

  it('is what bundlers and TypeScript expect of a package', async () => {
    const { buffer, byteOffset, byteLength } = readFileSync(tarball);
    const bytes = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    const { messages } = await publint({ pack: { tarball: bytes } });
    expect(messages).toEqual([]);
    const types = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes)));
    // Modules only: a CommonJS program imports it dynamically, and only TypeScript of before 2022
    // knows no `exports`.
    const kinds = 'problems' in types ? types.problems.map(({ kind }) => kind) : ['NoTypes'];
    expect(kinds.filter((kind) => kind !== 'CJSResolvesToESM' && kind !== 'NoResolution')).toEqual(
      [],
    );
  });

  it('runs a chain in a program of its own', async () => {
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
