import { developmentKey } from '@choonsim/near-devnet';
import { describe, expect, it } from 'vitest';
import { createAesKeyVault } from '../adapters/keys/aes-key-vault.ts';
import { yoctoPerNear } from '../core/amounts.ts';
import {
  during,
  expectOneOfEach,
  ledger,
  startEngine,
  untilLanesReady,
} from '../testing/engine-scenes.ts';
import { register } from '../testing/simulator/faults/strangers.ts';
import {
  storedKeyOfUser,
  World,
  worldMasterKey,
  worldTerms,
} from '../testing/simulator/world/world.ts';

/** Past the time in which a wallet might have been served by a database this one is a copy of. */
const settledInMs = 65_000;

async function setUp(users: string[], { ageMs = 0 } = {}) {
  const world = new World();
  const engine = await startEngine(world, { users });
  await untilLanesReady(world);
  await world.clock.advance(ageMs);
  const ended = (userId: string) =>
    world.clock.until(
      () => ['READY', 'FAILED'].includes(`${world.user(userId).walletStatus}`),
      60_000,
    );
  const tokens = (userId: string) =>
    world.devnet.inspect().tokenBalance(String(world.user(userId).nearAccountId));
  return { world, engine, ended, tokens };
}

function putAccount(world: World, accountId: string, publicKey: string): void {
  world.devnet.producer.patch([
    { type: 'account', accountId, amountYocto: `${yoctoPerNear}`, lockedYocto: '0' },
    { type: 'accessKey', accountId, publicKey, nonce: 0 },
  ]);
}

describe('an account that exists before we create it', () => {
  it('with a foreign key is a final error, and no money goes there', async () => {
    const { world, engine, ended, tokens } = await setUp(['ann']);
    const wallet = await world.engine({ name: 'web' }).requestWallet('ann');
    putAccount(world, String(wallet?.accountId), developmentKey('stranger').publicKey);
    // The account must be final before the worker asks.
    world.sqlite
      .prepare('UPDATE "User" SET "walletAvailableAt" = ?')
      .run(world.clock.now() + 5_000);
    await ended('ann');
    expect(world.user('ann')).toMatchObject({
      walletStatus: 'FAILED',
      walletError: 'ACCOUNT_KEY_MISMATCH',
      walletAvailableAt: null,
    });
    await world.clock.advance(60_000);
    expect(await engine.retryWallet('ann')).toBe(false);
    expect(ledger(world).filter(({ purpose }) => purpose === 'CREATE')).toEqual([]);
    const rewards = ledger(world).filter(({ purpose }) => purpose === 'REWARD');
    expect({ rewards, paid: tokens('ann') }).toEqual({ rewards: [], paid: null });
    await during(world, engine.stop());
  });

  it('shown by the transaction itself is the same error, never a success', async () => {
    const { world, engine, ended } = await setUp(['ann'], { ageMs: settledInMs });
    const wallet = await engine.requestWallet('ann');
    putAccount(world, String(wallet?.accountId), developmentKey('stranger').publicKey);
    await ended('ann');
    expect(world.user('ann')).toMatchObject({ walletError: 'ACCOUNT_KEY_MISMATCH' });
    const creates = ledger(world).filter(({ purpose }) => purpose === 'CREATE');
    expect(creates).toEqual([{ purpose: 'CREATE', status: 'FAILED' }]);
    await during(world, engine.stop());
  });

  it.each([0, settledInMs])(
    'with our key is adopted (age of the database: %i ms)',
    async (ageMs) => {
      const { world, engine } = await setUp(['ann'], { ageMs });
      const wallet = await engine.requestWallet('ann');
      putAccount(world, String(wallet?.accountId), String(wallet?.publicKey));
      await world.untilReady(['ann'], 30_000);
      expectOneOfEach(world, ['ann']);
      expect(world.user('ann').walletAttempts).toBe(1);
      await during(world, engine.stop());
    },
  );
});

describe('an account that is registered before we pay', () => {
  it('is paid once when its id was made for this wallet: a stranger cannot withhold the reward', async () => {
    const { world, engine } = await setUp(['ann'], { ageMs: settledInMs });
    await engine.requestWallet('ann');
    const { nearAccountId } = world.user('ann');
    await register(world, String(nearAccountId));
    await world.untilReady(['ann'], 30_000);
    expectOneOfEach(world, ['ann']);
    await during(world, engine.stop());
  });

  it('is for an operator when it may have been paid before, and is never paid again', async () => {
    const { world, engine, ended, tokens } = await setUp(['ann'], { ageMs: settledInMs });
    const wallet = await engine.requestWallet('ann');
    world.sqlite
      .prepare(`UPDATE "User" SET "walletStatus" = 'FAILED', "walletAttempts" = 1,
        "walletAvailableAt" = ?`)
      .run(world.clock.now() + 10_000);
    await register(world, String(wallet?.accountId));
    await world.clock.until(() => world.user('ann').walletAttempts === 2, 30_000);
    await ended('ann');
    expect(world.user('ann')).toMatchObject({
      walletStatus: 'FAILED',
      walletError: 'REWARD_UNPROVEN',
      walletAvailableAt: null,
    });
    expect(tokens('ann')).toBe(0n);
    expect(await engine.retryWallet('ann')).toBe(false);
    await during(world, engine.stop());
  });

  it('by an older app which noted the reward is READY without another', async () => {
    const { world, engine } = await setUp(['ann'], { ageMs: settledInMs });
    const older = await engine.requestWallet('ann');
    // As after the way back: id and keys of the older app, paid and noted, but no status.
    putAccount(world, String(older?.accountId), String(older?.publicKey));
    world.sqlite.exec(`UPDATE "User" SET "walletStatus" = NULL, "walletAvailableAt" = NULL,
      "walletRequestedAt" = NULL`);
    world.sqlite.exec(`INSERT INTO "TokenTransfer" VALUES
      ('old', 'ann', 'old hash', '1', 'choco.devnet', 'COMPLETED', 'SIGNUP_REWARD', 0)`);
    await world.clock.advance(3_000);
    expect(await engine.requestWallet('ann')).toMatchObject({ accountId: older?.accountId });
    await world.untilReady(['ann'], 30_000);
    expect(ledger(world).filter(({ purpose }) => purpose === 'REWARD')).toEqual([]);
    expect(world.user('ann').chocoBalance).toBe('0');
    await during(world, engine.stop());
  });
});

describe('a key', () => {
  it('that no longer opens is a final error before anything is signed', async () => {
    const { world, engine, ended, tokens } = await setUp(['ann', 'bob']);
    await Promise.all(['ann', 'bob'].map((userId) => engine.requestWallet(userId)));
    // As after a wrong restore: bob's ciphertext in ann's row opens, but not for her account.
    const { nearPrivateKey } = world.user('bob');
    world.sqlite
      .prepare(`UPDATE "User" SET "nearPrivateKey" = ? WHERE "id" = 'ann'`)
      .run(nearPrivateKey);
    await ended('ann');
    expect(world.user('ann')).toMatchObject({
      walletStatus: 'FAILED',
      walletError: 'WALLET_KEY_UNREADABLE',
      walletAvailableAt: null,
      nearPrivateKey,
    });
    expect(tokens('ann')).toBeNull();
    expect(world.devnet.inspect().account(String(world.user('ann').nearAccountId))).toBeUndefined();
    await world.untilReady(['bob'], 30_000);
    expectOneOfEach(world, ['bob']);
    await during(world, engine.stop());
  });

  it('under a master key that a process lacks interrupts the process, and no wallet', async () => {
    const { world, engine: older } = await setUp(['ann', 'bob']);
    const vaultOf = (...masterKeys: (typeof worldMasterKey)[]) =>
      createAesKeyVault({
        masterKeys,
        servicePrivateKey: developmentKey('choonsim.devnet').secretKey,
        terms: worldTerms,
      });
    // As in a rotation that one process hears of late.
    const newKey = { version: 2, key: new Uint8Array(32).fill(9) };
    await world.engine({ name: 'web' }).requestWallet('ann');
    const stored = storedKeyOfUser(world.user('ann'));
    const rotated = await vaultOf(newKey, worldMasterKey).reencryptWalletKey(stored);
    world.sqlite.prepare(`UPDATE "User" SET "nearPrivateKey" = ? WHERE "id" = 'ann'`).run(rotated);
    await world.clock.until(() => older.pausedBy() === 'MASTER_KEY_MISSING', 10_000);
    // The others of the same process come through between its breaks.
    await older.requestWallet('bob');
    await world.untilReady(['bob'], 60_000);
    await world.clock.advance(60_000);
    expect(world.user('ann')).toMatchObject({ walletError: null, walletAttempts: 0 });
    expect(['PENDING', 'CREATING']).toContain(world.user('ann').walletStatus);
    expect(world.rows('SELECT "pauseReason" FROM "Deployment"')).toEqual([{ pauseReason: null }]);
    expect(ledger(world).filter(({ purpose }) => purpose === 'CREATE')).toHaveLength(1);
    const reported = world.logged.filter(({ fields }) => fields.code === 'MASTER_KEY_MISSING');
    expect(reported.length).toBeGreaterThan(2);
    expect(reported.length).toBeLessThan(30);
    expect(reported[0]?.fields).toMatchObject({ message: expect.stringContaining('version 2') });

    const newer = await startEngine(world, {
      name: 'newer',
      vault: vaultOf(newKey, worldMasterKey),
    });
    await world.untilReady(['ann'], 60_000);
    expectOneOfEach(world, ['ann', 'bob']);
    await world.clock.advance(15_000);
    expect(older.pausedBy()).toBeNull();
    await during(world, older.stop());
    await during(world, newer.stop());
  });

  it('never reaches a log', async () => {
    const { world, engine, ended } = await setUp(['ann']);
    const wallet = await engine.requestWallet('ann');
    putAccount(world, String(wallet?.accountId), developmentKey('stranger').publicKey);
    await ended('ann');
    const logged = JSON.stringify(world.logged);
    expect(logged).not.toContain(String(wallet?.encryptedPrivateKey).slice(3));
    expect(logged).not.toContain(developmentKey('choonsim.devnet').secretKey);
    await during(world, engine.stop());
  });
});
