import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { killed } from '../../packages/wallet-engine/src/testing/killed-process.ts';

const root = join(import.meta.dirname, '../..');
/** Delay before a process that ended by itself is restarted. */
const RESTART_MS = 1_000;
/** Lines: an error with its stack. */
const LAST_WORDS = 25;
/** From SIGTERM; a supervisor would kill a process that takes longer. */
const GRACE_MS = 15_000;

export interface ProcessPlan {
  readonly name: string;
  readonly command: readonly string[];
  /** Null: this Node, with the command as script and arguments. */
  readonly program?: string | null;
  /** Read at every start. */
  readonly env: () => Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Called at every start and exit, so that no process is left behind. */
  readonly onLife: (event: 'born' | 'gone', pid: number) => void;
  /** Called when the process exits unexpectedly; it is restarted, as by a supervisor. */
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
    // A file, not a pipe: a full pipe would block the writer.
    const log = openSync(logFile, 'a');
    const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
    const guarded = ['--import', './scripts/require-node.mjs', ...command];
    const child = spawn(program ?? process.execPath, program ? command : guarded, {
      cwd: root,
      env: { PATH, HOME, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }), ...env() },
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

  /** `kill -9`; resolves when it has exited. */
  async kill(): Promise<void> {
    this.#cancelRestart();
    const child = this.#child;
    if (!child) return;
    this.#child = null;
    await killed(child, 'SIGKILL');
  }

  /** SIGTERM, as in a deployment. @throws when it does not exit in time; then it is killed */
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

  /** SIGSTOP: its timers, locks and connections stay. */
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
