import { CHOCO_TOKEN, createGenesis } from '@choonsim/near-devnet';
import { describe, expect, it } from 'vitest';
import { isRecord } from '../adapters/near-rpc/rpc-reply.ts';
import type { RpcTransport } from '../adapters/near-rpc/rpc-transport.ts';
import { during, expectOneOfEach, ledger, startEngine } from '../testing/engine-scenes.ts';
import { World } from '../testing/simulator/world/world.ts';

const depositYocto = 3n * 10n ** 21n;

/** CHOCO asks for 0.003 NEAR a registration, more than twice the usual. */
function worldWithDearToken(): World {
  const tokens = createGenesis().tokens.map((token) =>
    token.contractId === CHOCO_TOKEN ? { ...token, registrationDepositYocto: depositYocto } : token,
  );
  return new World({ genesis: { tokens } });
}

function depositsPaid(world: World): bigint[] {
  return world.devnet
    .inspect()
    .transactions()
    .flatMap(({ transaction }) => transaction.actions)
    .flatMap((action) =>
      action.type === 'FunctionCall' && action.methodName === 'storage_deposit'
        ? [action.depositYocto]
        : [],
    );
}

describe('a token with its own registration price', () => {
  it('is asked for it, and gets exactly that', async () => {
    const world = worldWithDearToken();
    const engine = await startEngine(world, { users: ['ann', 'bob'] });
    await Promise.all(['ann', 'bob'].map((userId) => engine.requestWallet(userId)));
    await world.untilReady(['ann', 'bob'], 30_000);
    expectOneOfEach(world, ['ann', 'bob']);
    expect(depositsPaid(world)).toEqual([depositYocto, depositYocto]);
    await during(world, engine.stop());
  });

  it('that is raised meanwhile pauses once, and is asked for again', async () => {
    const world = worldWithDearToken();
    let isRaised = false;
    // Until it is raised the token answers what it asked for before.
    const transport: RpcTransport = async (call) => {
      const answer = await world.transport(call);
      const { params } = isRecord(call.body) ? call.body : {};
      const method = isRecord(params) ? params.method_name : undefined;
      if (method !== 'storage_balance_bounds' || isRaised) return answer;
      const before = Buffer.from(JSON.stringify({ min: `${125n * 10n ** 19n}`, max: null }));
      const body = JSON.parse(answer.body);
      body.result.result = [...before];
      return { ...answer, body: JSON.stringify(body) };
    };
    const engine = await startEngine(world, { users: ['ann'], transport });
    await engine.requestWallet('ann');
    await world.clock.until(() => engine.pausedBy() === 'TOKEN_CONTRACT_MISSING', 30_000);
    isRaised = true;
    await world.untilReady(['ann'], 30_000);
    expectOneOfEach(world, ['ann']);
    const rewards = ledger(world).filter(({ purpose }) => purpose === 'REWARD');
    expect(rewards.at(-1)).toMatchObject({ status: 'SUCCEEDED' });
    expect(rewards.filter(({ status }) => status === 'SUCCEEDED')).toHaveLength(1);
    expect(world.user('ann')).toMatchObject({ walletAttempts: 1 });
    expect(engine.pausedBy()).toBeNull();
    await during(world, engine.stop());
  });
});
