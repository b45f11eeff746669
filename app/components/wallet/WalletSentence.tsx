import { useText } from '../../i18n/use-language.ts';
import type { WalletView } from '../../lib/wallet-view.ts';
import { LocalTime } from '../LocalTime.tsx';
import { canRetry } from './RetryWallet.tsx';

/** How the wallet is and what comes next, in one or two sentences. */
export function WalletSentence({ wallet }: { wallet: WalletView }) {
  const text = useText();
  if (wallet.isPaused) return text.walletLive.paused;
  switch (wallet.status) {
    case null:
      return text.wallet.notRequested;
    case 'PENDING':
    case 'CREATING': {
      const sentence = wallet.status === 'PENDING' ? text.wallet.pending : text.wallet.creating;
      return wallet.step ? `${sentence} ${text.walletLive.steps[wallet.step]}` : sentence;
    }
    case 'READY':
      return `${text.wallet.name} · ${text.wallet.balance(wallet.balance ?? '0')}`;
    case 'FAILED': {
      if (wallet.retryAt) {
        const [before, after] = text.walletLive.retryAt;
        return (
          <>
            {text.wallet.retrying} {before}
            <LocalTime iso={wallet.retryAt} format="time" />
            {after}
          </>
        );
      }
      const sentence = canRetry(wallet) ? text.wallet.failed : text.wallet.failedForGood;
      return `${sentence} ${wallet.error ? `(${text.wallet.errorCode(wallet.error)})` : ''}`;
    }
  }
}
