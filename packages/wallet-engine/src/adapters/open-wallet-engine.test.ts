import { copyFileSync, linkSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { developmentKey, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import Database from 'better-sqlite3';
import { KeyPair, type KeyPairString } from 'near-api-js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { World, worldConfig } from '../testing/simulator/world/world.ts';
import type { OpenWalletEngine } from './assemble-wallet-engine.ts';
import { openWalletEngine } from './open-wallet-engine.ts';

/** No test here queries the chain. */
describe('an engine over a file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'open-wallet-engine-'));
    file = join(folder, 'wallets.db');
  });
  afterEach(async () => {
    for (const engine of opened.splice(0)) await engine[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  const opened: OpenWalletEngine[] = [];
  const common = (world = new World()) => ({
    file,
    networkId: worldConfig.networkId,
    nodeUrls: ['http://127.0.0.1:1'],
    token: { contractId: worldConfig.tokenContract, decimals: 6, signupReward: '2.5' },
    log: world.log(),
  });
  const open = async (masterKey: number, world = new World()) => {
    const engine = await openWalletEngine({
      ...common(world),
      serviceAccount: {
        accountId: SERVICE_ACCOUNT,
        privateKey: developmentKey(SERVICE_ACCOUNT).secretKey,
      },
      masterKeys: [{ version: 1, key: new Uint8Array(32).fill(masterKey) }],
    });
    opened.push(engine);
    return engine;
  };

  it('keeps one wallet per owner, and its keys across a restart', async () => {
    const first = await open(1);
    const wallet = await first.requestWallet('ann');
    expect(wallet).toMatchObject({
      ownerId: 'ann',
      status: 'PENDING',
      isReady: false,
      error: null,
      balance: '0',
      retryAtMs: null,
      requestedAtMs: expect.any(Number),
      accountId: expect.stringMatching(/^[a-z0-9]{16}\.choonsim\.devnet$/),
      publicKey: expect.stringMatching(/^ed25519:/),
    });
    expect(await first.wallet('bob')).toBeNull();
    await first.stop();
    const second = await open(1);
    expect(await second.requestWallet('ann')).toEqual(wallet);
    expect(await second.wallet('ann')).toEqual(wallet);
  });

  it('exports the key of a READY wallet for its owner only', async () => {
    const engine = await open(1);
    const wallet = await engine.requestWallet('ann');
    expect(await engine.exportKey('ann')).toBeNull();
    const sqlite = new Database(file);
    sqlite.exec(`UPDATE "Wallet" SET "status" = 'READY' WHERE "ownerId" = 'ann'`);
    const exported = await engine.exportKey('ann');
    expect(exported?.accountId).toBe(wallet?.accountId);
    const key = KeyPair.fromString(exported?.privateKey as KeyPairString);
    expect(key.getPublicKey().toString()).toBe(wallet?.publicKey);
    expect(await engine.exportKey('bob')).toBeNull();
    expect(sqlite.prepare('SELECT count(*) AS n FROM "WalletKeyExport"').get()).toEqual({ n: 1 });
    sqlite.close();
  });

  it('notifies listeners of every change, and none after unsubscribing', async () => {
    const engine = await open(1);
    const heard: string[] = [];
    const leave = engine.onChange(() => {
      throw new Error('a listener of the app');
    });
    const stopListening = engine.onChange(({ ownerId, status }) => {
      heard.push(`${ownerId} ${status}`);
    });
    // Existing state is not a change: the position is read first.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await engine.requestWallet('ann');
    await expect.poll(() => heard).toEqual(['ann PENDING']);
    leave();
    stopListening();
    await engine.requestWallet('bob');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(heard).toEqual(['ann PENDING']);
  });

  it('reports changes by another process on the same file', async () => {
    const here = await open(1);
    const there = await open(1);
    const heard: string[] = [];
    here.onChange(({ ownerId }) => heard.push(ownerId));
    await there.requestWallet('ann');
    await expect.poll(() => heard).toEqual(['ann']);
    expect(await here.wallet('ann')).toEqual(await there.wallet('ann'));
  });

  it('can be closed repeatedly, and logs nothing afterwards', async () => {
    const world = new World();
    const engine = await open(1, world);
    engine.onChange(() => undefined);
    await engine.stop();
    await engine.stop();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(world.logged.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it('leaves a host’s tables and journal alone', async () => {
    const host = new Database(file);
    host.exec(`CREATE TABLE "User" ("id" integer PRIMARY KEY, "email" text);
      CREATE TABLE "__drizzle_migrations" ("id" integer, "hash" text, "created_at" numeric);
      INSERT INTO "__drizzle_migrations" VALUES (1, 'of the host', 9999999999999)`);
    const tables = () =>
      host.prepare('SELECT "name", "sql" FROM "sqlite_master" WHERE "tbl_name" IN (?, ?)');
    const before = tables().all('User', '__drizzle_migrations');
    const engine = await open(1);
    expect(await engine.requestWallet('7')).toMatchObject({ status: 'PENDING' });
    expect(tables().all('User', '__drizzle_migrations')).toEqual(before);
    expect(host.prepare('SELECT * FROM "__drizzle_migrations"').all()).toHaveLength(1);
    host.close();
  });

  it('generates no keys under another master key of the same version', async () => {
    const first = await open(1);
    expect(await first.requestWallet('ann')).toMatchObject({ status: 'PENDING' });
    await first.stop();
    const second = await open(2);
    const refusal = { code: 'MASTER_KEY_CHANGED' };
    await expect(second.requestWallet('bob')).rejects.toMatchObject(refusal);
    await expect(second.start()).rejects.toMatchObject(refusal);
    await expect(second.processQueue()).rejects.toMatchObject(refusal);
  });

  it('without secrets requests a wallet whose key a worker opens, and creates none itself', async () => {
    const worker = await open(1);
    await worker.requestWallet('ann');
    const pages = await openWalletEngine({
      ...common(),
      serviceAccount: { accountId: SERVICE_ACCOUNT },
      sealingKey: worker.sealingKey(),
    });
    opened.push(pages);
    const wallet = await pages.requestWallet('bob');
    expect(await worker.wallet('bob')).toEqual(wallet);
    const sqlite = new Database(file);
    sqlite.exec(`UPDATE "Wallet" SET "status" = 'READY' WHERE "ownerId" = 'bob'`);
    sqlite.close();
    const exported = await worker.exportKey('bob');
    const key = KeyPair.fromString(exported?.privateKey as KeyPairString);
    expect(key.getPublicKey().toString()).toBe(wallet?.publicKey);
    const elsewhere = { code: 'KEYS_ELSEWHERE' };
    await expect(pages.start()).rejects.toMatchObject(elsewhere);
    await expect(pages.processQueue()).rejects.toMatchObject(elsewhere);
    await expect(pages.exportKey('bob')).rejects.toMatchObject(elsewhere);
  });

  it('without secrets seals to no key that the workers do not open', async () => {
    const worker = await open(1);
    await worker.requestWallet('ann');
    const { senderKey, version } = worker.sealingKey();
    const publicKey = Buffer.alloc(32, 9).toString('base64url');
    const pages = await openWalletEngine({
      ...common(),
      serviceAccount: { accountId: SERVICE_ACCOUNT },
      sealingKey: { version, publicKey, senderKey },
    });
    opened.push(pages);
    await expect(pages.requestWallet('bob')).rejects.toMatchObject({ code: 'SEALED_TO_NOBODY' });
    expect(await worker.wallet('bob')).toBeNull();
  });

  it.each<[given: string, keys: object]>([
    ['no keys', {}],
    ['a service key alone', { serviceAccount: { accountId: SERVICE_ACCOUNT, privateKey: 'x' } }],
    ['keys of both kinds', { masterKeys: [], sealingKey: {} }],
  ])('given %s says what to give', async (_given, keys) => {
    const options = { ...common(), serviceAccount: { accountId: SERVICE_ACCOUNT }, ...keys };
    await expect(openWalletEngine(options as never)).rejects.toThrow(
      'give serviceAccount.privateKey',
    );
  });

  it('is not opened by one of two names', async () => {
    await (await open(1)).stop();
    linkSync(file, `${file}.other`);
    await expect(open(1)).rejects.toThrow('has another name');
    rmSync(`${file}.other`);
    expect(await (await open(1)).requestWallet('ann')).toMatchObject({ status: 'PENDING' });
  });

  it('rejects every write once its log was deleted, and loses nothing that was in it', async () => {
    const engine = await open(1);
    const wallet = await engine.requestWallet('ann');
    rmSync(`${file}-wal`);
    await expect(engine.requestWallet('bob')).rejects.toThrow('-wal was moved or deleted');
    // What is left to the next process, even if this one is killed now.
    copyFileSync(file, `${file}.copy`);
    const left = new Database(`${file}.copy`, { readonly: true });
    expect(left.prepare('SELECT "ownerId", "accountId" FROM "Wallet"').all()).toEqual([
      { ownerId: 'ann', accountId: wallet?.accountId },
    ]);
    left.close();
  });

  it('rejects every write once another file is at its path', async () => {
    const engine = await open(1);
    await engine.requestWallet('ann');
    copyFileSync(file, `${file}.copy`);
    renameSync(`${file}.copy`, file);
    await expect(engine.requestWallet('bob')).rejects.toThrow('was replaced by another file');
  });
});
