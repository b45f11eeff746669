import { COMMON_PASSWORDS, RUNS } from '../../i18n/common-passwords.ts';
import { PASSWORD_MIN_LENGTH } from '../forms/account-rules.ts';
import type { FormError } from '../forms/form-error.ts';

let loaded: Promise<ReadonlySet<string>> | undefined;
/** Unpacking the list takes a tenth of a second: a server does it before the first visitor. */
export function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  loaded ??= unpack();
  return loaded;
}

/** Some 18,000 of sufficient length, and common Korean ones, which are rare in leaked lists. */
async function unpack(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const leaked = dictionary['passwords-common'];
  const choosable = leaked.filter(({ length }) => length >= PASSWORD_MIN_LENGTH);
  return new Set([...choosable, ...COMMON_PASSWORDS].map(plain));
}

/** Besides the name or address there must be at least half a password. */
const LEAST_BESIDE_OWN = 4;
const SHORTEST_OWN = 4;

/** Whether a guesser would try the password first. @param own what others know of the person */
export async function findGuessableError(
  password: string,
  own: { readonly email: string; readonly name: string },
): Promise<FormError | null> {
  const text = plain(password);
  const common = await loadCommonPasswords();
  const isGuessable = common.has(text) || isRepetition(text) || isRun(text) || isOwn(text, own);
  return isGuessable ? 'PASSWORD_GUESSABLE' : null;
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** One or two characters repeated. */
function isRepetition(text: string): boolean {
  return [1, 2].some(
    (length) => text === text.slice(0, length).repeat(text.length).slice(0, text.length),
  );
}

function isRun(text: string): boolean {
  const backwards = [...text].reverse().join('');
  return RUNS.some((run) => run.includes(text) || run.includes(backwards));
}

function isOwn(text: string, { email, name }: { email: string; name: string }): boolean {
  const [local = ''] = plain(email).split('@');
  return [plain(email), local, plain(name).trim()].some(
    (known) =>
      known.length >= SHORTEST_OWN &&
      text.includes(known) &&
      text.length - known.length < LEAST_BESIDE_OWN,
  );
}
