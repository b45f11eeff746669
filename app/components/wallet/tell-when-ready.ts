/** How somebody who looks elsewhere is told. */
export type Telling = 'notification' | 'title';

/** Asks the user's permission; only from a click, or browsers refuse. */
export async function askToTell(): Promise<Telling> {
  if (!('Notification' in window)) return 'title';
  // Safari of before 2023 answers by a callback alone, and its promise is undefined.
  const answer = await Promise.resolve(Notification.requestPermission()).catch(() => 'denied');
  return answer === 'granted' ? 'notification' : 'title';
}

interface ReadyWords {
  readonly title: string;
  readonly body: string;
}

/** A phone takes notifications from a service worker alone, a desktop without one from the page. */
export async function notifyReady({ title, body }: ReadyWords): Promise<void> {
  const options = { body, icon: '/icon-192.png', tag: 'wallet-ready' };
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration) return registration.showNotification(title, options);
  new Notification(title, options);
}

/** Puts words before the title until somebody looks at the tab. */
export function markTitle(mark: string): void {
  const title = document.title;
  document.title = `${mark} · ${title}`;
  const restore = () => {
    if (document.hidden) return;
    document.removeEventListener('visibilitychange', restore);
    if (document.title.startsWith(mark)) document.title = title;
  };
  document.addEventListener('visibilitychange', restore);
}
