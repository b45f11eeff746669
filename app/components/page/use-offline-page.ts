import { useEffect } from 'react';

/** Well after hydration, so that the download does not compete with the page's own. */
const REST_MS = 3_000;
const MARK = 'offline-page';

/**
 * Has the service worker store the offline page, and again whenever its language or theme changes.
 * Does nothing in browsers without service workers or on an address without TLS.
 */
export function useOfflinePage(look: string): void {
  useEffect(() => {
    if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
    const timer = setTimeout(() => void keepOfflinePage(look).catch(() => {}), REST_MS);
    return () => clearTimeout(timer);
  }, [look]);
}

async function keepOfflinePage(look: string): Promise<void> {
  await navigator.serviceWorker.register('/sw.js');
  // Throws if storage is blocked: the offline page then stays as first stored.
  if (localStorage.getItem(MARK) === look) return;
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage('keep-offline-page');
  localStorage.setItem(MARK, look);
}
