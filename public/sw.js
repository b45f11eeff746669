// Shows an offline page if there is no connection. It caches only that page: nothing a user has seen
// is stored, and no response of the server is ever replaced.
const CACHE = 'offline';
const PAGE = '/offline';

async function keepPage() {
  const page = await fetch(PAGE, { cache: 'reload' });
  if (page.ok) await (await caches.open(CACHE)).put(PAGE, page);
}

self.addEventListener('install', (event) => {
  event.waitUntil(keepPage().then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  // Navigation preload: the page is requested while this worker is still starting.
  event.waitUntil(
    Promise.all([self.clients.claim(), self.registration.navigationPreload?.enable()]),
  );
});

/** Language, theme or release has changed: fetch the page again. */
self.addEventListener('message', (event) => {
  if (event.data === 'keep-offline-page') event.waitUntil(keepPage().catch(() => {}));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.mode !== 'navigate' || request.method !== 'GET') return;
  event.respondWith(answer(event));
});

async function answer(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
}

/** A click on the wallet's notification returns to the tab that requested it. */
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients
      .matchAll({ type: 'window' })
      .then(([client]) => (client ? client.focus() : self.clients.openWindow('/home'))),
  );
});
