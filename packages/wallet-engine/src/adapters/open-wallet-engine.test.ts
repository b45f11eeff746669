import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { developmentKey, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { World, worldConfig } from '../testing/simulator/world.ts';
import { openWalletEngine } from './open-wallet-engine.ts';

/** Nothing of the chain is asked here. */
describe('an engine over a file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'open-wallet-engine-'));
    file = join(folder, 'wallets.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const open = (masterKey: number) => {
    const opened = openWalletEngine({
      file,
      migrationsFolder: 'drizzle/migrations',
      nodeUrls: ['http://127.0.0.1:1'],
      servicePrivateKey: developmentKey(SERVICE_ACCOUNT).secretKey,
      masterKeys: [{ version: 1, key: new Uint8Array(32).fill(masterKey) }],
      config: worldConfig,
      log: new World().log(),
    });
    const addUser = (id: string) =>
      opened.database
        .prepare(
          `INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt")
            VALUES (:id, :id, :id, 0, 0)`,
        )
        .run({ id });
    return { ...opened, addUser };
  };

  it('makes no keys under another master key of the same version', async () => {
    const first = open(1);
    first.addUser('ann');
    expect(await first.engine.requestWallet('ann')).toMatchObject({ status: 'PENDING' });
    first.database.close();
    const second = open(2);
    second.addUser('bob');
    const refusal = { code: 'MASTER_KEY_CHANGED' };
    await expect(second.engine.requestWallet('bob')).rejects.toMatchObject(refusal);
    await expect(second.engine.start()).rejects.toMatchObject(refusal);
    await expect(second.engine.processQueue()).rejects.toMatchObject(refusal);
    await expect(second.engine.processWallet('ann')).rejects.toMatchObject(refusal);
    await second.engine.stop();
    second.database.close();
  });

  it('answers nobody once another file stands in the place of its own', async () => {
    const { engine, database, addUser } = open(1);
    addUser('ann');
    addUser('bob');
    await engine.requestWallet('ann');
    copyFileSync(file, `${file}.copy`);
    renameSync(`${file}.copy`, file);
    await expect(engine.requestWallet('bob')).rejects.toThrow('was replaced by another file');
    database.close();
  });
});
