import { useEffect, useRef } from 'react';
import { useText } from '../../i18n/use-language.ts';
import type { WalletView } from '../../lib/wallet-view.ts';
import { showToast } from '../toast.ts';

/** Once, when the wallet becomes READY before the user's eyes, in whichever tab that is first. */
export function useReadyToast(wallet: WalletView): void {
  const text = useText();
  const wasReady = useRef(wallet.isReady);
  useEffect(() => {
    const mark = `wallet-ready-told:${wallet.accountId}`;
    if (!wallet.isReady) forget(mark);
    else if (!wasReady.current && isFirst(mark)) {
      showToast({
        kind: 'success',
        title: text.wallet.ready,
        id: 'wallet-ready',
        description: text.wallet.readyDetail(wallet.balance ?? '0'),
      });
    }
    wasReady.current = wallet.isReady;
  }, [wallet, text]);
}

/** Among the tabs of this browser; one without storage tells it in each. */
function isFirst(mark: string): boolean {
  try {
    const isTold = localStorage.getItem(mark) !== null;
    localStorage.setItem(mark, new Date().toISOString());
    return !isTold;
  } catch {
    return true;
  }
}

function forget(mark: string): void {
  try {
    localStorage.removeItem(mark);
  } catch {
    // Nothing was stored either.
  }
}
