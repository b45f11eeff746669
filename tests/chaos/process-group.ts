import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagedProcess, type ProcessPlan } from './managed-process.ts';
import { startCleaner } from './start-cleaner.ts';

type Member = Pick<ProcessPlan, 'name' | 'command' | 'program' | 'env'>;

/** The processes of one run, with a directory for their data and logs, and a record of what happened. */
export class ProcessGroup {
  readonly directory: string;
  readonly processes: ManagedProcess[] = [];
  readonly notes: string[] = [];
  readonly #cleaner = startCleaner();
  readonly #startedAtMs = Date.now();

  /** @param purpose a part of the directory's name */
  constructor(purpose: string) {
    this.directory = mkdtempSync(join(tmpdir(), `choonsim-${purpose}-`));
    this.#cleaner.write(`directory ${this.directory}`);
  }

  /** Adds a process that is not started yet. */
  add(member: Member): ManagedProcess {
    const { name } = member;
    const added = new ManagedProcess({
      ...member,
      logFile: join(this.directory, `${name}.log`),
      onLife: (event, pid) => this.#cleaner.write(`${event} ${pid}`),
      onOwnEnd: (how, lastWords) => this.note(`${name} ended by itself: ${how}: ${lastWords}`),
    });
    this.processes.push(added);
    return added;
  }

  /** Adds a local NEAR node that is not started yet. */
  addDevnet(port: number, options: readonly string[]): ManagedProcess {
    const script = 'packages/near-devnet/src/node/main.ts';
    const command = [script, '--port', String(port), ...options];
    return this.add({ name: 'devnet', command, env: () => ({}) });
  }

  /** One line of what happened, with its time. */
  readonly note = (line: string): void => {
    const seconds = (Date.now() - this.#startedAtMs) / 1000;
    this.notes.push(`${seconds.toFixed(1).padStart(6)} s  ${line}`);
  };

  /** Ends the processes for good and removes the directory. */
  async dispose(): Promise<void> {
    await Promise.all(this.processes.map((each) => each.end()));
    await this.#cleaner.finish();
  }
}
