import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { LimitNotice } from '../forms/limit-notice.ts';
import { answerCrowded, answerLimit } from './plain-page.server.tsx';

// Only a build gives it an address.
vi.mock('../../app.css?url', () => ({ default: '/assets/app.css' }));

const page = { Accept: 'text/html,*/*', 'Accept-Language': 'en' };

async function serverOf(answer: express.RequestHandler): Promise<string> {
  const application = express();
  application.use(answer);
  const server = createServer(application);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a request for which there is no room', () => {
  const url = () => serverOf((request, response) => answerCrowded(request, response));

  test('is answered with a page that leads to the same address again', async () => {
    const answer = await fetch(`${await url()}/chat/one?to=two`, { headers: page });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('connection')).toBe('close');
    const text = await answer.text();
    expect(text).toContain('It’s very busy here right now.');
    expect(text).toContain('href="/chat/one?to=two"');
  });

  test('of a program is answered with a code', async () => {
    const answer = await fetch(`${await url()}/api/wallet`, { method: 'POST', body: 'x' });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ error: 'BUSY', code: 'BUSY' });
  });
});

describe('the link to the same address', () => {
  const notice: LimitNotice = {
    error: 'TOO_MANY_REQUESTS',
    scope: 'network',
    retryAfterSeconds: 9,
  };
  const answers: [string, express.RequestHandler][] = [
    ['no room', (request, response) => answerCrowded(request, response)],
    ['a limit', (request, response) => answerLimit(request, response, notice)],
  ];

  test.each(answers)('never leads to another site (%s)', async (_name, answer) => {
    const url = await serverOf(answer);
    for (const path of ['//evil.example/', '/\\evil.example/', '///evil.example']) {
      const text = await (await fetch(`${url}${path}`, { headers: page })).text();
      expect(text).toMatch(/href="\/evil\.example/);
    }
  });

  test.each(answers)('leads home after a form (%s)', async (_name, answer) => {
    const sent = await fetch(`${await serverOf(answer)}/login`, { method: 'POST', headers: page });
    expect(await sent.text()).toContain('href="/"');
  });
});
