import { parseArgs } from 'node:util';
import { UsageError } from './command.ts';

export const usage = `npm run wallet -- COMMAND [--json]

  status [WHO]              all wallets, treasury and lanes; or one wallet: by a user's id, e-mail or
                            account, or by the id or account of a wallet in stock
  retry WHO                 restarts a wallet that has FAILED permanently
  requeue [WHO]             makes waiting wallets due now
  pause, resume             stops signing everywhere; signed transactions are still settled
  doctor                    checks configuration, database and chain; errors keep wallets from being
                            created, warnings may soon
  rotate-keys               re-encrypts stored keys under the first of WALLET_ENCRYPTION_KEYS,
                            which must be the newest
  sealing-key               prints WALLET_SEALING_KEY for processes with WALLET_WORKER=off
  reconcile [--unfinished]  compares the database with the chain and changes nothing
    --adopt                 makes a restored database usable; stop all processes first
    --adopt-registered      with --adopt: counts a registration alone as a paid reward
  change-token              pays rewards of the token in CHOCO_TOKEN_CONTRACT from now on
  set-aside ACCOUNT         excludes a stock wallet named by doctor from being handed out
  backup FILE               copies the whole database while processes run, and verifies the copy
                            (PostgreSQL: with pg_dump)
  move-database FILE        moves the SQLite FILE into the empty PostgreSQL database of DATABASE_URL;
                            stop all processes first
  smoke [--timeout SECONDS] creates one real wallet on the configured network and checks it (costs
                            NEAR); does not start while nothing can be signed

It reads the same variables as the server, and uses the database that a server has created. Exit codes:
0 done, nothing wrong; also when doctor finds only warnings
1 not done, or something is wrong: an error of doctor, a difference in reconcile
2 wrong usage
3 wrong configuration, or database or chain unreachable`;

const options = {
  json: { type: 'boolean', default: false },
  adopt: { type: 'boolean', default: false },
  'adopt-registered': { type: 'boolean', default: false },
  unfinished: { type: 'boolean', default: false },
  timeout: { type: 'string', default: '120' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Flag = 'adopt' | 'adopt-registered' | 'unfinished' | 'timeout';

interface CommandForm {
  /** How many arguments follow it. */
  names: [least: number, most: number];
  flags: readonly Flag[];
}

const forms = {
  status: { names: [0, 1], flags: [] },
  retry: { names: [1, 1], flags: [] },
  requeue: { names: [0, 1], flags: [] },
  pause: { names: [0, 0], flags: [] },
  resume: { names: [0, 0], flags: [] },
  doctor: { names: [0, 0], flags: [] },
  'rotate-keys': { names: [0, 0], flags: [] },
  'sealing-key': { names: [0, 0], flags: [] },
  reconcile: { names: [0, 0], flags: ['adopt', 'adopt-registered', 'unfinished'] },
  'change-token': { names: [0, 0], flags: [] },
  'set-aside': { names: [1, 1], flags: [] },
  backup: { names: [1, 1], flags: [] },
  'move-database': { names: [1, 1], flags: [] },
  smoke: { names: [0, 0], flags: ['timeout'] },
} as const satisfies Record<string, CommandForm>;

export type CommandName = keyof typeof forms;

/** A valid call of `npm run wallet`. */
export interface CommandCall {
  command: CommandName;
  /** The argument of the command: a user, a file; null without one. */
  name: string | null;
  json: boolean;
  adopt: boolean;
  adoptRegistered: boolean;
  unfinishedOnly: boolean;
  timeoutMs: number;
}

/**
 * Parses the arguments of `npm run wallet --`, before anything else of the project is loaded.
 * @returns `help` when the usage was requested
 * @throws UsageError for anything the command would ignore
 */
export function readCommandLine(args: string[]): CommandCall | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [command, ...names] = positionals;
  if (command === undefined) throw new UsageError('no command is given.');
  if (!isCommandName(command)) throw new UsageError(`there is no command "${command}".`);
  requireForm(command, names, values);
  return {
    command,
    name: names[0] ?? null,
    json: values.json,
    adopt: values.adopt,
    adoptRegistered: values['adopt-registered'],
    unfinishedOnly: values.unfinished,
    timeoutMs: seconds(values.timeout) * 1000,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const wantedNames: Partial<Record<CommandName, string>> = {
  backup: 'a new file',
  'move-database': 'the SQLite file',
  'set-aside': 'the account of a wallet in stock',
};

function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(forms, word);
}

/** Rejects options without effect: users would believe that they had one. */
function requireForm(
  command: CommandName,
  names: string[],
  values: ReturnType<typeof parse>['values'],
): void {
  const form: CommandForm = forms[command];
  const [least, most] = form.names;
  if (names.length < least) {
    const wanted = wantedNames[command] ?? 'a user, account, e-mail or wallet in stock';
    throw new UsageError(`${command}: name ${wanted}.`);
  }
  if (names.length > most)
    throw new UsageError(`${command}: "${names[most]}" is one argument too many.`);
  for (const flag of ['adopt', 'adopt-registered', 'unfinished', 'timeout'] as const) {
    if (values[flag] !== options[flag].default && !form.flags.includes(flag)) {
      throw new UsageError(`${command} has no option --${flag}.`);
    }
  }
  if (values['adopt-registered'] && !values.adopt) {
    throw new UsageError('--adopt-registered needs --adopt.');
  }
}

function seconds(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new UsageError(`--timeout: use whole seconds, not "${text}".`);
}
