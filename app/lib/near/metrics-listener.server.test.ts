import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { closeDatabase, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { startMetricsListener } from './metrics-listener.server.ts';

describe('the metrics of a process without pages', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-metrics-'));
  const url = (port: number, path = '/metrics') => `http://127.0.0.1:${port}${path}`;
  let close = () => {};
  afterEach(() => {
    close();
    closeDatabase();
    rmSync(dataDir, { recursive: true });
  });

  it('are told in Prometheus’s text, with the token only, and nothing else is', async () => {
    configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
    await migrateDatabase();
    const token = 'a-token-of-some-length';
    const listener = await startMetricsListener({ port: 0, token });
    close = listener.close;
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await fetch(url(listener.port), { headers });
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    const text = await answer.text();
    expect(text).toContain('choonsim_census_up 1');
    expect(text).toContain('choonsim_wallets{status="READY"} 0');
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    expect((await fetch(url(listener.port))).status).toBe(401);
    const wrong = { Authorization: `Bearer ${token}x` };
    expect((await fetch(url(listener.port), { headers: wrong })).status).toBe(401);
    expect((await fetch(url(listener.port, '/healthz'))).status).toBe(200);
    expect((await fetch(url(listener.port, '/'), { headers })).status).toBe(404);
    expect((await fetch(url(listener.port), { method: 'POST', headers })).status).toBe(404);
    await expect(startMetricsListener({ port: listener.port, token: null })).rejects.toMatchObject({
      errors: [{ name: 'METRICS_PORT', remedy: expect.stringContaining('choose another port') }],
    });
  });
});
