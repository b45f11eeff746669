import { CHOCO_TOKEN, developmentKey, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import { beforeEach, describe, expect, it } from 'vitest';
import { createJsonRpcNearChain } from '../../../adapters/near-rpc/json-rpc-near-chain.ts';
import { isRecord } from '../../../adapters/near-rpc/rpc-reply.ts';
import type { NearChain } from '../../../ports/near-chain.ts';
import { deliver, signAs } from '../../development-signer.ts';
import { during } from '../../engine-scenes.ts';
import { SeededRandom } from '../world/seeded-random.ts';
import { World } from '../world/world.ts';
import { plausibleLies } from './plausible-lies.ts';

const { publicKey } = developmentKey(SERVICE_ACCOUNT);
const noopTo = {
  receiverId: SERVICE_ACCOUNT,
  actions: [{ type: 'transfer' as const, amountYocto: 0n }],
};
const ourKey = { accountId: SERVICE_ACCOUNT, publicKey };

/** An account of ours with a key, registered with the token. */
async function walletMadeBy(world: World): Promise<{ accountId: string; key: string }> {
  const accountId = `ann.${SERVICE_ACCOUNT}`;
  const { publicKey: key } = developmentKey('ann');
  const make = [
    { type: 'createAccount' as const },
    { type: 'addFullAccessKey' as const, publicKey: key },
  ];
  const register = {
    type: 'functionCall' as const,
    method: 'storage_deposit',
    args: { account_id: accountId, registration_only: true },
    gas: 10n ** 13n,
    depositYocto: 1_250_000_000_000_000_000_000n,
  };
  for (const [receiverId, actions] of [
    [accountId, make],
    [CHOCO_TOKEN, [register]],
  ] as const) {
    await deliver(world.devnet, await signAs(world.devnet, { receiverId, actions: [...actions] }));
    await world.clock.advance(5_000);
  }
  return { accountId, key };
}

// A lie that the reply parsers reject would test nothing.
describe('a node whose lies no single reply reveals', () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    await world.clock.advance(5_000);
  });

  /** A client of one node that always tells this lie. */
  function clientOf(name: string, isConsistent = true): NearChain {
    const lie = plausibleLies
      .find((each) => each.name === name)
      ?.begin({ world, random: new SeededRandom(1), isConsistent });
    if (!lie) throw new Error(`there is no lie "${name}"`);
    return createJsonRpcNearChain({
      urls: ['node'],
      expectedChainId: null,
      log: world.log(),
      clock: world.clock,
      transport: (call) => lie(isRecord(call.body) ? call.body : {}, () => world.transport(call)),
    });
  }

  const noop = () => signAs(world.devnet, noopTo);

  it.each([
    ['shows balances too low', 10n ** 18n],
    ['shows balances too high', 10n ** 33n],
  ])('%s', async (name, amount) => {
    const chain = clientOf(name);
    expect(await chain.viewAccount({ accountId: SERVICE_ACCOUNT })).toMatchObject({
      amountYocto: amount,
    });
    const view = { tokenContract: CHOCO_TOKEN, accountId: SERVICE_ACCOUNT };
    expect(await chain.viewTokenBalance(view)).toBe(amount);
  });

  it.each([
    ['shows nonces too low', -1],
    ['shows nonces too high', 1],
  ])('%s', async (name, sign) => {
    await deliver(world.devnet, await signAs(world.devnet, { ...noopTo, noncesAhead: 50 }));
    await world.clock.advance(5_000);
    const nonce = Number(world.devnet.inspect().accessKey(SERVICE_ACCOUNT, publicKey)?.nonce);
    const chain = clientOf(name);
    const shown = await chain.viewAccessKey(ourKey);
    expect(Math.sign((shown?.nonce ?? nonce) - nonce)).toBe(sign);
    const listed = await chain.viewAccessKeys({ accountId: SERVICE_ACCOUNT });
    expect(listed.find((key) => key.publicKey === publicKey)?.nonce).toBe(shown?.nonce);
  });

  it('leaves keys out of lists, the same ones each time', async () => {
    world.devnet.producer.patch(
      Array.from({ length: 9 }, (_, index) => ({
        type: 'accessKey',
        accountId: SERVICE_ACCOUNT,
        publicKey: developmentKey(`other${index}`).publicKey,
        nonce: 0,
      })),
    );
    await world.clock.advance(5_000);
    const chain = clientOf('leaves keys out of lists');
    const listed = await chain.viewAccessKeys({ accountId: SERVICE_ACCOUNT });
    expect(listed.length).toBeGreaterThan(0);
    expect(listed.length).toBeLessThan(10);
    expect(await chain.viewAccessKeys({ accountId: SERVICE_ACCOUNT })).toEqual(listed);
  });

  it('keeps bytes to itself', async () => {
    const signed = await noop();
    const chain = clientOf('keeps bytes to itself');
    expect(await chain.sendTransaction(signed)).toEqual({ kind: 'pending' });
    await world.clock.advance(5_000);
    expect(world.devnet.inspect().transaction(signed.hash)).toBeNull();
  });

  it.each([
    ['shows inclusion for ever', { kind: 'included' }],
    ['makes up failures', { kind: 'final', outcome: { succeeded: false } }],
  ])('%s of a transaction that succeeds', async (name, answer) => {
    const signed = await noop();
    const chain = clientOf(name);
    expect(await during(world, chain.sendTransaction(signed))).toMatchObject(answer);
    await world.clock.advance(5_000);
    expect(await during(world, chain.readTransaction(signed))).toMatchObject(answer);
  });

  it('denies hashes', async () => {
    const signed = await noop();
    await deliver(world.devnet, signed);
    await world.clock.advance(5_000);
    expect(await clientOf('denies hashes').lookUpTransaction(signed)).toEqual({ kind: 'unknown' });
  });

  it('denies accounts and registrations', async () => {
    const { accountId, key } = await walletMadeBy(world);
    const chain = clientOf('denies accounts and registrations');
    expect(await chain.viewAccount({ accountId })).toBeNull();
    expect(await chain.viewAccessKey({ accountId, publicKey: key })).toBeNull();
    expect(await chain.isRegistered({ tokenContract: CHOCO_TOKEN, accountId })).toBe(false);
  });

  it('makes up accounts and registrations', async () => {
    const accountId = `nobody.${SERVICE_ACCOUNT}`;
    const chain = clientOf('makes up accounts and registrations');
    expect(await chain.viewAccount({ accountId })).not.toBeNull();
    expect(await chain.viewAccessKey({ accountId, publicKey })).toBeNull();
    expect(await chain.isRegistered({ tokenContract: CHOCO_TOKEN, accountId })).toBe(true);
  });

  it.each([true, false])(
    'shows an old head as its own (consistently: %s)',
    async (isConsistent) => {
      const chain = clientOf('shows an old head as its own', isConsistent);
      const { height } = await chain.readFinalBlock();
      await world.clock.advance(5_000);
      expect((await chain.readFinalBlock()).height).toBe(height);
      expect(height).toBeLessThan(world.devnet.inspect().finalHeight);
    },
  );

  it.each([true, false])('runs ahead of the chain (consistently: %s)', async (isConsistent) => {
    const chain = clientOf('runs ahead of the chain', isConsistent);
    await world.clock.advance(8_000);
    const { height } = await chain.readFinalBlock();
    expect(height).toBeGreaterThan(world.devnet.inspect().finalHeight);
    expect(await chain.viewAccessKey({ ...ourKey, atHeight: height })).toMatchObject({ height });
  });
});
