import type { AdminOutcome } from '../../i18n/admin-words.ts';
import { useAdminWords } from '../../i18n/use-admin-words.ts';
import { Notice } from '../Notice.tsx';

const REFUSALS: readonly AdminOutcome['kind'][] = [
  'NOTHING_TO_RETRY',
  'NOTHING_CHOSEN',
  'STILL_PAUSED',
  'UNKNOWN_ACTION',
];

/** What came of the last action; read out when it appears. */
export function OutcomeNotice({ outcome }: { outcome: AdminOutcome | undefined }) {
  const words = useAdminWords().actions.told;
  return (
    <div aria-live="polite" className="empty:-mt-6">
      {outcome ? (
        <Notice kind={REFUSALS.includes(outcome.kind) ? 'wait' : 'good'}>
          {words[outcome.kind](outcome.count)}
        </Notice>
      ) : null}
    </div>
  );
}
