import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { useNavigation } from 'react-router';
import type { AccountIntent } from '../../lib/account-intents.ts';
import {
  msUntilNextSituation,
  situationOf,
  type WalletSituation,
} from '../../lib/wallet-situation.ts';
import type { WalletView } from '../../lib/wallet-view.ts';
import { useLoadAgain } from '../use-load-again.ts';
import { type FollowTools, followWallet } from './follow-wallet.ts';
import { ToTellContext, useTellWhenReady } from './use-tell-when-ready.ts';

const STATUS_LIMIT_MS = 5_000;
const endsSession: readonly string[] = ['sign-out-everywhere', 'delete'] satisfies AccountIntent[];

interface WalletState {
  readonly wallet: WalletView;
  /** What is true of it; every sentence follows from this: `wallet-words.ts`. */
  readonly situation: WalletSituation;
}

/** Given by the provider, and by tests that show every situation. */
export const WalletContext = createContext<WalletState | null>(null);

/** The wallet as it is now, on every page behind sign-in. */
export function useWalletState(): WalletState {
  const state = useContext(WalletContext);
  if (!state) throw new Error('useWalletState is for pages inside WalletStateProvider');
  return state;
}

/**
 * The one place that follows the wallet. What it hears shows at once; the loaders, which stay the
 * truth, load again when the status has changed.
 */
export function WalletStateProvider({
  loaded,
  children,
}: {
  /** As the page's loader read it. */
  loaded: WalletView;
  children: ReactNode;
}) {
  const loadAgain = useLoadAgain();
  const [heard, setHeard] = useState<WalletView | null>(null);
  const [isOffline, setOffline] = useState(false);
  // READY is final; until then what was heard is newer than what a loader has read.
  const wallet = loaded.isReady ? loaded : (heard ?? loaded);
  const status = useRef(wallet.status);
  status.current = wallet.status;
  // Logging out, the next answer could only be a refusal.
  const { formAction, formData } = useNavigation();
  const isLeaving =
    formAction === '/logout' || endsSession.includes(String(formData?.get('intent')));
  const isDone = wallet.isReady || isLeaving;

  const { toTell, isAsked } = useTellWhenReady(wallet.isReady);

  useEffect(() => {
    if (isDone) return;
    const isHidden = () => document.hidden && !isAsked.current;
    return followWallet(
      { ...browserTools, isHidden },
      {
        onOffline: setOffline,
        onView(view) {
          const isMoved = view.status !== status.current;
          setHeard(view);
          if (isMoved) loadAgain();
        },
        // The loaders know where to send the visitor.
        onSignedOut: loadAgain,
      },
    );
  }, [isDone, isAsked, loadAgain]);

  const waitedMs = useWaited(wallet);
  const situation = situationOf({ wallet, isOffline: isOffline && !isDone, waitedMs });
  return (
    <WalletContext value={{ wallet, situation }}>
      <ToTellContext value={toTell}>{children}</ToTellContext>
    </WalletContext>
  );
}

/** Draws again when waiting becomes long; by this browser's stopwatch, whatever its clock says. */
function useWaited(wallet: WalletView): number {
  const [later, setLater] = useState({ view: wallet, passedMs: 0 });
  const told = wallet.waitedMs ?? 0;
  const waitedMs = told + (later.view === wallet ? later.passedMs : 0);
  useEffect(() => {
    const restMs = wallet.waitedMs === null ? null : msUntilNextSituation(waitedMs);
    if (restMs === null) return;
    const passedMs = waitedMs + restMs - told;
    const timer = setTimeout(() => setLater({ view: wallet, passedMs }), restMs);
    return () => clearTimeout(timer);
  }, [wallet, waitedMs, told]);
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
