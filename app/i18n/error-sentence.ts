import type { ShownError } from '../lib/forms/form-error.ts';
import type { LimitNotice } from '../lib/forms/limit-notice.ts';
import type { Catalogue } from './catalogue.ts';

/** The sentence a form shows beside a field. */
export function errorSentence(text: Catalogue, error: ShownError | undefined): string | undefined {
  if (error === undefined) return undefined;
  return typeof error === 'string' ? text.account.errors[error] : limitSentence(text, error);
}

/** Whose limit was reached, and when it ends. */
export function limitSentence({ limits }: Catalogue, notice: LimitNotice): string {
  return limits.sentences[notice.scope](limits.wait(notice.retryAfterSeconds));
}
