import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { closeDatabase, migrateDatabase } from '../db.server.ts';
import { log } from '../log.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import {
  hadUnnamedClients,
  noteUnnamedClient,
  noteUnnamedProxy,
} from './unnamed-clients.server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-unnamed-'));
const HOUR_MS = 3_600_000;

beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
  await migrateDatabase();
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

test('a client without a forwarded address is logged once, and reported by doctor for a day', async () => {
  const warned = vi.spyOn(log(), 'warn');
  const nowMs = Date.now();
  expect(await hadUnnamedClients(nowMs)).toBe(false);
  for (let visit = 0; visit < 5; visit += 1) noteUnnamedClient(nowMs);
  await vi.waitFor(async () => expect(await hadUnnamedClients(nowMs)).toBe(true));
  expect(await hadUnnamedClients(nowMs + 25 * HOUR_MS)).toBe(false);
  // As long as such requests arrive it is reported, however long ago the first was.
  noteUnnamedClient(nowMs + 20 * HOUR_MS);
  await vi.waitFor(async () => {
    expect(await hadUnnamedClients(nowMs + 30 * HOUR_MS)).toBe(true);
  });
  expect(warned).toHaveBeenCalledOnce();
  expect(warned.mock.calls.join()).toContain('TRUSTED_PROXIES');
  for (let visit = 0; visit < 5; visit += 1) noteUnnamedProxy('203.0.113.9');
  expect(warned).toHaveBeenCalledTimes(2);
});
