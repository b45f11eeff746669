import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { developmentKey, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createAesKeyVault } from '../adapters/keys/aes-key-vault.ts';
import { createSqlWalletKeyStore } from '../adapters/sql/sql-wallet-key-store.ts';
import { betterSqlite3Database } from '../adapters/sqlite/better-sqlite3-database.ts';
import type { MasterKey } from '../ports/master-keys.ts';
import type { WalletKeyStore } from '../ports/wallet-key-store.ts';
import { during, expectOneOfEach, startEngine } from '../testing/engine-scenes.ts';
import { keyOfAccountAlone, openWalletKey } from '../testing/opened-wallet-key.ts';
import {
  storedKeyOfUser,
  World,
  worldMasterKey,
  worldTerms,
} from '../testing/simulator/world/world.ts';
import { rotateWalletKeys } from './rotate-keys.ts';

const newKey = { version: 2, key: new Uint8Array(32).fill(9) };
const names = (count: number) => Array.from({ length: count }, (_, index) => `user${index}`);
const vaultOf = (...masterKeys: MasterKey[]) =>
  createAesKeyVault({
    masterKeys,
    servicePrivateKey: developmentKey(SERVICE_ACCOUNT).secretKey,
    terms: worldTerms,
  });
const keysOf = (world: World) => createSqlWalletKeyStore(betterSqlite3Database(world.sqlite));

async function expectUnderNewKeyAlone(world: World): Promise<void> {
  const vault = vaultOf(newKey);
  for (const user of world.users()) {
    const key = storedKeyOfUser(user);
    expect(key.encryptedPrivateKey).toMatch(/^v2\.2\./);
    await vault.verifyWalletKey(key);
    expect(openWalletKey({ ...key, masterKey: newKey.key })).toMatch(/^ed25519:/);
  }
}

/** As a version before this one has stored them. */
function bindToAccountAlone(world: World): void {
  const write = world.sqlite.prepare('UPDATE "User" SET "nearPrivateKey" = ? WHERE "id" = ?');
  world.sqlite.transaction(() => {
    for (const user of world.users()) {
      const key = storedKeyOfUser(user);
      const privateKey = openWalletKey({ ...key, masterKey: worldMasterKey.key });
      const { accountId } = key;
      write.run(keyOfAccountAlone({ privateKey, accountId, masterKey: worldMasterKey }), user.id);
    }
  })();
}

/** See `rotating-process.ts`. @returns the child, and what it printed when it has ended */
function rotatingProcess(file: string) {
  const script = join(import.meta.dirname, '../testing/rotating-process.ts');
  const hex = ({ key }: MasterKey) => Buffer.from(key).toString('hex');
  const child = spawn(process.execPath, [script, file, hex(newKey), hex(worldMasterKey)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  const ended = new Promise<string>((resolve) => child.once('close', () => resolve(printed)));
  return { child, ended };
}

/** Wallets under the older key, never worked on. */
async function requested(users: string[]) {
  const world = new World();
  for (const userId of users) world.addUser(userId);
  const engine = world.engine();
  for (const userId of users) await engine.requestWallet(userId);
  return { world, engine };
}

describe('rotating the master key', () => {
  it('during 500 sign-ups in old and new processes: all READY, all under the new key alone', async () => {
    const users = names(500);
    const world = new World();
    const vault = vaultOf(newKey, worldMasterKey);
    const config = { lanes: 16 };
    // Both know both keys: the new one was added behind the old before it came to the front.
    const knowing = vaultOf(worldMasterKey, newKey);
    const old = await startEngine(world, { users, name: 'old', config, vault: knowing });
    const renewed = await startEngine(world, { name: 'renewed', config, vault });
    let asked = 0;
    let rotations = 0;
    while (asked < users.length) {
      const some = users.slice(asked, asked + 25);
      asked += some.length;
      await Promise.all(
        some.map((userId, index) => (index % 2 ? old : renewed).requestWallet(userId)),
      );
      const { rotated } = await rotateWalletKeys({ keys: keysOf(world), vault });
      rotations += rotated;
      await world.clock.advance(300);
    }
    expect(rotations).toBeGreaterThan(200);
    await world.untilReady(users, 120_000);
    await during(world, old.stop());
    await during(world, renewed.stop());
    const last = await rotateWalletKeys({ keys: keysOf(world), vault });
    expect(last).toMatchObject({ toVersion: 2, rotated: 0, unreadable: [] });
    expect(last.byVersion).toEqual(new Map([[2, 500]]));
    expectOneOfEach(world, users);
    await expectUnderNewKeyAlone(world);
  });

  it('continues where a killed run ended', async () => {
    const { world } = await requested(names(250));
    const vault = vaultOf(newKey, worldMasterKey);
    const keys = keysOf(world);
    let pages = 0;
    const dying: WalletKeyStore = {
      ...keys,
      async replaceCiphertexts(replacements) {
        pages += 1;
        if (pages === 2) throw new Error('killed');
        return keys.replaceCiphertexts(replacements);
      },
    };
    await expect(rotateWalletKeys({ keys: dying, vault })).rejects.toThrow('killed');
    expect(await keys.countByVersion()).toEqual(
      new Map([
        [1, 150],
        [2, 100],
      ]),
    );
    const reported: number[] = [];
    const report = await rotateWalletKeys({
      keys,
      vault,
      onProgress: ({ rotated }) => reported.push(rotated),
    });
    expect(report.rotated).toBe(150);
    expect(reported.at(-1)).toBe(150);
    await expectUnderNewKeyAlone(world);
    expect((await rotateWalletKeys({ keys, vault })).rotated).toBe(0);
  });

  it('converts keys bound to the account alone, during sign-ups, under any master key', async () => {
    const { world, engine } = await requested(names(150));
    const vault = vaultOf(worldMasterKey);
    bindToAccountAlone(world);
    const keys = keysOf(world);
    expect(await keys.countWalletKeys({ exceptForms: vault.currentForms })).toBe(150);
    const rotating = rotateWalletKeys({ keys, vault });
    const late = Array.from({ length: 50 }, (_, index) => `late${index}`);
    for (const userId of late) {
      world.addUser(userId);
      await engine.requestWallet(userId);
    }
    expect(await rotating).toMatchObject({ rotated: 150, unreadable: [], left: 0 });
    for (const user of world.users()) {
      const key = storedKeyOfUser(user);
      expect(key.encryptedPrivateKey).toMatch(/^v1\.2\./);
      await vault.verifyWalletKey(key);
      const another = vault.verifyWalletKey({ ...key, deploymentId: 'another' });
      await expect(another).rejects.toThrow(/cannot be decrypted/);
    }
  });

  it('killed in the middle, a process leaves whole keys, and the next one completes the work', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'choonsim-rotation-'));
    try {
      const { world } = await requested(names(1_500));
      const file = join(folder, 'keys.db');
      world.sqlite.prepare('VACUUM INTO ?').run(file);
      world.sqlite = new Database(file, { timeout: 10_000 });
      world.sqlite.pragma('journal_mode = WAL');
      bindToAccountAlone(world);
      const keys = keysOf(world);
      const left = async () => keys.countWalletKeys({ exceptForms: ['v2.2.'] });
      const first = rotatingProcess(file);
      while ((await left()) === 1_500) await sleep(1);
      first.child.kill('SIGKILL');
      await first.ended;
      const open = await left();
      expect(open).toBeGreaterThan(0);
      expect(open).toBeLessThan(1_500);
      const both = vaultOf(newKey, worldMasterKey);
      for (const user of world.users()) await both.verifyWalletKey(storedKeyOfUser(user));
      const second = rotatingProcess(file);
      expect(JSON.parse(await second.ended)).toEqual({ rotated: open, left: 0 });
      await expectUnderNewKeyAlone(world);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('overwrites nothing that has changed since it was read', async () => {
    const { world } = await requested(['ann', 'bob']);
    const keys = keysOf(world);
    const vault = vaultOf(newKey, worldMasterKey);
    const other = vaultOf(newKey, worldMasterKey);
    let raced = false;
    const racing: WalletKeyStore = {
      ...keys,
      async replaceCiphertexts(replacements) {
        if (!raced) {
          raced = true;
          await rotateWalletKeys({ keys, vault: other });
        }
        return keys.replaceCiphertexts(replacements);
      },
    };
    const { rotated } = await rotateWalletKeys({ keys: racing, vault });
    expect(rotated).toBe(0);
    await expectUnderNewKeyAlone(world);
  });

  it('leaves what it cannot open or what is incomplete, and names it', async () => {
    const { world } = await requested(['ann', 'bob', 'carl', 'dora']);
    const storedKey = (userId: string) => world.user(userId).nearPrivateKey;
    // Bob's ciphertext belongs to carl's account; dora's record has no public key.
    world.sqlite.exec(
      `UPDATE "User" SET "nearPrivateKey" = (SELECT "nearPrivateKey" FROM "User" WHERE "id" = 'carl')
        WHERE "id" = 'bob'`,
    );
    world.sqlite.exec(`UPDATE "User" SET "nearPublicKey" = NULL WHERE "id" = 'dora'`);
    const [bob, dora] = [storedKey('bob'), storedKey('dora')];
    const report = await rotateWalletKeys({
      keys: keysOf(world),
      vault: vaultOf(newKey, worldMasterKey),
    });
    expect(report).toMatchObject({ rotated: 2, unreadable: ['bob', 'dora'] });
    expect(report.byVersion).toEqual(
      new Map([
        [1, 2],
        [2, 2],
      ]),
    );
    expect([storedKey('bob'), storedKey('dora')]).toEqual([bob, dora]);
  });

  it('changes nothing without the older key', async () => {
    const { world } = await requested(['ann']);
    const before = world.user('ann').nearPrivateKey;
    const report = await rotateWalletKeys({ keys: keysOf(world), vault: vaultOf(newKey) });
    expect(report).toMatchObject({ rotated: 0, unreadable: ['ann'] });
    expect(world.user('ann').nearPrivateKey).toBe(before);
  });
});
