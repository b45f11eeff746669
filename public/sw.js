// Shows a page of our own where there is no connection. It keeps that page and nothing else: nothing a
// person has seen is stored, and no answer of the server's is ever replaced.
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
  // The request for a page goes out while this worker is still starting.
  event.waitUntil(
    Promise.all([self.clients.claim(), self.registration.navigationPreload?.enable()]),
  );
});

/** The language, the theme or the release has changed. */
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

/** Of the wallet, for who has asked to be told: back to the tab that asked. */
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients
      .matchAll({ type: 'window' })
      .then(([client]) => (client ? client.focus() : self.clients.openWindow('/home'))),
  );
});
