import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Order } from './trial-process.ts';

/** Loaded modules are never freed: a process is replaced after this many. */
const ordersInOneProcess = 50;

/** One process for trials, replaced when it hangs or has grown. */
export class TrialProcess {
  #child: ChildProcess | null = null;
  #orders = 0;

  /** @returns the answer; null when none came in time or the process crashed */
  async carryOut(order: Order, withinMs: number): Promise<Answer | null> {
    if (this.#orders >= ordersInOneProcess) this.close();
    this.#child ??= await start();
    this.#orders += 1;
    const child = this.#child;
    const answer = await new Promise<Answer | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), withinMs);
      const end = (result: Answer | null) => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve(result);
      };
      child.once('message', (result: Answer) => end(result));
      child.once('exit', () => end(null));
      child.send(order);
    });
    if (answer === null) this.close();
    return answer;
  }

  close(): void {
    this.#child?.removeAllListeners();
    this.#child?.kill('SIGKILL');
    this.#child = null;
    this.#orders = 0;
  }
}

function start(): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('trial-process.ts', import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=32'],
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the trial process ended with code ${code}`)));
  });
}
