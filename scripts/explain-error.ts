import { remedyOf } from '../provisioning/errors.ts';

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
]);

/** What is printed of an error that ends a process: its sentence; with its stack when nobody foresaw it. */
export function explainError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (explained.has(error.name)) return error.message;
  if (error.name !== 'ServiceFault' || !('code' in error)) return error;
  const remedy = remedyOf(String(error.code));
  const words = [`${error.code}: ${error.message}`, remedy === error.message ? null : remedy];
  return words.filter(Boolean).join('\n');
}
