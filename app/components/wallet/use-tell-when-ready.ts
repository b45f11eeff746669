import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react';
import { useText } from '../../i18n/use-language.ts';
import { askToTell, markTitle, notifyReady, type Telling } from './tell-when-ready.ts';

export interface ToTell {
  /** How it will be told; null until somebody asks for it. */
  readonly telling: Telling | null;
  readonly ask: () => Promise<void>;
}

export const ToTellContext = createContext<ToTell | null>(null);

/** Null outside of the pages that follow the wallet. */
export function useToTell(): ToTell | null {
  return useContext(ToTellContext);
}

/** Tells who asked for it, and looks at something else, once when the wallet becomes ready. */
export function useTellWhenReady(isReady: boolean) {
  const { readyNotice, readyTitle } = useText().scene;
  const [telling, setTelling] = useState<Telling | null>(null);
  /** Read by what follows the wallet: a hidden tab goes on listening for who has asked. */
  const isAsked = useRef(false);
  const ask = useCallback(async () => {
    isAsked.current = true;
    setTelling(await askToTell());
  }, []);
  useEffect(() => {
    if (!isReady || telling === null) return;
    setTelling(null);
    if (!document.hidden) return;
    markTitle(readyTitle);
    if (telling === 'notification') void notifyReady(readyNotice).catch(() => {});
  }, [isReady, telling, readyNotice, readyTitle]);
  return { toTell: { telling, ask }, isAsked };
}
