import { useEffect } from 'react';

/** Calls `refresh` when the tab is visible again: the conversation may have continued elsewhere. */
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
