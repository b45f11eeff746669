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
import { readDevelopmentSecret } from './app/lib/development-secrets.server.ts';
import { configureEnvironment } from './app/lib/env.server.ts';
import { logToStandardError } from './app/lib/log.server.ts';
import { prepareKeys } from './app/lib/near/wallet-engine.server.ts';
import { requireDatabase } from './app/lib/require-database.server.ts';
import { explainError } from './scripts/explain-error.ts';

// Database, backups, secrets and the devnet's journal are for whoever runs this, and nobody else here.
process.umask(0o077);

const usage = `npm run wallet -- COMMAND [--json]

  status [WHO]              all wallets, treasury and lanes; or one wallet, by id, e-mail or account
  retry WHO                 starts a wallet again that stays FAILED
  requeue [WHO]             makes due now what waits for its time
  pause, resume             stops signing everywhere; what is signed is still settled
  doctor                    looks for what is wrong in configuration, database and chain; errors keep
                            wallets from being made, warnings may soon
  rotate-keys               encrypts stored keys anew under the first of WALLET_ENCRYPTION_KEYS,
                            which must be the newest
  reconcile [--unfinished]  compares the database with the chain and changes nothing
    --adopt                 makes a restored database fit to go on; stop all processes first
    --adopt-registered      with --adopt: takes a registration alone for a paid reward
  backup FILE               copies the database file whole, beside running processes; checks the copy
  smoke [--timeout SECONDS] makes one real wallet on the configured network and checks it (costs NEAR);
                            not begun while nothing can be signed

It reads the same variables as the server, and works on the database a server has made. Exit codes:
0 done, nothing wrong; doctor's warnings alone are 0, too
1 not done, or something is wrong: an error of doctor, a difference in reconcile
2 called wrongly
3 configuration wrong, or database or chain out of reach`;

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

interface Call {
  actor: string;
  /** What stands behind the command; undefined when nothing does. */
  name: string | undefined;
  values: Flags;
}

interface Command {
  /** How many names stand behind it; none unless told. */
  names?: [least: number, most: number];
  flags?: (keyof Flags)[];
  run(call: Call): Promise<CommandResult>;
}

const migrationsFolder = join(import.meta.dirname, 'drizzle/migrations');

const commands: Record<string, Command> = {
  status: {
    names: [0, 1],
    run: ({ name }) => (name === undefined ? showStatus() : showWallet(name)),
  },
  retry: { names: [1, 1], run: ({ actor, name }) => retry({ actor, name: String(name) }) },
  requeue: { names: [0, 1], run: ({ actor, name }) => requeue({ actor, name: name ?? null }) },
  pause: { run: pause },
  resume: { run: resume },
  doctor: { run: () => doctor({ migrationsFolder }) },
  'rotate-keys': {
    async run({ actor }) {
      await prepareKeys();
      return rotateKeys({ actor, onProgress });
    },
  },
  reconcile: {
    flags: ['adopt', 'adopt-registered', 'unfinished'],
    async run({ actor, values }) {
      const { adopt, 'adopt-registered': adoptRegistered, unfinished: unfinishedOnly } = values;
      await prepareKeys();
      return reconcile({ actor, adopt, adoptRegistered, unfinishedOnly, onProgress });
    },
  },
  backup: { names: [1, 1], run: ({ actor, name }) => backup({ actor, file: String(name) }) },
  smoke: {
    flags: ['timeout'],
    async run({ actor, values }) {
      await prepareKeys();
      return smoke({ actor, limitMs: seconds(values.timeout) * 1000, onProgress });
    },
  },
};

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const [word, ...names] = positionals;
  const command = requireCommand(word, names, values);
  logToStandardError();
  if (word !== 'doctor') await openDatabase();
  const actor = `command ${userInfo().username}`;
  const result = await command.run({ actor, name: names[0], values });
  console.log(values.json ? JSON.stringify(result.json, bigintAsText, 2) : result.text);
  return result.exitCode;
}

/** An option without effect would be taken for one that had some. @throws UsageError */
function requireCommand(word: string | undefined, names: string[], values: Flags): Command {
  if (!word) throw new UsageError('no command is given.');
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (!command) throw new UsageError(`there is no command "${word}".`);
  const [least, most] = command.names ?? [0, 0];
  if (names.length < least)
    throw new UsageError(
      `${word}: ${word === 'backup' ? 'name a new file' : 'name a user, account or e-mail'}.`,
    );
  if (names.length > most) throw new UsageError(`${word}: "${names[most]}" is too much.`);
  for (const flag of ['adopt', 'adopt-registered', 'unfinished', 'timeout'] as const) {
    if (values[flag] !== options[flag].default && !command.flags?.includes(flag)) {
      throw new UsageError(`${word} knows no --${flag}.`);
    }
  }
  if (values['adopt-registered'] && !values.adopt) {
    throw new UsageError('--adopt-registered needs --adopt.');
  }
  seconds(values.timeout);
  return command;
}

/** The server's database and secrets; none are made here, where a name may be misspelt. */
async function openDatabase(): Promise<void> {
  configureEnvironment(process.env, { ensureSecret: readDevelopmentSecret });
  await requireDatabase({ migrationsFolder });
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
  console.error(explainError(error));
  return 3;
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => process.exit(explain(error)),
);
