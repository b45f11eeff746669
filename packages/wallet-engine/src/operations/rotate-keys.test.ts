import { developmentKey, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import { describe, expect, it } from 'vitest';
import { createAesKeyVault } from '../adapters/keys/aes-key-vault.ts';
import { betterSqlite3Database } from '../adapters/sqlite/sql-database.ts';
import { createSqliteWalletKeyStore } from '../adapters/sqlite/sqlite-wallet-key-store.ts';
import type { MasterKey } from '../ports/master-keys.ts';
import type { WalletKeyStore } from '../ports/wallet-key-store.ts';
import { during, expectOneOfEach, startEngine } from '../testing/engine-scenes.ts';
import { openWalletKey } from '../testing/opened-wallet-key.ts';
import { World, worldMasterKey, worldTerms } from '../testing/simulator/world.ts';
import { rotateWalletKeys } from './rotate-keys.ts';

const newKey = { version: 2, key: new Uint8Array(32).fill(9) };
const names = (count: number) => Array.from({ length: count }, (_, index) => `user${index}`);
const vaultOf = (...masterKeys: MasterKey[]) =>
  createAesKeyVault({
    masterKeys,
    servicePrivateKey: developmentKey(SERVICE_ACCOUNT).secretKey,
    terms: worldTerms,
  });
const keysOf = (world: World) => createSqliteWalletKeyStore(betterSqlite3Database(world.sqlite));

function expectUnderNewKeyAlone(world: World): void {
  const vault = vaultOf(newKey);
  for (const { nearAccountId, nearPublicKey, nearPrivateKey } of world.users()) {
    const accountId = String(nearAccountId);
    const encryptedPrivateKey = String(nearPrivateKey);
    expect(encryptedPrivateKey).toMatch(/^v2\./);
    vault.verifyWalletKey({ accountId, publicKey: String(nearPublicKey), encryptedPrivateKey });
    const opened = openWalletKey({ encryptedPrivateKey, accountId, masterKey: newKey.key });
    expect(opened).toMatch(/^ed25519:/);
  }
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
  it('beside 500 sign-ups of old and new processes: all READY, all under the new key alone', async () => {
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
    expectUnderNewKeyAlone(world);
  });

  it('goes on where a killed run ended', async () => {
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
    const told: number[] = [];
    const report = await rotateWalletKeys({
      keys,
      vault,
      onProgress: ({ rotated }) => told.push(rotated),
    });
    expect(report.rotated).toBe(150);
    expect(told.at(-1)).toBe(150);
    expectUnderNewKeyAlone(world);
    expect((await rotateWalletKeys({ keys, vault })).rotated).toBe(0);
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
    expectUnderNewKeyAlone(world);
  });

  it('leaves what it cannot open, or what is torn, and names it', async () => {
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
