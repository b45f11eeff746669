import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const SOURCES = fileURLToPath(new URL('../../contracts', import.meta.url));
const CACHE = fileURLToPath(
  new URL('../../../../node_modules/.cache/near-devnet', import.meta.url),
);
const OPTIONS = ['--runtime', 'stub', '--optimizeLevel', '2', '--shrinkLevel', '1'];

/** Compiles a contract of `contracts/`; cached by the hash of all sources. */
export async function compileContract(name: string): Promise<Uint8Array> {
  const files = readdirSync(SOURCES).sort();
  const sources = new Map(files.map((file) => [file, readFileSync(join(SOURCES, file), 'utf8')]));
  const key = createHash('sha256')
    .update(JSON.stringify([name, asc.version, OPTIONS, ...sources]))
    .digest('hex');
  const cached = join(CACHE, `${name}-${key.slice(0, 16)}.wasm`);
  if (existsSync(cached)) return readFileSync(cached);
  const code = await compile(name, sources);
  mkdirSync(CACHE, { recursive: true });
  // Several test files may compile the same contract at once.
  writeFileSync(`${cached}.${process.pid}`, code);
  renameSync(`${cached}.${process.pid}`, cached);
  return code;
}

async function compile(name: string, sources: ReadonlyMap<string, string>): Promise<Uint8Array> {
  let code: Uint8Array | null = null;
  const { error, stderr } = await asc.main([`${name}.ts`, '-o', 'out.wasm', ...OPTIONS], {
    // The compiler expects .ts; here the files end in .as, since they are not TypeScript.
    readFile: (file) => sources.get(file.replace(/[.]ts$/, '.as')) ?? null,
    writeFile: (file, content) => {
      if (file === 'out.wasm' && typeof content !== 'string') code = content;
    },
    listFiles: () => [],
  });
  if (error !== null || code === null) throw new Error(`${name}: ${stderr.toString()}`);
  return code;
}
