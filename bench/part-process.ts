import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Message, Parts } from './run-part.ts';

/** Runs one measurement in a process of its own. @throws when it fails; it has said why. */
export function runPart<Name extends keyof Parts>(
  name: Name,
  options: Parameters<Parts[Name]>[0],
): ReturnType<Parts[Name]> {
  const script = fileURLToPath(new URL('run-part.ts', import.meta.url));
  const child = fork(script, [name, JSON.stringify(options)]);
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

/** One line that overwrites itself, on a terminal only. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
