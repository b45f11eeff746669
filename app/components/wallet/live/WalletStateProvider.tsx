import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { useNavigation } from 'react-router';
import type { AccountIntent } from '../../../lib/forms/account-intents.ts';
import {
  msUntilNextSituation,
  situationOf,
  type WalletSituation,
} from '../../../lib/wallet/wallet-situation.ts';
import type { WalletView } from '../../../lib/wallet/wallet-view.ts';
import { useLoadAgain } from '../../use-load-again.ts';
import { type FollowTools, followWallet } from './follow-wallet.ts';
import { ReadyNotificationContext, useReadyNotification } from './use-ready-notification.ts';

const STATUS_LIMIT_MS = 5_000;
const endsSession: readonly string[] = ['sign-out-everywhere', 'delete'] satisfies AccountIntent[];

interface WalletState {
  readonly wallet: WalletView;
  /** The situation, from which every sentence follows: `wallet-words.ts`. */
  readonly situation: WalletSituation;
}

/** Set by the provider, and by tests that render every situation. */
export const WalletContext = createContext<WalletState | null>(null);

/** The wallet's current state, on every signed-in page. */
export function useWalletState(): WalletState {
  const state = useContext(WalletContext);
  if (!state) throw new Error('useWalletState is for pages inside WalletStateProvider');
  return state;
}

/**
 * The only place that follows the wallet. Updates show at once; the loaders, which remain the source
 * of truth, revalidate when the status changes.
 */
export function WalletStateProvider({
  loaded,
  children,
}: {
  /** The state read by the page's loader. */
  loaded: WalletView;
  children: ReactNode;
}) {
  const loadAgain = useLoadAgain();
  const [latest, setLatest] = useState<WalletView | null>(null);
  const [isOffline, setOffline] = useState(false);
  // READY is final; until then the last update is newer than the loader's data.
  const wallet = loaded.isReady ? loaded : (latest ?? loaded);
  const status = useRef(wallet.status);
  status.current = wallet.status;
  // During log-out the next response could only be a 401.
  const { formAction, formData } = useNavigation();
  const isLeaving =
    formAction === '/logout' || endsSession.includes(String(formData?.get('intent')));
  const isDone = wallet.isReady || isLeaving;

  const { notification, isRequested } = useReadyNotification(wallet.isReady);

  useEffect(() => {
    if (isDone) return;
    const isHidden = () => document.hidden && !isRequested.current;
    return followWallet(
      { ...browserTools, isHidden },
      {
        onOffline: setOffline,
        onView(view) {
          const isMoved = view.status !== status.current;
          setLatest(view);
          if (isMoved) loadAgain();
        },
        // The loaders redirect the visitor.
        onSignedOut: loadAgain,
      },
    );
  }, [isDone, isRequested, loadAgain]);

  const waitedMs = useWaited(wallet);
  const situation = situationOf({ wallet, isOffline: isOffline && !isDone, waitedMs });
  return (
    <WalletContext value={{ wallet, situation }}>
      <ReadyNotificationContext value={notification}>{children}</ReadyNotificationContext>
    </WalletContext>
  );
}

/** Re-renders when the wait becomes long; measures elapsed time, since the device's clock may be wrong. */
function useWaited(wallet: WalletView): number {
  const [later, setLater] = useState({ view: wallet, passedMs: 0 });
  const reportedMs = wallet.waitedMs ?? 0;
  const waitedMs = reportedMs + (later.view === wallet ? later.passedMs : 0);
  useEffect(() => {
    const restMs = wallet.waitedMs === null ? null : msUntilNextSituation(waitedMs);
    if (restMs === null) return;
    const passedMs = waitedMs + restMs - reportedMs;
    const timer = setTimeout(() => setLater({ view: wallet, passedMs }), restMs);
    return () => clearTimeout(timer);
  }, [wallet, waitedMs, reportedMs]);
  return waitedMs;
}

const browserTools: Omit<FollowTools, 'isHidden'> = {
  openStream: () => new EventSource('/api/wallet/events'),
  async fetchStatus(signal) {
    const response = await fetch('/api/wallet/status', {
      signal: AbortSignal.any([signal, AbortSignal.timeout(STATUS_LIMIT_MS)]),
    });
    if (response.status === 401) return null;
    if (!response.ok) throw new Error(`status ${response.status}`);
    return (await response.json()) as WalletView;
  },
  onVisibilityChange(listener) {
    document.addEventListener('visibilitychange', listener);
    return () => document.removeEventListener('visibilitychange', listener);
  },
  random: Math.random,
};
