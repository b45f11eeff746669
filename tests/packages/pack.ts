import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';

export const run = promisify(execFile);
const packages = join(import.meta.dirname, '../../packages');

/** Packs one of the packages into a folder. @returns the tarball's path */
export async function tarballOf(name: string, folder: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: join(packages, name),
  });
  const [answer] = Object.values(JSON.parse(stdout.slice(stdout.search(/[[{]/))));
  return join(folder, (answer as { filename: string }).filename);
}

/**
 * Problems that publint and arethetypeswrong find. The packages are ES modules: CommonJS programs import
 * them dynamically, and only TypeScript older than 2022 does not know `exports`.
 */
export async function problemsOf(tarball: string): Promise<string[]> {
  const { buffer, byteOffset, byteLength } = readFileSync(tarball);
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  const { messages } = await publint({ pack: { tarball: bytes } });
  const types = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes)));
  const kinds = 'problems' in types ? types.problems.map(({ kind }) => kind) : ['NoTypes'];
  const accepted = ['CJSResolvesToESM', 'NoResolution'];
  return [...messages.map(({ code }) => code), ...kinds.filter((kind) => !accepted.includes(kind))];
}
