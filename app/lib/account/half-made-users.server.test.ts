import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { account, deployment, passkey, user } from '#drizzle/schema.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { countHalfMadeUsers, releaseHalfMadeUsers } from './half-made-users.server.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-half-made-'));
const now = new Date('2026-01-02T00:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);

beforeAll(async () => {
  configureEnvironment({
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    ADMIN_EMAILS: 'admin@example.com',
  });
  await migrateDatabase();
  await db()
    .insert(deployment)
    .values({
      singleton: 1,
      deploymentId: 'd',
      genesisHash: 'g',
      networkId: 'devnet',
      serviceAccountId: 's',
      tokenContract: 't',
      createdAt: ago(3_600_000),
    });
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true, force: true });
});

test('frees addresses of interrupted sign-ups, keeps their wallets, leaves other users alone', async () => {
  const add = (id: string, createdAt: Date, more: Partial<typeof user.$inferInsert> = {}) =>
    db()
      .insert(user)
      .values({
        id,
        name: id,
        email: `${id}@example.com`,
        createdAt,
        updatedAt: createdAt,
        ...more,
      });
  const wallet = { nearAccountId: 'half.s', nearPublicKey: 'k', nearPrivateKey: 'v1.x' };
  await add('half', ago(120_000), { ...wallet, walletStatus: 'READY' });
  await add('signing-up', ago(5_000));
  await add('whole', ago(120_000));
  await add('with-passkey', ago(120_000));
  await add('admin', ago(120_000));
  await add('of-before', ago(7_200_000));
  await add('left', ago(120_000), { deletedAt: ago(1_000) });
  await db().insert(account).values({
    id: 'a',
    accountId: 'whole',
    providerId: 'credential',
    userId: 'whole',
    createdAt: now,
    updatedAt: now,
  });
  await db().insert(passkey).values({
    id: 'p',
    credentialId: 'c',
    publicKey: 'k',
    counter: 0,
    transports: '',
    userId: 'with-passkey',
    createdAt: now,
  });
  expect(await countHalfMadeUsers(now)).toBe(1);
  expect(await releaseHalfMadeUsers(now)).toBe(1);
  expect(await releaseHalfMadeUsers(now)).toBe(0);
  const [half] = await db().select().from(user).where(eq(user.id, 'half'));
  expect(half).toMatchObject({
    email: 'halfmade.half@deleted.invalid',
    deletedAt: now,
    walletStatus: 'READY',
    ...wallet,
  });
  // The address can sign up again.
  await add('again', now, { email: 'half@example.com' });
  const emails = (await db().select({ email: user.email }).from(user)).map(({ email }) => email);
  for (const id of ['signing-up', 'whole', 'with-passkey', 'admin', 'of-before', 'left']) {
    expect(emails).toContain(`${id}@example.com`);
  }
});
