import { useEffect } from 'react';

/** Well after the page is alive: what is fetched now is in nobody's way. */
const REST_MS = 3_000;
const MARK = 'offline-page';

/**
 * Has the service worker keep the page that is shown without a connection, and keep it again when its
 * language or look has changed. A browser that has none, as at an address without TLS, goes without.
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
  // Throws where storage is blocked: then the page is as it was first kept.
  if (localStorage.getItem(MARK) === look) return;
  const { active } = await navigator.serviceWorker.ready;
  active?.postMessage('keep-offline-page');
  localStorage.setItem(MARK, look);
}
