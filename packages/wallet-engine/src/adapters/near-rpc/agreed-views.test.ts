import { describe, expect, it } from 'vitest';
import { World } from '../../testing/simulator/world/world.ts';
import { type FakeNode, fakeError, fakeHash, fakeNodes } from '../../testing/suites/fake-nodes.ts';
import { createJsonRpcNearChain } from './json-rpc-near-chain.ts';

type Reply = NonNullable<ReturnType<NonNullable<FakeNode['reply']>>>;

const accountId = 'ann.near';
const publicKey = 'ed25519:key';
const tokenContract = 'token.near';
const block = { block_height: 100, block_hash: fakeHash('B') };
const keyWith = (nonce: number, permission: unknown = 'FullAccess'): Reply => ({
  result: { nonce, permission, ...block },
});
const noKey: Reply = {
  result: { error: `access key ${publicKey} does not exist while viewing`, ...block },
};
const account: Reply = { result: { amount: '1', locked: '0', storage_usage: 182, ...block } };
const noAccount = fakeError('UNKNOWN_ACCOUNT');
const value = (json: unknown): Reply => ({
  result: { result: [...Buffer.from(JSON.stringify(json))], logs: [], ...block },
});
const registered = value({ total: '1', available: '0' });
const notRegistered = value(null);
const keys = (...nonces: number[]): Reply => ({
  result: {
    keys: nonces.map((nonce, index) => ({
      public_key: `ed25519:${index}`,
      access_key: { nonce, permission: 'FullAccess' },
    })),
    ...block,
  },
});
const lacksBlock = fakeError('UNKNOWN_BLOCK');

/** Nodes that answer every view so; "foreign" ones are of another chain. */
function chainOf(views: Record<string, Reply>) {
  const nodes = Object.entries(views).map(([url, reply]): [string, FakeNode] => [
    url,
    {
      ...(url.includes('foreign') && { genesisHash: fakeHash('X') }),
      reply: ({ method }) => (method === 'query' ? reply : null),
    },
  ]);
  const { transport, asked } = fakeNodes(Object.fromEntries(nodes));
  const chain = createJsonRpcNearChain({
    urls: Object.keys(views),
    expectedChainId: null,
    transport,
    clock: { now: () => 0 },
    log: new World().log(),
  });
  const askedOf = () => asked.splice(0).flatMap((call) => call.match(/^(.+) query$/)?.[1] ?? []);
  return { chain, askedOf };
}

const unconfirmed = { code: 'UNCONFIRMED', pause: null };
const unreachable = { code: 'NODE_UNREACHABLE', pause: null };

describe('a nonce reported as used', () => {
  const ask = (views: Record<string, Reply>) =>
    chainOf(views).chain.viewAccessKey({ accountId, publicKey, confirmSpent: 20 });

  it('counts from two endpoints, and from the only one', async () => {
    expect(await ask({ a: keyWith(20), b: keyWith(21) })).toMatchObject({ nonce: 21 });
    expect(await ask({ a: keyWith(20) })).toMatchObject({ nonce: 20 });
  });

  it('does not count from one of two, whichever is queried first', async () => {
    expect(await ask({ a: keyWith(20), b: keyWith(19) })).toMatchObject({ nonce: 19 });
    expect(await ask({ a: keyWith(20), b: noKey })).toBeNull();
    await expect(ask({ a: keyWith(20), b: 'no connection' })).rejects.toMatchObject(unconfirmed);
  });

  it('that is impossible at its block is rejected', async () => {
    expect(await ask({ a: keyWith(101_000_000), b: keyWith(19) })).toMatchObject({ nonce: 19 });
    await expect(ask({ a: keyWith(101_000_000) })).rejects.toMatchObject(unreachable);
    expect(await ask({ a: keyWith(100_999_999) })).toMatchObject({ nonce: 100_999_999 });
    await expect(
      chainOf({ a: keys(1, 101_000_000) }).chain.viewAccessKeys({ accountId }),
    ).rejects.toMatchObject(unreachable);
  });
});

describe('the storage deposit a token requires', () => {
  const ask = (views: Record<string, Reply>) =>
    chainOf(views).chain.viewRegistrationDeposit({ tokenContract });
  const bounds = (min: string) => value({ min, max: null });
  const usual = '1250000000000000000000';
  const dear = '9000000000000000000000000';

  it('exceeds the usual amount only if two endpoints agree', async () => {
    expect(await ask({ a: bounds(dear), b: bounds(usual) })).toBe(BigInt(usual));
    expect(await ask({ a: bounds(dear), b: bounds(dear) })).toBe(BigInt(dear));
    expect(await ask({ a: bounds(dear) })).toBe(BigInt(dear));
    await expect(ask({ a: bounds(dear), b: bounds(`${dear}0`) })).rejects.toMatchObject({
      code: 'NODES_DISAGREE',
    });
    await expect(ask({ a: bounds(dear), b: 'no connection' })).rejects.toMatchObject(unconfirmed);
  });
});

describe('a view that two must agree on', () => {
  const agreed = true;
  const questions: [
    string,
    [Reply, unknown],
    [Reply, unknown],
    (scene: ReturnType<typeof chainOf>) => Promise<unknown>,
  ][] = [
    [
      'a key',
      [keyWith(5), true],
      [noKey, null],
      async ({ chain }) =>
        (await chain.viewAccessKey({ accountId, publicKey, agreed }))?.fullAccess ?? null,
    ],
    [
      "a key's access",
      [keyWith(5), true],
      [keyWith(5, { FunctionCall: {} }), false],
      async ({ chain }) =>
        (await chain.viewAccessKey({ accountId, publicKey, agreed }))?.fullAccess,
    ],
    [
      'an account',
      [account, 1n],
      [noAccount, null],
      async ({ chain }) => (await chain.viewAccount({ accountId, agreed }))?.amountYocto ?? null,
    ],
    [
      'a registration',
      [registered, true],
      [notRegistered, false],
      ({ chain }) => chain.isRegistered({ tokenContract, accountId, agreed }),
    ],
    [
      'a list of keys',
      [keys(1, 5), [1, 5]],
      [keys(1, 6), [1, 6]],
      async ({ chain }) =>
        (await chain.viewAccessKeys({ accountId, agreed })).map(({ nonce }) => nonce),
    ],
  ];

  it.each(questions)('%s', async (_name, [one, oneIs], [other, otherIs], ask) => {
    expect(await ask(chainOf({ a: one, b: one }))).toEqual(oneIs);
    expect(await ask(chainOf({ a: other, b: other }))).toEqual(otherIs);
    expect(await ask(chainOf({ a: other }))).toEqual(otherIs);
    expect(await ask(chainOf({ a: one, b: other, c: other }))).toEqual(otherIs);
    await expect(ask(chainOf({ a: one, b: other }))).rejects.toMatchObject({
      code: 'NODES_DISAGREE',
    });
    await expect(ask(chainOf({ a: other, b: lacksBlock }))).rejects.toMatchObject(unconfirmed);
  });

  it('counts from the only endpoint of this chain', async () => {
    const { chain } = chainOf({ a: notRegistered, foreign: registered });
    await chain.requireChain({ genesisHash: fakeHash('G') });
    expect(await chain.isRegistered({ tokenContract, accountId, agreed })).toBe(false);
  });

  it('costs one call where none is needed', async () => {
    const { chain, askedOf } = chainOf({ a: notRegistered, b: registered });
    expect(await chain.isRegistered({ tokenContract, accountId })).toBe(false);
    expect(askedOf()).toEqual(['a']);
  });
});
