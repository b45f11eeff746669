import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router';
import type { WalletView } from '../../../lib/wallet/wallet-view.ts';

const MOMENT_MS = 6_000;

/** Navigation state after the set-up page, where the user waited for the wallet. */
export const WALLET_MADE_WHILE_WAITING = { isWalletNew: true };

/**
 * True for a few seconds when the wallet becomes READY while the user watches; once, in the first tab
 * that notices.
 */
export function useReadyMoment(wallet: WalletView): boolean {
  const { state } = useLocation();
  const [isMoment, setMoment] = useState(false);
  const wasReady = useRef(wallet.isReady && !Object(state).isWalletNew);
  useEffect(() => {
    const mark = `wallet-ready-told:${wallet.accountId}`;
    if (!wallet.isReady) forget(mark);
    else if (!wasReady.current && isFirst(mark)) setMoment(true);
    wasReady.current = wallet.isReady;
  }, [wallet]);
  useEffect(() => {
    if (!isMoment) return;
    const timer = setTimeout(() => setMoment(false), MOMENT_MS);
    return () => clearTimeout(timer);
  }, [isMoment]);
  return isMoment && wallet.isReady;
}

/** Whether this is the first tab of the browser to notice; always true without storage. */
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
    // Without storage there is nothing to remove.
  }
}
