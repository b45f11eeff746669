import { describe, expect, it } from 'vitest';
import type { RpcTransport } from '../adapters/near-rpc/rpc-transport.ts';
import { during, expectOneOfEach, ledger, startEngine } from '../testing/engine-scenes.ts';
import { World } from '../testing/simulator/world/world.ts';

/** The node, with another genesis. */
const elsewhere =
  (world: World): RpcTransport =>
  async (call) => {
    const answer = await world.transport(call);
    return Object(call.body).method === 'status'
      ? { ...answer, body: answer.body.replace(/("genesis_hash":)"\w+"/, `$1"${'A'.repeat(43)}"`) }
      : answer;
  };

/** By a process with the right settings, from its start to its stop. */
async function expectWalletMade(world: World): Promise<void> {
  const engine = await startEngine(world, { users: ['ann'], name: 'right' });
  await engine.requestWallet('ann');
  await world.untilReady(['ann'], 30_000);
  expectOneOfEach(world, ['ann']);
  await during(world, engine.stop());
}

describe('a mistaken first start', () => {
  it.each(['nobody.devnet', 'devnet'])('with the account %s leaves no trace', async (mistaken) => {
    const world = new World();
    const first = await startEngine(world, { config: { serviceAccountId: mistaken } });
    const reason = expect.stringMatching(/SERVICE_ACCOUNT_MISSING|SERVICE_KEY_INVALID/);
    expect(first.pausedBy()).toEqual(reason);
    // Nobody else is paused, so this process must say it.
    expect(first.interruptedBy()).toEqual(reason);
    await during(world, first.stop());
    await expectWalletMade(world);
  });

  it('at a node of another network is forgotten as long as nothing was signed', async () => {
    const world = new World();
    // With the treasury's own first reading in its way: nothing gets signed.
    const first = await startEngine(world, {
      transport: elsewhere(world),
      config: { reserveYocto: 10n ** 36n },
    });
    expect([first.pausedBy(), first.interruptedBy()]).toEqual(['TREASURY_NEAR_LOW', null]);
    await during(world, first.stop());
    await expectWalletMade(world);
  });
});

describe('a start with the settings of another service, after something was signed', () => {
  async function madeWallet(): Promise<World> {
    const world = new World();
    await expectWalletMade(world);
    return world;
  }

  it('is refused when its node is of another network', async () => {
    const world = await madeWallet();
    const other = world.engine({ name: 'other', transport: elsewhere(world) });
    await expect(during(world, other.start())).rejects.toMatchObject({ code: 'WRONG_CHAIN' });
  });

  it.each(['nobody.devnet', 'devnet'])('is refused when its account is %s', async (mistaken) => {
    const world = await madeWallet();
    const signed = ledger(world);
    const other = world.engine({ name: 'other', config: { serviceAccountId: mistaken } });
    await expect(during(world, other.start())).rejects.toMatchObject({
      code: 'SERVICE_ACCOUNT_CHANGED',
    });
    expect(ledger(world)).toEqual(signed);
  });
});
