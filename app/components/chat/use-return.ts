import { useEffect } from 'react';

/** A conversation may go on in another tab or on another device: `refresh` when this one is back. */
export function useReturn(refresh: () => Promise<void>, isWanted: boolean) {
  useEffect(() => {
    if (!isWanted) return;
    let isRunning = false;
    const run = async () => {
      if (document.visibilityState !== 'visible' || isRunning) return;
      isRunning = true;
      await refresh();
      isRunning = false;
    };
    document.addEventListener('visibilitychange', run);
    window.addEventListener('focus', run);
    return () => {
      document.removeEventListener('visibilitychange', run);
      window.removeEventListener('focus', run);
    };
  }, [refresh, isWanted]);
}
