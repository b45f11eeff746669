import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router';
import type { WalletView } from '../../lib/wallet-view.ts';

const MOMENT_MS = 6_000;

/** The state of a navigation that comes from making the wallet while the user waited. */
export const WALLET_MADE_WHILE_WAITING = { isWalletNew: true };

/**
 * True for some seconds, once, when the wallet becomes READY before the user's eyes, in whichever tab
 * that is first.
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
