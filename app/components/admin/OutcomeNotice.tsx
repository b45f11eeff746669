import type { AdminOutcome } from '../../i18n/admin-words.ts';
import { useAdminWords } from '../../i18n/use-admin-words.ts';
import { Notice } from '../Notice.tsx';

const REFUSALS: readonly AdminOutcome['kind'][] = [
  'NOTHING_TO_RETRY',
  'NOTHING_CHOSEN',
  'STILL_PAUSED',
  'UNKNOWN_ACTION',
];

interface OutcomeNoticeProps {
  readonly outcome: AdminOutcome | undefined;
  /** The outcomes shown here, beside the buttons they belong to; all by default. */
  readonly kinds?: readonly AdminOutcome['kind'][];
}

/** The outcome of the last action; announced when it appears. */
export function OutcomeNotice({ outcome, kinds }: OutcomeNoticeProps) {
  const words = useAdminWords().actions.outcomes;
  const isHere = outcome && (kinds?.includes(outcome.kind) ?? true);
  return (
    <div aria-live="polite" className={kinds ? 'not-empty:my-3' : 'empty:-mt-5'}>
      {isHere ? (
        <Notice kind={REFUSALS.includes(outcome.kind) ? 'wait' : 'good'}>
          {words[outcome.kind](outcome.count)}
        </Notice>
      ) : null}
    </div>
  );
}
