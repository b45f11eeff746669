import { useEffect } from 'react';
import { useLoadAgain } from '../use-load-again.ts';

const EVERY_MS = 3_000;

/** Reloads the page's data every few seconds while the tab is visible. */
export function useLiveData(): void {
  const loadAgain = useLoadAgain();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') loadAgain();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [loadAgain]);
}
