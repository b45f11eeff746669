import { describe, expect, it } from 'vitest';
import { CHOCO_TOKEN, developmentKey, FAUCET_ACCOUNT, SERVICE_ACCOUNT } from '#devnet/genesis.ts';
import { toBaseUnits, yoctoPerNear } from './amounts.ts';
import type { NearAction } from './near-chain.ts';
import { deliver, signAs } from './testing/development-signer.ts';
import {
  during,
  expectOneOfEach,
  ledger,
  serviceTransactions,
  startEngine,
  untilLanesReady,
} from './testing/engine-scenes.ts';
import { World } from './testing/world.ts';

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

/** A stranger pays the registration of the account. */
async function register(world: World, accountId: string): Promise<void> {
  await send(world, FAUCET_ACCOUNT, [
    {
      type: 'functionCall',
      method: 'storage_deposit',
      args: { account_id: accountId, registration_only: true },
      gas: 10n ** 13n,
      depositYocto: 1_250_000_000_000_000_000_000n,
    },
  ]);
}

async function send(
  world: World,
  signerId: string,
  actions: NearAction[],
  receiverId = CHOCO_TOKEN,
) {
  await deliver(world.devnet, await signAs(world.devnet, { signerId, receiverId, actions }));
  await world.clock.advance(4_000);
}

const transferTokens = (receiver: string, amount: bigint): NearAction => ({
  type: 'functionCall',
  method: 'ft_transfer',
  args: { receiver_id: receiver, amount: amount.toString() },
  gas: 10n ** 13n,
  depositYocto: 1n,
});

describe('an account that exists before we create it', () => {
  it("with somebody else's key is a final error, and no money goes there", async () => {
    const { world, engine, ended, tokens } = await setUp(['ann']);
    const wallet = await engine.requestWallet('ann');
    putAccount(world, String(wallet?.accountId), developmentKey('stranger').publicKey);
    // The view must be final before the worker looks.
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

  it("found out by the transaction itself is the same error, never 'created'", async () => {
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

describe('a treasury that is short', () => {
  const setFunds = (world: World, amountYocto: bigint) =>
    world.devnet.producer.patch([
      {
        type: 'account',
        accountId: SERVICE_ACCOUNT,
        amountYocto: `${amountYocto}`,
        lockedYocto: '0',
      },
    ]);

  it('of NEAR pauses everyone, spends no attempt, and goes on by itself when funded', async () => {
    const { world, engine } = await setUp(['ann', 'bob']);
    setFunds(world, yoctoPerNear + yoctoPerNear / 100n);
    await world.clock.advance(10_000);
    await Promise.all(['ann', 'bob'].map((userId) => engine.requestWallet(userId)));
    await world.clock.advance(60_000);
    expect(engine.pausedBy()).toBe('TREASURY_NEAR_LOW');
    const signed = ledger(world).filter(({ purpose }) => purpose !== 'LANES');
    expect(signed).toEqual([]);
    for (const userId of ['ann', 'bob']) {
      const waiting = { walletStatus: 'PENDING', walletAttempts: 0, walletError: null };
      expect(world.user(userId)).toMatchObject(waiting);
    }
    const funding: NearAction = { type: 'transfer', amountYocto: 10n * yoctoPerNear };
    await send(world, FAUCET_ACCOUNT, [funding], SERVICE_ACCOUNT);
    await world.untilReady(['ann', 'bob'], 30_000);
    expectOneOfEach(world, ['ann', 'bob']);
    expect(engine.pausedBy()).toBeNull();
    await during(world, engine.stop());
  });

  it('makes as many wallets as it can pay for, and the rest when funded; the reserve stays', async () => {
    const users = Array.from({ length: 12 }, (_, index) => `user-${index}`);
    const { world, engine } = await setUp(users);
    const reserve = yoctoPerNear;
    setFunds(world, reserve + (yoctoPerNear * 6n) / 10n);
    await world.clock.advance(10_000);
    await Promise.all(users.map((userId) => engine.requestWallet(userId)));
    let least = 10n ** 30n;
    const watch = () => {
      const funds = world.devnet.inspect().account(SERVICE_ACCOUNT)?.amountYocto ?? 0n;
      if (funds < least) least = funds;
      return false;
    };
    await world.clock.until(watch, 60_000).catch(() => undefined);
    const ready = () => world.users().filter(({ walletStatus }) => walletStatus === 'READY').length;
    expect(ready()).toBeGreaterThan(0);
    expect(ready()).toBeLessThan(users.length);
    expect(least).toBeGreaterThanOrEqual(reserve);
    setFunds(world, 100n * yoctoPerNear);
    await world.untilReady(users, 60_000);
    expectOneOfEach(world, users);
    for (const user of world.users()) expect(user.walletAttempts).toBe(1);
    await during(world, engine.stop());
  });

  it('of tokens pauses everyone, and goes on by itself when they are back', async () => {
    const { world, engine } = await setUp(['ann']);
    await register(world, FAUCET_ACCOUNT);
    const all = toBaseUnits('1000000000', 18);
    const most = all - toBaseUnits('99.999999', 18);
    await send(world, SERVICE_ACCOUNT, [transferTokens(FAUCET_ACCOUNT, most)]);
    await world.clock.advance(10_000);
    await engine.requestWallet('ann');
    await world.clock.advance(30_000);
    expect(engine.pausedBy()).toBe('TREASURY_TOKEN_LOW');
    expect(world.user('ann')).toMatchObject({ walletStatus: 'PENDING', walletAttempts: 0 });
    const before = serviceTransactions(world).length;
    await world.clock.advance(30_000);
    expect(serviceTransactions(world)).toHaveLength(before);
    await send(world, FAUCET_ACCOUNT, [transferTokens(SERVICE_ACCOUNT, most)]);
    await world.untilReady(['ann'], 30_000);
    expectOneOfEach(world, ['ann']);
    await during(world, engine.stop());
  });
});

describe('a setting that is wrong', () => {
  it('of the token contract makes no wallet FAILED and signs nothing', async () => {
    const world = new World();
    const wrong = { tokenContract: 'no-token.devnet' };
    const engine = await startEngine(world, { users: ['ann'], config: wrong, name: 'wrong' });
    await engine.requestWallet('ann');
    await world.clock.advance(60_000);
    expect(engine.pausedBy()).toBe('TOKEN_CONTRACT_MISSING');
    expect(world.user('ann')).toMatchObject({ walletStatus: 'PENDING', walletAttempts: 0 });
    expect(ledger(world)).toEqual([]);
    await during(world, engine.stop());
    const right = await startEngine(world, { name: 'right' });
    await world.untilReady(['ann'], 30_000);
    expectOneOfEach(world, ['ann']);
    await during(world, right.stop());
  });
});
