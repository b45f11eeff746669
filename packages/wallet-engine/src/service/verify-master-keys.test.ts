import { describe, expect, it } from 'vitest';
import { createAesKeyVault } from '../adapters/keys/aes-key-vault.ts';
import { secretKeyText } from '../adapters/keys/ed25519-key.ts';
import { createSqlWalletKeyStore } from '../adapters/sql/sql-wallet-key-store.ts';
import { rotateWalletKeys } from '../operations/rotate-keys.ts';
import type { MasterKey } from '../ports/master-keys.ts';
import { VirtualClock } from '../testing/simulator/world/virtual-clock.ts';
import { worldTerms } from '../testing/simulator/world/world.ts';
import { memoryDatabase } from '../testing/sql-databases.ts';
import { addUser } from '../testing/suites/table-fixtures.ts';
import { requireMasterKeys } from './verify-master-keys.ts';

const master = (version: number, byte: number): MasterKey => ({
  version,
  key: new Uint8Array(32).fill(byte),
});
const changed = { code: 'MASTER_KEY_CHANGED', message: expect.stringContaining('version 1') };

function deployment() {
  const database = memoryDatabase();
  const keys = createSqlWalletKeyStore(database);
  const clock = new VirtualClock();
  const vaultOf = (...masterKeys: MasterKey[]) =>
    createAesKeyVault({
      masterKeys,
      servicePrivateKey: secretKeyText(new Uint8Array(32).fill(3)),
      terms: worldTerms,
    });
  let salts = 0;
  const start = (...masterKeys: MasterKey[]) => {
    salts += 1;
    const randomBytes = (size: number) => new Uint8Array(size).fill(salts);
    return requireMasterKeys({ keys, vault: vaultOf(...masterKeys), clock, randomBytes });
  };
  /** A wallet's key as a process with these master keys would store it. */
  const addWallet = async (userId: string, ...masterKeys: MasterKey[]) => {
    const accountId = `${userId}.service.near`;
    const binding = { deploymentId: await keys.readDeploymentId(), walletId: userId, accountId };
    const { publicKey, encryptedPrivateKey } = await vaultOf(...masterKeys).createWalletKey(
      binding,
    );
    await addUser(database, userId);
    await database.write([
      {
        sql: `UPDATE "User" SET "nearAccountId" = :accountId, "nearPublicKey" = :publicKey,
          "nearPrivateKey" = :encryptedPrivateKey WHERE "id" = :userId`,
        params: { userId, accountId, publicKey, encryptedPrivateKey },
      },
    ]);
    return { ...binding, publicKey, encryptedPrivateKey };
  };
  return { database, keys, vaultOf, start, addWallet };
}

describe('the master keys of a process that starts', () => {
  it('must match those of the first start, or the start is refused', async () => {
    const { start } = deployment();
    await start(master(1, 7));
    await start(master(1, 7));
    await expect(start(master(1, 8))).rejects.toMatchObject(changed);
    await start(master(2, 8), master(1, 7));
    await expect(start(master(2, 9), master(1, 7))).rejects.toMatchObject({
      message: expect.stringContaining('version 2'),
    });
  });

  it('are not recorded while one of them is wrong', async () => {
    const { start, keys } = deployment();
    await start(master(1, 7));
    await expect(start(master(2, 8), master(1, 9))).rejects.toMatchObject(changed);
    expect((await keys.readMasterKeyProofs()).map(({ version }) => version)).toEqual([1]);
  });

  it('must open keys stored under them before there were proofs', async () => {
    const { start, addWallet } = deployment();
    await addWallet('ann', master(1, 7));
    await expect(start(master(1, 8))).rejects.toMatchObject(changed);
    await start(master(1, 7));
  });

  it('of two processes that start at once are those of the first to write', async () => {
    const { start } = deployment();
    const starts = await Promise.allSettled([start(master(1, 7)), start(master(1, 8))]);
    expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('of which two shared a version both open, once one has its own version', async () => {
    const { start, addWallet, vaultOf, keys } = deployment();
    const ann = await addWallet('ann', master(1, 7));
    const bob = await addWallet('bob', master(1, 8));
    const both = [master(2, 8), master(1, 7)];
    await start(...both);
    expect(await vaultOf(...both).verifyWalletKey(ann)).toEqual({ version: 1 });
    expect(await vaultOf(...both).verifyWalletKey(bob)).toEqual({ version: 2 });
    const report = await rotateWalletKeys({ keys, vault: vaultOf(...both) });
    expect(report).toMatchObject({ rotated: 2, unreadable: [] });
    expect([...report.byVersion]).toEqual([[2, 2]]);
    await start(master(2, 8));
  });
});
