import { remedyOf } from '../provisioning/errors.ts';
import { safeError, safeErrorText, safeText } from '../provisioning/safe-error.ts';

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
  'UsageError',
]);

/**
 * What is printed of an error that ends a process: its sentence; with its stack when nobody foresaw it,
 * and never what was bound, sent or typed.
 */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return safeErrorText(error);
  if (explained.has(error.name)) return error.message;
  if (error.name !== 'ServiceFault' || !('code' in error)) return safeErrorText(error);
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
