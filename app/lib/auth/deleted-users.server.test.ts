import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { account, conversation, message, session, tokenTransfer, user } from '#drizzle/schema.ts';
import { closeDatabase, db, migrateDatabase } from '../db.server.ts';
import { configureEnvironment } from '../settings/env.server.ts';
import { readWalletView } from '../wallet/wallet-view.server.ts';
import { eraseUser, isRestingAddress } from './deleted-users.server.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const at = new Date('2026-11-23T10:00:00Z');
const later = (days: number) => new Date(at.getTime() + days * DAY_MS);

const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-deleted-'));

beforeAll(async () => {
  configureEnvironment({ DATA_DIR: dataDir });
  await migrateDatabase();
});
afterAll(() => {
  closeDatabase();
  rmSync(dataDir, { recursive: true });
});

async function addUser(id: string, email: string): Promise<void> {
  const times = { createdAt: at, updatedAt: at };
  await db()
    .insert(user)
    .values({
      id,
      name: 'Yuri',
      email,
      image: 'https://example.com/face.png',
      language: 'ko',
      nearAccountId: `${id.toLowerCase()}.choonsim.devnet`,
      nearPublicKey: 'ed25519:public',
      nearPrivateKey: 'encrypted',
      walletStatus: 'READY',
      chocoBalance: '100',
      ...times,
    });
  await db()
    .insert(session)
    .values({ id: `s-${id}`, token: `t-${id}`, userId: id, expiresAt: later(30), ...times });
  await db()
    .insert(account)
    .values({ id: `a-${id}`, accountId: id, providerId: 'credential', userId: id, ...times });
  await db()
    .insert(conversation)
    .values({ id: `c-${id}`, userId: id, characterId: 'mir', ...times });
  await db()
    .insert(message)
    .values({
      id: `m-${id}`,
      conversationId: `c-${id}`,
      role: 'user',
      content: 'a secret',
      createdAt: at,
    });
  await db()
    .insert(tokenTransfer)
    .values({
      id: `r-${id}`,
      userId: id,
      txHash: 'hash',
      amount: '100',
      tokenContract: 'choco.devnet',
      status: 'COMPLETED',
      purpose: 'SIGNUP_REWARD',
      createdAt: at,
    });
}

const rowOf = (id: string) => db().query.user.findFirst({ where: eq(user.id, id) });

test('personal data is erased, the wallet’s record stays, other users are unaffected', async () => {
  await addUser('Ann', 'ann@example.com');
  await addUser('Bob', 'bob@example.com');
  await eraseUser({ userId: 'Ann', email: 'ann@example.com', now: at });
  const ann = await rowOf('Ann');
  expect(ann).toMatchObject({
    name: '',
    image: null,
    language: null,
    deletedAt: at,
    nearAccountId: 'ann.choonsim.devnet',
    nearPublicKey: 'ed25519:public',
    nearPrivateKey: 'encrypted',
    walletStatus: 'READY',
  });
  expect(JSON.stringify(ann)).not.toMatch(/ann@example|yuri/i);
  for (const table of [session, account, conversation]) {
    const owners = await db().select({ userId: table.userId }).from(table);
    expect(owners).toEqual([{ userId: 'Bob' }]);
  }
  expect(await db().query.message.findMany()).toMatchObject([{ id: 'm-Bob' }]);
  expect(await db().query.tokenTransfer.findMany()).toHaveLength(2);
  // For the pages the user no longer exists.
  expect(await readWalletView('Ann')).toBeNull();
  expect(await readWalletView('Bob')).toMatchObject({ status: 'READY' });
});

test('erasing again changes nothing', async () => {
  await addUser('Cho', 'cho@example.com');
  await eraseUser({ userId: 'Cho', email: 'cho@example.com', now: at });
  const erased = await rowOf('Cho');
  await eraseUser({ userId: 'Cho', email: String(erased?.email), now: later(1) });
  expect(await rowOf('Cho')).toEqual(erased);
});

test('the address is blocked for 30 days, in any spelling, and no other is', async () => {
  await addUser('Dan', 'dan@example.com');
  expect(await isRestingAddress('dan@example.com', at)).toBe(false);
  await eraseUser({ userId: 'Dan', email: 'dan@example.com', now: at });
  expect(await isRestingAddress('dan@example.com', later(29))).toBe(true);
  expect(await isRestingAddress(' DAN@Example.com', later(29))).toBe(true);
  expect(await isRestingAddress('dan@example.com', later(31))).toBe(false);
  expect(await isRestingAddress('dana@example.com', at)).toBe(false);
});

test('the same address can be deleted again after it came back', async () => {
  await addUser('Eve1', 'eve@example.com');
  await eraseUser({ userId: 'Eve1', email: 'eve@example.com', now: at });
  await addUser('Eve2', 'eve@example.com');
  await eraseUser({ userId: 'Eve2', email: 'eve@example.com', now: later(40) });
  expect(await isRestingAddress('eve@example.com', later(69))).toBe(true);
});
