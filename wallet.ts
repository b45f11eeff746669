import { userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type CommandResult, UsageError } from './app/lib/commands/command.ts';
import { doctor } from './app/lib/commands/doctor.server.ts';
import {
  backup,
  pause,
  requeue,
  resume,
  retry,
  rotateKeys,
} from './app/lib/commands/operate.server.ts';
import { reconcile } from './app/lib/commands/reconcile.server.ts';
import { smoke } from './app/lib/commands/smoke.server.ts';
import { showStatus, showWallet } from './app/lib/commands/status.server.ts';
import { logToStandardError } from './app/lib/log.server.ts';
import { prepareKeys } from './app/lib/near/wallet-engine.server.ts';

const usage = `npm run wallet -- COMMAND [--json]

  status [WHO]              all wallets, treasury and lanes; or one wallet, by id, e-mail or account
  retry WHO                 starts a wallet again that stays FAILED
  requeue [WHO]             makes due now what waits for its time
  pause, resume             stops signing everywhere; what is signed is still settled
  doctor                    looks for what is wrong in configuration, database and chain
  rotate-keys               encrypts stored keys anew under the first of WALLET_ENCRYPTION_KEYS
  reconcile [--unfinished]  compares the database with the chain and changes nothing
    --adopt                 makes a restored database fit to go on; stop all processes first
    --adopt-registered      with --adopt: takes a registration alone for a paid reward
  backup FILE               copies the database file whole, beside running processes
  smoke [--timeout SECONDS] makes one real wallet on the configured network and checks it (costs NEAR)

It reads the same variables as the server. Exit codes: 0 done, nothing found; 1 not done, or
something found; 2 called wrongly; 3 configuration wrong, or database or chain out of reach.`;

const options = {
  json: { type: 'boolean', default: false },
  adopt: { type: 'boolean', default: false },
  'adopt-registered': { type: 'boolean', default: false },
  unfinished: { type: 'boolean', default: false },
  timeout: { type: 'string', default: '120' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Flags = ReturnType<typeof readArguments>['values'];

function readArguments() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const flagsOf: Record<string, (keyof Flags)[]> = {
  reconcile: ['adopt', 'adopt-registered', 'unfinished'],
  smoke: ['timeout'],
};
const namesOf: Record<string, [least: number, most: number]> = {
  status: [0, 1],
  retry: [1, 1],
  requeue: [0, 1],
  backup: [1, 1],
};

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  const [command, ...names] = positionals;
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (!command) throw new UsageError('no command is given.');
  refuseWhatIsNotRead(command, names, values);
  logToStandardError();
  const result = await run(command, names, values);
  console.log(values.json ? JSON.stringify(result.json, bigintAsText, 2) : result.text);
  return result.exitCode;
}

/** An option without effect would be taken for one that had some. */
function refuseWhatIsNotRead(command: string, names: string[], values: Flags): void {
  const [least, most] = namesOf[command] ?? [0, 0];
  if (names.length < least)
    throw new UsageError(
      `${command}: ${command === 'backup' ? 'name a new file' : 'name a user, account or e-mail'}.`,
    );
  if (names.length > most) throw new UsageError(`${command}: "${names[most]}" is too much.`);
  const known = flagsOf[command] ?? [];
  for (const flag of ['adopt', 'adopt-registered', 'unfinished', 'timeout'] as const) {
    if (values[flag] !== options[flag].default && !known.includes(flag)) {
      throw new UsageError(`${command} knows no --${flag}.`);
    }
  }
}

async function run(command: string, names: string[], values: Flags): Promise<CommandResult> {
  const actor = `command ${userInfo().username}`;
  const [name] = names;
  switch (command) {
    case 'status':
      return name === undefined ? showStatus() : showWallet(name);
    case 'retry':
      return retry({ actor, name: String(name) });
    case 'requeue':
      return requeue({ actor, name: name ?? null });
    case 'pause':
      return pause({ actor });
    case 'resume':
      return resume({ actor });
    case 'doctor':
      return doctor({ migrationsFolder: join(import.meta.dirname, 'drizzle/migrations') });
    case 'rotate-keys':
      await prepareKeys();
      return rotateKeys({ actor, onProgress });
    case 'reconcile': {
      const { adopt, 'adopt-registered': adoptRegistered, unfinished: unfinishedOnly } = values;
      if (adoptRegistered && !adopt) throw new UsageError('--adopt-registered needs --adopt.');
      await prepareKeys();
      return reconcile({ actor, adopt, adoptRegistered, unfinishedOnly, onProgress });
    }
    case 'backup':
      return backup({ file: String(name) });
    case 'smoke':
      await prepareKeys();
      return smoke({ limitMs: seconds(values.timeout) * 1000, onProgress });
    default:
      throw new UsageError(`there is no command "${command}".`);
  }
}

function seconds(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new UsageError(`--timeout: use whole seconds, not "${text}".`);
}

function onProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${line}\n`);
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function explain(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${usage}`);
    return 2;
  }
  const isExplained =
    error instanceof Error &&
    ['EnvironmentError', 'MasterKeysUnavailableError', 'ServiceFault'].includes(error.name);
  console.error(isExplained ? error.message : error);
  return 3;
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => process.exit(explain(error)),
);
