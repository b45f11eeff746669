import { useEffect } from 'react';
import { useLoadAgain } from '../use-load-again.ts';

const EVERY_MS = 3_000;

/** Loads the page's data again every few seconds while somebody looks at it. */
export function useLiveData(): void {
  const loadAgain = useLoadAgain();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') loadAgain();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [loadAgain]);
}
