import { useEffect } from 'react';
import { useFetcher } from 'react-router';
import { retryableCodes } from '#provisioning/errors.ts';
import { useText } from '../../i18n/use-language.ts';
import type { RetryOutcome } from '../../lib/wallet-retry.server.ts';
import { hasGivenUp, type WalletView } from '../../lib/wallet-view.ts';
import { showToast } from '../toast.ts';

/** Given up, for a reason that may be over: the user may ask for one more try. */
export function canRetry(wallet: WalletView): boolean {
  return hasGivenUp(wallet) && retryableCodes.includes(wallet.error ?? '');
}

/** A form of the wallet's page, so that it works before the page is alive. */
export function RetryWallet() {
  const text = useText();
  const fetcher = useFetcher<{ outcome: RetryOutcome }>();
  const isSending = fetcher.state !== 'idle';
  const { data } = fetcher;
  useEffect(() => {
    if (!data || data.outcome === 'STARTED') return;
    showToast({ kind: 'error', title: text.walletLive.retryRefusals[data.outcome] });
  }, [data, text]);

  return (
    <fetcher.Form method="post" action="/wallet" className="shrink-0">
      <button type="submit" className="button-outline" aria-disabled={isSending}>
        {text.wallet.retry}
      </button>
    </fetcher.Form>
  );
}
