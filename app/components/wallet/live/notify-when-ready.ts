/** How a user who is looking at something else is notified. */
export type Channel = 'notification' | 'title';

/** Asks for permission; only from a click, or browsers reject it. */
export async function chooseChannel(): Promise<Channel> {
  if (!('Notification' in window)) return 'title';
  // Safari before 2023 supports only a callback and returns no promise.
  const answer = await Promise.resolve(Notification.requestPermission()).catch(() => 'denied');
  return answer === 'granted' ? 'notification' : 'title';
}

interface ReadyWords {
  readonly title: string;
  readonly body: string;
}

/** Phones accept notifications only from a service worker; a desktop without one, from the page. */
export async function notifyReady({ title, body }: ReadyWords): Promise<void> {
  const options = { body, icon: '/icon-192.png', tag: 'wallet-ready' };
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration) return registration.showNotification(title, options);
  new Notification(title, options);
}

/** Prefixes the title until the tab is visible. */
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
