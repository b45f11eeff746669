import type { ShownFault } from '../lib/form-fault.ts';
import type { LimitNotice } from '../lib/limit-notice.ts';
import type { Catalogue } from './catalogue.ts';

/** What a form says beside a field. */
export function faultSentence(text: Catalogue, fault: ShownFault | undefined): string | undefined {
  if (fault === undefined) return undefined;
  return typeof fault === 'string' ? text.account.faults[fault] : limitSentence(text, fault);
}

/** Whose limit it is, and when it is over. */
export function limitSentence({ limits }: Catalogue, notice: LimitNotice): string {
  return limits.sentences[notice.scope](limits.wait(notice.retryAfterSeconds));
}
