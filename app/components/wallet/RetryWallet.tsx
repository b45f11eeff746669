import { type FormEvent, useState } from 'react';
import { Form } from 'react-router';
import type { Catalogue } from '../../i18n/catalogue.ts';
import { limitSentence } from '../../i18n/error-sentence.ts';
import { useText } from '../../i18n/use-language.ts';
import { type LimitNotice, readLimitNotice } from '../../lib/forms/limit-notice.ts';
import type { RetryOutcome } from '../../lib/wallet/wallet-retry.server.ts';
import { useLoadAgain } from '../use-load-again.ts';

/** Before hydration a form of the wallet page; afterwards a request whose error shows beside it. */
export function RetryWallet() {
  const text = useText();
  const loadAgain = useLoadAgain();
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | 'LOST' | null>(null);
  const retry = async (event: FormEvent) => {
    event.preventDefault();
    if (isSending) return;
    setSending(true);
    const answer = await askForRetry();
    setSending(false);
    setRefusal(answer);
    if (answer !== 'LOST') loadAgain();
  };

  return (
    <Form
      method="post"
      action="/wallet"
      className="flex shrink-0 items-center gap-3"
      onSubmit={retry}
    >
      <span role="alert" className="max-w-40 text-danger text-xs">
        {refusal === 'LOST' ? text.errors.lost : refusal && retrySentence(text, refusal)}
      </span>
      <button type="submit" className="button-outline" aria-disabled={isSending}>
        {text.wallet.retry}
      </button>
    </Form>
  );
}

type Refusal = Exclude<RetryOutcome, 'STARTED'> | LimitNotice;

export function retrySentence(text: Catalogue, refusal: Refusal): string {
  return refusal === 'RETRY_NOT_POSSIBLE'
    ? text.walletLive.retryNotPossible
    : limitSentence(text, refusal);
}

/** @returns null if the retry started, or if the session is over, which the loaders handle. */
async function askForRetry(): Promise<Refusal | 'LOST' | null> {
  try {
    const answer = await fetch('/api/wallet/retry', { method: 'POST' });
    if (answer.ok || answer.status === 401) return null;
    const body: unknown = await answer.json();
    const isImpossible = Object(body).error === 'RETRY_NOT_POSSIBLE';
    return isImpossible ? 'RETRY_NOT_POSSIBLE' : (readLimitNotice(body) ?? 'LOST');
  } catch {
    return 'LOST';
  }
}
