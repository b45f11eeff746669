import { FAUCET_ACCOUNT, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import { describe, expect, it } from 'vitest';
import type { RpcTransport } from '../adapters/near-rpc/rpc-transport.ts';
import { toBaseUnits, yoctoPerNear } from '../core/amounts.ts';
import type { NearAction } from '../ports/near-chain.ts';
import {
  during,
  expectOneOfEach,
  ledger,
  serviceTransactions,
  startEngine,
  untilLanesReady,
} from '../testing/engine-scenes.ts';
import { register, send } from '../testing/simulator/faults/strangers.ts';
import { World } from '../testing/simulator/world/world.ts';
import type { WalletEngine } from './wallet-engine.ts';

async function setUp(users: string[]) {
  const world = new World();
  const engine = await startEngine(world, { users });
  await untilLanesReady(world);
  return { world, engine };
}

const transferTokens = (receiver: string, amount: bigint): NearAction => ({
  type: 'functionCall',
  method: 'ft_transfer',
  args: { receiver_id: receiver, amount: amount.toString() },
  gas: 10n ** 13n,
  depositYocto: 1n,
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

  it('of NEAR pauses everyone, costs no attempt, and resumes by itself when funded', async () => {
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

  it('of NEAR that its storage does not lock pauses everyone, before a node refuses what was signed', async () => {
    const { world, engine } = await setUp(['ann']);
    const patch = (storageUsage: number) =>
      world.devnet.producer.patch([
        {
          type: 'account',
          accountId: SERVICE_ACCOUNT,
          amountYocto: `${5n * yoctoPerNear}`,
          lockedYocto: '0',
          storageUsage,
        },
      ]);
    patch(400_000);
    await world.clock.advance(10_000);
    await engine.requestWallet('ann');
    await world.clock.advance(60_000);
    expect(engine.pausedBy()).toBe('TREASURY_NEAR_LOW');
    expect(ledger(world).filter(({ purpose }) => purpose !== 'LANES')).toEqual([]);
    patch(838);
    await world.untilReady(['ann'], 30_000);
    expectOneOfEach(world, ['ann']);
    await during(world, engine.stop());
  });

  const users = Array.from({ length: 40 }, (_, index) => `user-${index}`);

  /** As they come in, more than can be paid for. @returns what is left of the treasury */
  async function spendAll(world: World, engine: WalletEngine): Promise<bigint> {
    for (const userId of users) {
      world.addUser(userId);
      await engine.requestWallet(userId);
      await world.clock.advance(400);
    }
    await world.clock.advance(20_000);
    expect(world.users().some(({ walletStatus }) => walletStatus === 'READY')).toBe(true);
    expect(engine.pausedBy()).toBe('TREASURY_NEAR_LOW');
    return world.devnet.inspect().account(SERVICE_ACCOUNT)?.amountYocto ?? 0n;
  }
  const fundsOfTen = yoctoPerNear + (yoctoPerNear * 135n) / 100n;

  it.each([50_000, -8_000])(
    'keeps the reserve beside a clock that is %i ms wrong',
    async (skewMs) => {
      const { world, engine } = await setUp([]);
      setFunds(world, fundsOfTen);
      await world.clock.advance(8_000);
      const skewed = {
        now: () => world.clock.now() + skewMs,
        sleep: (delayMs: number, signal?: AbortSignal) => world.clock.sleep(delayMs, signal),
      };
      // Its readings of the treasury must not be dated by it.
      const other = await startEngine(world, { name: 'other', clock: skewed });
      expect(await spendAll(world, engine)).toBeGreaterThanOrEqual(yoctoPerNear);
      await during(world, Promise.all([engine.stop(), other.stop()]));
    },
  );

  it('keeps the reserve when its node is 40 blocks behind', async () => {
    const world = new World();
    let lagBlocks = 0;
    const transport: RpcTransport = (call) => {
      const { params } = Object(call.body);
      if (params?.finality !== 'final') return world.transport(call);
      const { finality: _, ...others } = params;
      const blockId = world.devnet.inspect().finalHeight - lagBlocks;
      return world.transport({
        ...call,
        body: { ...Object(call.body), params: { ...others, block_id: blockId } },
      });
    };
    const engine = await startEngine(world, { transport });
    await untilLanesReady(world);
    setFunds(world, fundsOfTen);
    await world.clock.advance(60_000);
    lagBlocks = 40;
    expect(await spendAll(world, engine)).toBeGreaterThanOrEqual(yoctoPerNear);
    await during(world, engine.stop());
  });

  it("is read again although the chain's time is hours ahead", async () => {
    const { world, engine } = await setUp(['ann']);
    world.devnet.producer.fastForward(90_000);
    await world.clock.advance(10_000);
    setFunds(world, yoctoPerNear);
    await world.clock.advance(20_000);
    await engine.requestWallet('ann');
    await world.clock.advance(20_000);
    expect(engine.pausedBy()).toBe('TREASURY_NEAR_LOW');
    setFunds(world, 10n * yoctoPerNear);
    await world.untilReady(['ann'], 30_000);
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

  it('of tokens pauses everyone, and resumes by itself when they are back', async () => {
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

describe('a wrong setting', () => {
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
