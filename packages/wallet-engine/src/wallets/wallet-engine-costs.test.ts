import { SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import { expect, it } from 'vitest';
import { usualRegistrationYocto } from '../service/transaction-plan.ts';
import { during, startEngine, untilLanesReady } from '../testing/engine-scenes.ts';
import { World, worldConfig } from '../testing/simulator/world/world.ts';

// Spend limits and treasury count by the ledger: a missing share would be spent without being counted.
it('the ledger knows, to the yocto, what the service account has lost', async () => {
  const world = new World();
  const funds = () => world.devnet.inspect().account(SERVICE_ACCOUNT)?.amountYocto ?? 0n;
  const before = funds();
  const users = Array.from({ length: 12 }, (_, index) => `user${index}`);
  const engine = await startEngine(world, { users });
  await untilLanesReady(world);
  for (const userId of users) await engine.requestWallet(userId);
  await world.untilReady(users);
  await world.clock.advance(10_000);

  const rows = world.rows<{ purpose: string; burntYocto: string; wallets: number; status: string }>(
    `SELECT "purpose", "status", "burntYocto", (SELECT count(*) FROM "ChainTransactionWallet"
      WHERE "hash" = "ChainTransaction"."hash") AS "wallets" FROM "ChainTransaction"`,
  );
  const given: Record<string, bigint> = {
    CREATE: worldConfig.initialBalanceYocto,
    REWARD: usualRegistrationYocto + 1n,
  };
  let known = 0n;
  for (const { purpose, status, burntYocto, wallets } of rows) {
    expect(status).toBe('SUCCEEDED');
    known += BigInt(burntYocto) + (given[purpose] ?? 0n) * BigInt(wallets);
  }
  expect(before - funds()).toBe(known);
  await during(world, engine.stop());
});
