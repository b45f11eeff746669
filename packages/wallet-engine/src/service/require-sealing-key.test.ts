import { describe, expect, it } from 'vitest';
import { createAesKeyVault } from '../adapters/keys/aes-key-vault.ts';
import { secretKeyText } from '../adapters/keys/ed25519-key.ts';
import { createSealingVault } from '../adapters/keys/sealing-vault.ts';
import { createSqlWalletKeyStore } from '../adapters/sql/sql-wallet-key-store.ts';
import { rotateWalletKeys } from '../operations/rotate-keys.ts';
import { VirtualClock } from '../testing/simulator/world/virtual-clock.ts';
import {
  storedKeyOfUser,
  World,
  worldConfig,
  worldMasterKey,
  worldTerms,
} from '../testing/simulator/world/world.ts';
import { memoryDatabase } from '../testing/sql-databases.ts';
import { requireMasterKeys, requireSealingKey } from './verify-master-keys.ts';

const older = { version: 1, key: new Uint8Array(32).fill(1) };
const newer = { version: 2, key: new Uint8Array(32).fill(2) };
const vaultOf = (...masterKeys: (typeof older)[]) =>
  createAesKeyVault({
    masterKeys,
    servicePrivateKey: secretKeyText(new Uint8Array(32).fill(3)),
    terms: worldTerms,
  });
const sealingFor = (...masterKeys: (typeof older)[]) =>
  createSealingVault({ sealingKey: vaultOf(...masterKeys).sealingKey() });

function deployment() {
  const keys = createSqlWalletKeyStore(memoryDatabase());
  const clock = new VirtualClock();
  const randomBytes = (size: number) => new Uint8Array(size).fill(5);
  return {
    keys,
    startWorker: (...masterKeys: (typeof older)[]) =>
      requireMasterKeys({ keys, vault: vaultOf(...masterKeys), clock, randomBytes }),
    ask: (...masterKeys: (typeof older)[]) =>
      requireSealingKey({ keys, vault: sealingFor(...masterKeys) }),
  };
}

describe('a process that only seals', () => {
  it('waits for a worker that publishes its sealing key', async () => {
    const { ask, startWorker } = deployment();
    await expect(ask(older)).rejects.toMatchObject({ code: 'SEALING_KEY_UNKNOWN' });
    await startWorker(older);
    await ask(older);
  });

  it('refuses a sealing key that is not the workers’', async () => {
    const { ask, startWorker } = deployment();
    await startWorker(older);
    await expect(ask(newer)).rejects.toMatchObject({ code: 'SEALED_TO_NOBODY' });
    await expect(ask({ ...older, key: newer.key })).rejects.toMatchObject({
      code: 'SEALED_TO_NOBODY',
    });
  });

  it('may seal to the older key until a rotation has ended, and not after', async () => {
    const { ask, keys, startWorker } = deployment();
    await startWorker(older);
    await startWorker(newer, older);
    await ask(older);
    await ask(newer);
    await rotateWalletKeys({ keys, vault: vaultOf(newer, older) });
    await expect(ask(older)).rejects.toMatchObject({ code: 'SEALED_TO_NOBODY' });
    await ask(newer);
  });

  it('requests wallets that the workers’ vault opens, and is refused while its key is wrong', async () => {
    const world = new World();
    for (const userId of ['ann', 'bob']) world.addUser(userId);
    const worker = world.vaultOf(worldConfig);
    const web = world.engine({
      name: 'web',
      vault: createSealingVault({ sealingKey: worker.sealingKey() }),
    });
    await expect(web.requestWallet('ann')).rejects.toMatchObject({ code: 'SEALING_KEY_UNKNOWN' });
    expect(world.user('ann').walletStatus).toBeNull();
    await world.requireMasterKeys({});
    const wallet = await web.requestWallet('ann');
    expect(wallet).toMatchObject({ status: 'PENDING' });
    expect(await worker.verifyWalletKey(storedKeyOfUser(world.user('ann')))).toEqual({
      version: worldMasterKey.version,
    });
    const mistaken = world.engine({ name: 'mistaken', vault: sealingFor(newer) });
    await expect(mistaken.requestWallet('bob')).rejects.toMatchObject({ code: 'SEALED_TO_NOBODY' });
    expect(world.user('bob').walletStatus).toBeNull();
  });
});
