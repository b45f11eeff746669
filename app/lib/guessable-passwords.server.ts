import { COMMON_PASSWORDS, RUNS } from '../i18n/common-passwords.ts';
import type { FormFault } from './form-fault.ts';

const COMMON = new Set(COMMON_PASSWORDS.map(plain));
/** Beside the name or address there must be as much as would do alone as half a password. */
const LEAST_BESIDE_OWN = 4;
const SHORTEST_OWN = 4;

/** A password that a guesser tries first. @param own what of the person others know */
export function findGuessableFault(
  password: string,
  own: { readonly email: string; readonly name: string },
): FormFault | null {
  const text = plain(password);
  const isGuessable = COMMON.has(text) || isRepetition(text) || isRun(text) || isOwn(text, own);
  return isGuessable ? 'PASSWORD_GUESSABLE' : null;
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** One or two characters over and over. */
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
