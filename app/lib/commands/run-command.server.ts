import { userInfo } from 'node:os';
import { requireDatabase } from '../database/require-database.server.ts';
import { prepareKeys } from '../near/wallet-engine.server.ts';
import { readDevelopmentSecret } from '../settings/development-secrets.server.ts';
import {
  configureEnvironment,
  type Environment,
  EnvironmentError,
} from '../settings/env.server.ts';
import { backup } from './backup.server.ts';
import type { CommandResult } from './command.ts';
import type { CommandCall, CommandName } from './command-line.ts';
import { doctor } from './doctor.server.ts';
import { moveDatabase } from './move-database.server.ts';
import {
  changeToken,
  pause,
  requeue,
  resume,
  retry,
  rotateKeys,
  setAside,
  showSealingKey,
} from './operate.server.ts';
import { reconcile } from './reconcile.server.ts';
import { smoke } from './smoke.server.ts';
import { showStatus, showWallet } from './status.server.ts';

interface Command {
  opensKeys: boolean;
  run(call: CommandCall & { actor: string; migrationsFolder: string }): Promise<CommandResult>;
}

const commands: Record<CommandName, Command> = {
  status: {
    opensKeys: false,
    run: ({ name }) => (name === null ? showStatus() : showWallet(name)),
  },
  retry: { opensKeys: false, run: ({ actor, name }) => retry({ actor, name: String(name) }) },
  requeue: { opensKeys: false, run: requeue },
  pause: { opensKeys: false, run: pause },
  resume: { opensKeys: false, run: resume },
  doctor: { opensKeys: false, run: doctor },
  'rotate-keys': { opensKeys: true, run: ({ actor }) => rotateKeys({ actor, onProgress }) },
  'sealing-key': { opensKeys: true, run: showSealingKey },
  reconcile: {
    opensKeys: true,
    run: ({ actor, adopt, adoptRegistered, unfinishedOnly }) =>
      reconcile({ actor, adopt, adoptRegistered, unfinishedOnly, onProgress }),
  },
  'change-token': { opensKeys: false, run: changeToken },
  'set-aside': {
    opensKeys: false,
    run: ({ actor, name }) => setAside({ actor, accountId: String(name) }),
  },
  backup: { opensKeys: false, run: ({ actor, name }) => backup({ actor, file: String(name) }) },
  'move-database': {
    opensKeys: false,
    run: ({ actor, name, migrationsFolder }) =>
      moveDatabase({ actor, file: String(name), migrationsFolder }),
  },
  smoke: {
    opensKeys: true,
    run: ({ actor, timeoutMs }) => smoke({ actor, limitMs: timeoutMs, onProgress }),
  },
};

/** Commands that need no database, or create its tables. */
const beforeFirstStart: CommandName[] = ['sealing-key', 'move-database'];

/**
 * Runs a command on the server's database with its secrets. Neither is created here, since a name may be
 * misspelt. `doctor` opens both itself, to report what is wrong with them.
 */
export async function runCommand(
  call: CommandCall & { migrationsFolder: string },
): Promise<CommandResult> {
  const { opensKeys, run } = commands[call.command];
  if (call.command !== 'doctor') {
    const settings = configureEnvironment(process.env, { ensureSecret: readDevelopmentSecret });
    if (opensKeys) requireKeys(settings);
    if (!beforeFirstStart.includes(call.command)) await requireDatabase(call);
  }
  if (opensKeys) await prepareKeys();
  return run({ ...call, actor: `command ${userInfo().username}` });
}

function requireKeys({ walletSealingKey }: Environment): void {
  if (!walletSealingKey) return;
  const remedy = 'off: this process holds no keys. Run this command with the settings of a worker.';
  throw new EnvironmentError([{ name: 'WALLET_WORKER', remedy }]);
}

function onProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${line}\n`);
}
