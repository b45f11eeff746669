import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(import.meta.dirname, '../..');
/** A supervisor's patience before it starts again what ended by itself. */
const RESTART_MS = 1_000;
/** Lines: an error with its stack. */
const LAST_WORDS = 25;
/** From SIGTERM; what takes longer would be killed by any supervisor. */
const GRACE_MS = 15_000;

export interface ProcessPlan {
  readonly name: string;
  readonly command: readonly string[];
  /** Null: our own Node, and the command is a script with its arguments. */
  readonly program?: string | null;
  /** Asked at every start. */
  readonly env: () => Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Hears of every birth and death, so that nothing is left behind. */
  readonly onLife: (event: 'born' | 'gone', pid: number) => void;
  /** It ended although nobody killed it; it is started again, as a supervisor would. */
  readonly onOwnEnd: (how: string, lastWords: string) => void;
}

/** A real process that can be killed, stopped and started again at any moment. */
export class ManagedProcess {
  readonly name: string;
  readonly #plan: ProcessPlan;
  #child: ChildProcess | null = null;
  #restart: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(plan: ProcessPlan) {
    this.name = plan.name;
    this.#plan = plan;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Does nothing while it runs. */
  start(): void {
    this.#cancelRestart();
    if (this.#child || this.#isOver) return;
    const { command, program, env, logFile, onLife, onOwnEnd } = this.#plan;
    // A file, not a pipe: a pipe that nobody empties would stop the writer by itself.
    const log = openSync(logFile, 'a');
    const guarded = ['--import', './scripts/require-node.mjs', ...command];
    const child = spawn(program ?? process.execPath, program ? command : guarded, {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env() },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.#child = child;
    const { pid } = child;
    if (pid === undefined) throw new Error(`${this.name} could not be started`);
    onLife('born', pid);
    child.once('exit', (code, signal) => {
      onLife('gone', pid);
      if (this.#child !== child) return;
      this.#child = null;
      onOwnEnd(`${signal ?? code}`, this.logLines().slice(-LAST_WORDS).join('\n'));
      this.#restart = setTimeout(() => this.start(), RESTART_MS);
    });
  }

  /** `kill -9`; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#cancelRestart();
    const child = this.#child;
    if (!child) return;
    this.#child = null;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  /** SIGTERM, as at a deployment. @throws when it does not end in time; then it is killed. */
  async stop(): Promise<void> {
    this.#cancelRestart();
    const child = this.#child;
    if (!child) return;
    this.#child = null;
    const gone = new Promise<'gone'>((resolve) => child.once('exit', () => resolve('gone')));
    child.kill('SIGTERM');
    if ((await Promise.race([gone, sleep(GRACE_MS, 'late', { ref: false })])) === 'gone') return;
    child.kill('SIGKILL');
    await gone;
    throw new Error(`${this.name} did not stop within ${GRACE_MS} ms`);
  }

  /** Frozen in the middle of whatever it does: its timers, its locks and its connections stay. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends it for good. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.kill();
  }

  logLines(): string[] {
    const { logFile } = this.#plan;
    return existsSync(logFile) ? readFileSync(logFile, 'utf8').trimEnd().split('\n') : [];
  }

  #cancelRestart(): void {
    if (this.#restart) clearTimeout(this.#restart);
    this.#restart = null;
  }
}
