import { useEffect, useRef, useState } from 'react';
import { useNavigation, useRevalidator } from 'react-router';
import { isFinal, isSameView, type WalletView } from '../../lib/wallet-view.ts';

const POLL_MS = 5_000;
/** A wallet is usually ready within seconds: the wait for it is short at first. */
const FIRST_POLL_MS = 1_000;
const FIRST_PHASE_MS = 15_000;
/** One lost answer is not worth a word. */
const FAILURES_TO_TELL = 2;

/**
 * Asks for the wallet's status until nothing more happens by itself, and has the page load its data
 * again when it changed: the loaders stay the one truth. Rests while the tab is hidden.
 * @returns whether the server is out of reach
 */
export function useWalletPolling(wallet: WalletView): boolean {
  const { revalidate } = useRevalidator();
  const latest = useRef({ wallet, revalidate });
  latest.current = { wallet, revalidate };
  const [isOffline, setOffline] = useState(false);
  // Logging out, the next answer could only be a refusal.
  const isLeaving = useNavigation().formAction === '/logout';
  const isDone = isFinal(wallet) || isLeaving;

  useEffect(() => {
    if (isDone) return;
    const stopping = new AbortController();
    const startedAt = Date.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;

    const schedule = () => {
      if (stopping.signal.aborted) return;
      const isFirstPhase = Date.now() - startedAt < FIRST_PHASE_MS;
      timer = setTimeout(poll, isFirstPhase && failures === 0 ? FIRST_POLL_MS : POLL_MS);
    };

    const poll = async () => {
      clearTimeout(timer);
      if (document.hidden) return;
      try {
        const view = await fetchStatus(stopping.signal);
        failures = 0;
        // Null: the session is over, and the loaders know where to send the visitor.
        if (!view || !isSameView(view, latest.current.wallet)) await latest.current.revalidate();
      } catch {
        failures += 1;
      }
      if (stopping.signal.aborted) return;
      setOffline(failures >= FAILURES_TO_TELL);
      schedule();
    };

    const resume = () => {
      if (!document.hidden) void poll();
    };

    schedule();
    document.addEventListener('visibilitychange', resume);
    return () => {
      stopping.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', resume);
    };
  }, [isDone]);

  return isOffline && !isDone;
}

async function fetchStatus(signal: AbortSignal): Promise<WalletView | null> {
  const response = await fetch('/api/wallet/status', {
    signal: AbortSignal.any([signal, AbortSignal.timeout(POLL_MS)]),
  });
  if (response.status === 401) return null;
  if (!response.ok) throw new Error(`status ${response.status}`);
  return (await response.json()) as WalletView;
}
