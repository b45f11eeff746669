import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Message, Parts } from './run-part.ts';

/** Runs one measurement in a separate process. @throws when it fails; it has logged why */
export function runPart<Name extends keyof Parts>(
  name: Name,
  options: Parameters<Parts[Name]>[0],
): ReturnType<Parts[Name]> {
  const script = fileURLToPath(new URL('run-part.ts', import.meta.url));
  const child = fork(script, [name, JSON.stringify(options)], {
    execArgv: [...process.execArgv, ...serverMemoryOptions()],
  });
  const result = new Promise((resolve, reject) => {
    child.on('message', (message: Message) => {
      if ('progress' in message) showProgress(`${name}: ${message.progress}`);
      else resolve(message.result);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
  });
  return result.finally(() => showProgress('')) as ReturnType<Parts[Name]>;
}

/** The memory options of `npm start`. */
function serverMemoryOptions(): string[] {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { scripts }: { scripts: { start: string } } = JSON.parse(manifest);
  return scripts.start.match(/--max-[\w-]+=\d+/g) ?? [];
}

/** A progress line, on a terminal only. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
