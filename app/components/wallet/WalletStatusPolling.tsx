import { useEffect, useRef, useState } from 'react';
import { useRevalidator } from 'react-router';
import { toast } from 'sonner';
import { retryableCodes } from '#provisioning/errors.ts';
import { useLanguage, useText } from '../../i18n/use-language.ts';
import type { WalletView } from '../../lib/wallet-view.ts';
import { useWalletPolling } from './use-wallet-polling.ts';

/**
 * One line under the navigation that says how the wallet is; it keeps its height from PENDING to
 * READY, so nothing on the page jumps. The live region is there from the first render.
 */
export function WalletStatusPolling({ wallet }: { wallet: WalletView }) {
  const text = useText();
  const isOffline = useWalletPolling(wallet);
  useReadyToast(wallet);
  const hasGivenUp = wallet.status === 'FAILED' && wallet.retryAt === null;
  const canRetry = hasGivenUp && retryableCodes.includes(wallet.error ?? '');

  return (
    <section aria-label={text.wallet.name} className="border-line border-t">
      <div className="mx-auto flex min-h-11 max-w-3xl items-center justify-between gap-3 px-4 py-1 text-sm">
        <p role="status" data-wallet-status={wallet.status} className="flex items-center gap-2.5">
          <span aria-hidden="true" className={`size-2.5 shrink-0 rounded-full ${dotOf(wallet)}`} />
          <span>{isOffline ? text.wallet.offline : <StatusSentence wallet={wallet} />}</span>
        </p>
        {canRetry ? <RetryButton /> : null}
      </div>
    </section>
  );
}

function dotOf({ status, retryAt }: WalletView): string {
  if (status === 'READY') return 'bg-good';
  if (status === 'FAILED' && retryAt === null) return 'bg-danger';
  return 'bg-wait animate-breathe';
}

function StatusSentence({ wallet }: { wallet: WalletView }) {
  const text = useText().wallet;
  const language = useLanguage();
  switch (wallet.status) {
    case null:
      return text.notRequested;
    case 'PENDING':
      return text.pending;
    case 'CREATING':
      return text.creating;
    case 'READY':
      return `${text.name} · ${text.balance(wallet.balance ?? '0')}`;
    case 'FAILED': {
      if (wallet.retryAt) {
        const time = new Date(wallet.retryAt).toLocaleTimeString(language);
        return (
          <>
            {text.retrying} {/* The server does not know the visitor's time zone. */}
            <time dateTime={wallet.retryAt} suppressHydrationWarning>
              {text.retryAt(time)}
            </time>
          </>
        );
      }
      const isRetryable = retryableCodes.includes(wallet.error ?? '');
      const sentence = isRetryable ? text.failed : text.failedForGood;
      return `${sentence} ${wallet.error ? `(${text.errorCode(wallet.error)})` : ''}`;
    }
  }
}

/** Once, when the wallet becomes READY before the user's eyes. */
function useReadyToast(wallet: WalletView): void {
  const text = useText();
  const wasReady = useRef(wallet.isReady);
  useEffect(() => {
    if (!wasReady.current && wallet.isReady) {
      toast.success(text.wallet.ready, {
        id: 'wallet-ready',
        description: text.wallet.readyDetail(wallet.balance ?? '0'),
      });
    }
    wasReady.current = wallet.isReady;
  }, [wallet, text]);
}

function RetryButton() {
  const text = useText().wallet;
  const { revalidate } = useRevalidator();
  const [isSending, setSending] = useState(false);

  const retry = async () => {
    setSending(true);
    const status = await fetch('/api/wallet/retry', { method: 'POST' }).then(
      (response) => response.status,
      () => null,
    );
    if (status === null) toast.error(text.offline);
    else if (status === 429) toast.error(text.retryTooOften);
    else if (status !== 200) toast.error(text.retryRefused);
    await revalidate();
    setSending(false);
  };

  return (
    <button type="button" className="button-outline shrink-0" disabled={isSending} onClick={retry}>
      {text.retry}
    </button>
  );
}
