import { Link, useLocation } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import type { WalletSituation } from '../../lib/wallet/wallet-situation.ts';
import type { WalletView } from '../../lib/wallet/wallet-view.ts';
import { useReadyMoment } from './live/use-ready-moment.ts';
import { useWalletState } from './live/WalletStateProvider.tsx';
import { RetryCountdown } from './RetryCountdown.tsx';
import { RetryWallet } from './RetryWallet.tsx';
import { WalletSentence } from './WalletSentence.tsx';
import { WalletSteps } from './WalletSteps.tsx';

/**
 * One line under the navigation with the wallet's state. It keeps its height from PENDING to READY,
 * so nothing on the page shifts. In a chat room, which needs the height, it moves into the bar once
 * the wallet is ready. The live region is present from the first render.
 */
export function WalletStatusPolling({ isRoom = false }: { readonly isRoom?: boolean }) {
  const text = useText();
  const { wallet, situation } = useWalletState();
  const { pathname } = useLocation();
  const isMoment = useReadyMoment(wallet);

  const isInBar = isRoom && situation === 'ready' && !isMoment;
  return (
    <section
      aria-label={text.wallet.name}
      className={isInBar ? 'sr-only shrink-0 md:not-sr-only' : 'order-last basis-full'}
    >
      <div
        className={`flex flex-wrap items-center justify-between gap-x-3 ${isInBar ? 'rounded-full bg-sunken px-3 py-2 text-xs' : `text-sm ${isRoom ? 'min-h-9 pb-1' : 'min-h-11 pb-1'}`}`}
      >
        <div className="flex min-w-0 flex-1 basis-40 items-center gap-2.5">
          <span
            aria-hidden="true"
            className={`size-2.5 shrink-0 rounded-full ${dotOf(situation)}`}
          />
          <p role="status" data-wallet-status={wallet.status} data-wallet-step={wallet.step}>
            {isMoment && situation === 'ready' ? (
              <ReadyMoment wallet={wallet} />
            ) : (
              <WalletSentence />
            )}
          </p>
          {wallet.retryAt && situation === 'retrying' ? (
            <RetryCountdown until={wallet.retryAt} />
          ) : null}
        </div>
        {situation === 'failed' ? <RetryWallet /> : null}
        {situation === 'failedForGood' && pathname !== '/wallet' ? (
          <Link to="/wallet" className="link shrink-0">
            {text.wallet.getHelp}
          </Link>
        ) : null}
        {wallet.step && wallet.status !== 'FAILED' && situation !== 'offline' ? (
          <WalletSteps step={wallet.step} />
        ) : null}
        {situation === 'ready' ? null : (
          // Without scripts the line does not update by itself.
          <a href={pathname} className="link hidden shrink-0 noscript:block">
            {text.wallet.lookAgain}
          </a>
        )}
      </div>
    </section>
  );
}

/** Part of the line rather than a toast over the page, so that it covers nothing. */
function ReadyMoment({ wallet }: { wallet: WalletView }) {
  const text = useText();
  return (
    <>
      <strong className="font-semibold text-good">{text.wallet.ready}</strong>{' '}
      {text.wallet.readyDetail(wallet.balance ?? '0')}
    </>
  );
}

function dotOf(situation: WalletSituation): string {
  if (situation === 'ready') return 'bg-good';
  return situation === 'failed' || situation === 'failedForGood'
    ? 'bg-danger'
    : 'bg-wait animate-breathe';
}
