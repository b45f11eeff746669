import { Form } from 'react-router';
import { useAdminWords } from '../../i18n/use-admin-words.ts';
import { Notice } from '../Notice.tsx';

interface SigningStateProps {
  /** The deployment's pause reason, which holds for every process. */
  readonly pauseReason: string | null;
  /** This process's own interruption, such as an unreachable node. */
  readonly interruptedBy: string | null;
}

/** Whether wallets are being made, and the switch. */
export function SigningState({ pauseReason, interruptedBy }: SigningStateProps) {
  const words = useAdminWords().signing;
  const isPausedByHand = pauseReason === 'OPERATOR';
  return (
    <section aria-label={words.title} className="flex flex-wrap items-center gap-3">
      <div className="min-w-60 flex-1" role="status">
        {pauseReason ? (
          <Notice kind="danger" title={words.paused(pauseReason)}>
            {words.remedies}
          </Notice>
        ) : interruptedBy ? (
          <Notice kind="wait">{words.interrupted(interruptedBy)}</Notice>
        ) : (
          <Notice kind="good">{words.open}</Notice>
        )}
      </div>
      <Form method="post" preventScrollReset>
        <button
          type="submit"
          name="action"
          value={isPausedByHand ? 'resume' : 'pause'}
          className={isPausedByHand ? 'button-outline' : 'button-danger'}
        >
          {isPausedByHand ? words.resume : words.pause}
        </button>
      </Form>
    </section>
  );
}
