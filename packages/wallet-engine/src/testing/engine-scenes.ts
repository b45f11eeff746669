import { expect } from 'vitest';
import type { RpcTransport } from '../adapters/near-rpc/rpc-transport.ts';
import type { Clock } from '../core/clock.ts';
import type { WalletEngine } from '../wallets/wallet-engine.ts';
import { rewardBaseUnits, type World, type WrapPort } from './simulator/world/world.ts';

/** Advances the clock until the promise settles. */
export async function during<T>(world: World, promise: Promise<T>, withinMs = 60_000): Promise<T> {
  let settled = false;
  const done = () => {
    settled = true;
  };
  promise.then(done, done);
  await world.clock.until(() => settled, withinMs);
  return promise;
}

/** A started engine with its lanes ready and users without wallets. */
export async function startEngine(
  world: World,
  {
    users = [],
    ...options
  }: { users?: string[] } & NonNullable<Parameters<World['engine']>[0]> = {},
): Promise<WalletEngine> {
  for (const userId of users) world.addUser(userId);
  const engine = world.engine(options);
  await during(world, engine.start());
  return engine;
}

/** Waits until the lane keys are on chain, so that a request meets an idle system. */
export function untilLanesReady(world: World): Promise<void> {
  return world.clock.until(
    () =>
      world.logged.some(
        ({ message }) => message === 'access keys of the service account (lanes) are ready to sign',
      ),
    30_000,
  );
}

interface SignedFor {
  userId: string;
  purpose: string;
  count: number;
}

/** Expects READY wallets with exactly one account, key, registration and reward on chain. */
export function expectOneOfEach(world: World, userIds: string[]): void {
  const chain = world.devnet.inspect();
  for (const userId of userIds) {
    const user = world.user(userId);
    const accountId = String(user.nearAccountId);
    expect(user).toMatchObject({ walletStatus: 'READY', walletError: null, chocoBalance: '100' });
    expect(chain.accessKey(accountId, String(user.nearPublicKey))?.permission.type).toBe(
      'FullAccess',
    );
    expect(chain.tokenBalance(accountId)).toBe(rewardBaseUnits);
    const rewards = world.rows('SELECT * FROM "TokenTransfer" WHERE "userId" = ?', userId);
    expect(rewards).toMatchObject([{ status: 'COMPLETED', purpose: 'SIGNUP_REWARD' }]);
  }
  const signed = world.rows<SignedFor>(
    `SELECT "userId", "purpose", count(*) AS "count" FROM "ChainTransactionWallet"
      WHERE "live" = 1 GROUP BY "userId", "purpose" HAVING count(*) > 1`,
  );
  expect(signed).toEqual([]);
}

/** Every transaction of the service account on chain, with the methods it called. */
export function serviceTransactions(world: World): { receiverId: string; succeeded: boolean }[] {
  return world.devnet
    .inspect()
    .transactions()
    .filter(({ transaction }) => transaction.signerId === 'choonsim.devnet')
    .map(({ transaction, result }) => ({
      receiverId: transaction.receiverId,
      succeeded: result !== null && result.type !== 'failure',
    }));
}

export function ledger(world: World): { purpose: string; status: string }[] {
  return world.rows(
    'SELECT "purpose", "status" FROM "ChainTransaction" ORDER BY "createdAt", "nonce"',
  );
}

/**
 * A process that can be killed as by `kill -9`: what it has sent stays sent, and none of its work
 * continues. Spread it into the options of an engine.
 */
export class MortalProcess {
  isDead = false;
  readonly clock: Clock;
  readonly transport: RpcTransport;
  readonly wrap: WrapPort;

  constructor(world: World) {
    const never = () => new Promise<never>(() => undefined);
    const whileAlive = async <T>(work: () => Promise<T>): Promise<T> => {
      if (this.isDead) return never();
      const result = await work();
      return this.isDead ? never() : result;
    };
    this.clock = {
      now: () => world.clock.now(),
      sleep: (delayMs, signal) => whileAlive(() => world.clock.sleep(delayMs, signal)),
    };
    this.transport = (call) => whileAlive(() => world.transport(call));
    this.wrap = (_name, port) =>
      new Proxy(port, {
        get: (target, property, receiver) => {
          const method: unknown = Reflect.get(target, property, receiver);
          if (typeof method !== 'function') return method;
          return (...args: unknown[]) =>
            whileAlive(async (): Promise<unknown> => method.apply(target, args));
        },
      });
  }

  kill(): void {
    this.isDead = true;
  }
}
