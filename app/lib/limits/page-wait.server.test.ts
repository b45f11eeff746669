import { createStaticHandler, data, type StaticHandlerContext } from 'react-router';
import { expect, test } from 'vitest';
import { limitData } from './limit-reached.server.ts';
import { waitSecondsOf } from './page-wait.server.ts';

const notice = { error: 'TOO_MANY_REQUESTS', scope: 'you', retryAfterSeconds: 7 } as const;

const handler = createStaticHandler([
  {
    path: '/',
    loader: () => {
      throw limitData(notice);
    },
    action: () => limitData(notice),
    ErrorBoundary: () => null,
  },
  { path: '/other', loader: () => data(null, { status: 429 }) },
]);

async function waitOf(request: Request): Promise<string | null> {
  return waitSecondsOf((await handler.query(request)) as StaticHandlerContext);
}

test('a limited page names the time to wait, whether its form or the page itself is limited', async () => {
  expect(await waitOf(new Request('http://localhost/'))).toBe('7');
  const form = new Request('http://localhost/', { method: 'POST', body: new URLSearchParams() });
  expect(await waitOf(form)).toBe('7');
  expect(await waitOf(new Request('http://localhost/other'))).toBeNull();
});
