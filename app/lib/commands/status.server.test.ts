import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wallet } from '#drizzle/schema.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { showWallet } from './status.server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-status-'));
beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
  await migrateDatabase();
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

test('a wallet in stock is shown by its id and by its account, with its transitions and no key', async () => {
  await db()
    .insert(wallet)
    .values({
      ...{ id: 'stock-1', accountId: 'one.choonsim.devnet', publicKey: 'ed25519:one' },
      ...{ encryptedPrivateKey: 'v1.secret', status: 'PENDING', requestedAt: new Date(1_000) },
    });
  const { text, json } = await showWallet('one.choonsim.devnet');
  expect(json).toMatchObject({
    wallet: { walletId: 'stock-1', status: 'PENDING', requestedAt: new Date(1_000) },
    events: [{ toStatus: 'PENDING' }],
  });
  expect(text).toContain('none: in stock');
  expect(text).not.toContain('secret');
  expect(await showWallet('stock-1')).toEqual({ text, json, exitCode: 0 });
  await expect(showWallet('nobody')).rejects.toThrow('no user has');
});
