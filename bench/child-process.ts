import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const startLimitMs = 60_000;

export interface StartedProcess {
  /** The text matched by the pattern's group. */
  readonly announced: string;
  readonly pid: number;
  /** `kill -9`. */
  kill(): Promise<void>;
}

/**
 * A child process that is killed when this process exits.
 * @param announcement the output that shows it is ready
 */
export function startProcess({
  script,
  args = [],
  env = {},
  nodeArgs = [],
  folder = root,
  announcement,
}: {
  script: string;
  args?: string[];
  /** Another checkout to compare with. */
  folder?: string;
  env?: Record<string, string>;
  nodeArgs?: string[];
  announcement: RegExp;
}): Promise<StartedProcess> {
  const child = spawn(process.execPath, [...nodeArgs, join(folder, script), ...args], {
    cwd: folder,
    env: { ...ownEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return untilAnnounced(child, announcement).then((announced) => ({
    announced,
    pid: child.pid ?? 0,
    async kill() {
      end();
      await ended;
      process.removeListener('exit', end);
    },
  }));
}

function untilAnnounced(child: ChildProcess, announcement: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (reason: string) => reject(new Error(`${reason}\n${output}`));
    const timer = setTimeout(() => fail('it did not start in time'), startLimitMs);
    child.once('exit', (code) => fail(`it ended with ${code}`));
    child.stdout?.on('data', (chunk) => {
      if (output === 'announced') return;
      output += chunk;
      const found = announcement.exec(output);
      if (!found) return;
      output = 'announced';
      clearTimeout(timer);
      resolve(found[1] ?? '');
    });
  });
}

/** Without the settings of the developer's own server. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR };
}
