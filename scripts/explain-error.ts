import { remedyOf } from '../app/lib/near/remedies.ts';
import {
  safeError,
  safeErrorText,
  safeText,
} from '../packages/wallet-engine/src/core/safe-error.ts';

/** Why a process does not start or go on: a sentence for the operator, whom a stack would not help. */
export class ExplainedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExplainedError';
  }
}

/** By name: the bundle of the app has classes of its own. */
const explained = new Set([
  'ExplainedError',
  'EnvironmentError',
  'DatabaseUnusableError',
  'MasterKeysUnavailableError',
  'AdminLinkRefusedError',
  'AccountLinkRefusedError',
  'ArgumentError',
  'UsageError',
]);

/** Of the file system and SQLite: what an operator can do something about, wherever it happens. */
const REMEDIES: readonly [code: RegExp, remedy: string][] = [
  [/^(ENOSPC|EDQUOT|SQLITE_FULL)/, 'The disk is full. Free space on it and start again.'],
  [
    /^(EACCES|EPERM|EROFS|SQLITE_READONLY|SQLITE_PERM|SQLITE_CANTOPEN)/,
    'This process may not read or write there. Start it as the owner, or name another place (DATA_DIR, DATABASE_URL).',
  ],
  [
    /^(SQLITE_BUSY|SQLITE_LOCKED)/,
    'Another program holds the lock of the database. End it and start again.',
  ],
  [
    /^(SQLITE_CORRUPT|SQLITE_NOTADB|SQLITE_IOERR)/,
    'The database file cannot be read. Restore it (docs/backups.md), and check the disk.',
  ],
  [/^(EMFILE|ENFILE)/, 'Too many files are open. Raise the limit (ulimit -n).'],
  [
    /^(EADDRINUSE|EADDRNOTAVAIL)/,
    'Nobody can listen there. Stop the other program, or choose another port.',
  ],
  [/^ERR_MODULE_NOT_FOUND/, 'Something is not installed or built. Run: npm ci && npm run build'],
];

/**
 * What is printed of an error that ends a process: its sentence; with its stack when nobody foresaw it,
 * and never what was bound, sent or typed.
 */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return safeErrorText(error);
  if (explained.has(error.name)) return error.message;
  const { message, code } = innermost(error);
  const ofMachine = REMEDIES.find(([pattern]) => pattern.test(code))?.[1];
  if (ofMachine) return `${code}: ${safeText(message)}\n${ofMachine}`;
  if (error.name !== 'ServiceError' || !('code' in error)) return safeErrorText(error);
  const remedy = remedyOf(String(error.code));
  const words = [
    `${error.code}: ${safeText(error.message)}`,
    remedy === error.message ? null : remedy,
  ];
  return words.filter(Boolean).join('\n');
}

/** The same for a program. */
export function errorAsJson(error: unknown): { error: { code: string; message: string } } {
  const code: unknown = Object(error).code;
  const hasCode = typeof code === 'string' && /^[A-Z][A-Z_]+$/.test(code);
  const isSentence = error instanceof Error && explained.has(error.name);
  const message = isSentence ? error.message : safeError(error).message;
  return { error: { code: hasCode ? code : 'UNEXPECTED_ERROR', message } };
}

/** What nobody catches would be printed by Node with all it carries, such as the values of a statement. */
export function explainCrashes(): void {
  process.on('uncaughtException', (error) => {
    console.error(explainError(error));
    process.exit(1);
  });
}

/** What wraps an error says only that something failed. */
function innermost(error: Error): { message: string; code: string } {
  if (error.cause instanceof Error) return innermost(error.cause);
  return { message: error.message, code: String(Object(error).code ?? '') };
}
