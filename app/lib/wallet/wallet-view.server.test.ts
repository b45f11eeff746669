import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployment, user } from '#drizzle/schema.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { readWalletViews } from './wallet-view.server.ts';

const at = new Date('2026-11-23T10:00:00Z');
const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-view-'));

beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir });
  await migrateDatabase();
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true });
});

test('a waiting user learns that the service is paused, but not why', async () => {
  const states = {
    waiting: { walletStatus: 'PENDING' as const },
    made: { walletStatus: 'CREATING' as const },
    retried: { walletStatus: 'FAILED' as const, walletAvailableAt: at },
    givenUp: { walletStatus: 'FAILED' as const },
    ready: { walletStatus: 'READY' as const, nearAccountId: 'ready.choonsim.devnet' },
    never: {},
  };
  const ids = Object.keys(states);
  for (const [id, state] of Object.entries(states)) {
    await db()
      .insert(user)
      .values({
        id,
        name: id,
        email: `${id.toLowerCase()}@example.com`,
        createdAt: at,
        updatedAt: at,
        ...state,
      });
  }
  const paused = async () =>
    [...(await readWalletViews(ids))].filter(([, view]) => view.isPaused).map(([id]) => id);
  expect(await paused()).toEqual([]);
  await db().insert(deployment).values({
    singleton: 1,
    deploymentId: 'd',
    genesisHash: 'g',
    networkId: 'devnet',
    serviceAccountId: 's',
    tokenContract: 't',
    createdAt: at,
    pauseReason: 'OPERATOR',
  });
  expect((await paused()).sort()).toEqual(['made', 'retried', 'waiting']);
  expect(JSON.stringify([...(await readWalletViews(ids))])).not.toContain('OPERATOR');
});
