import { describe, expect, it } from 'vitest';
import { World } from '../../testing/simulator/world/world.ts';
import {
  type FakeNode,
  type FakeReply,
  fakeError,
  fakeHash,
  fakeNodes,
} from '../../testing/suites/fake-nodes.ts';
import { createJsonRpcNearChain } from './json-rpc-near-chain.ts';

const accountId = 'ann.near';
const publicKey = 'ed25519:key';
const tokenContract = 'token.near';
const block = { block_height: 100, block_hash: fakeHash('B') };

type Reply = NonNullable<FakeNode['reply']>;
type Chain = ReturnType<typeof createJsonRpcNearChain>;

/** Nodes that answer views so, and to whom they were put. */
function chainOf(views: Record<string, Reply>, more: Record<string, FakeNode> = {}) {
  const nodes = Object.entries(views).map(([url, reply]): [string, FakeNode] => [
    url,
    { reply: (call) => (call.method === 'query' ? reply(call) : null), ...more[url] },
  ]);
  const { transport, asked, proofs } = fakeNodes(Object.fromEntries(nodes));
  const clock = { atMs: 1_000_000, now: () => clock.atMs };
  const chain = createJsonRpcNearChain({
    urls: Object.keys(views),
    expectedChainId: null,
    transport,
    clock,
    log: new World().log(),
  });
  const askedOf = () => asked.flatMap((call) => call.match(/^(.+) query$/)?.[1] ?? []);
  return { chain, askedOf, proofs, clock };
}

const always = (reply: FakeReply) => () => reply;
const accountWith = (amount: string) =>
  always({ result: { amount, locked: '0', storage_usage: 182, ...block } });
const noAccount = always(fakeError('UNKNOWN_ACCOUNT'));
const keyWith = (permission: unknown, nonce = 5) =>
  always({ result: { nonce, permission, ...block } });
const noKey = always(fakeError('UNKNOWN_ACCESS_KEY'));
const bytesOf = (json: unknown) => [...Buffer.from(JSON.stringify(json))];
const value = (json: unknown) => always({ result: { result: bytesOf(json), logs: [], ...block } });
const noContract = always(fakeError('NO_CONTRACT_CODE'));

const viewAccount = (more: object) => (chain: Chain) => chain.viewAccount({ accountId, ...more });
const viewKey = (more: object) => (chain: Chain) =>
  chain.viewAccessKey({ accountId, publicKey, ...more });
const viewBalance = (more: object) => (chain: Chain) =>
  chain.viewTokenBalance({ tokenContract, accountId, ...more });

// What stops somebody, or has us pay again, is not one node's to say.
describe('a second node is queried', () => {
  const confirm = { confirmAbsence: true };
  it.each<[what: string, said: Reply, ask: (chain: Chain) => Promise<unknown>]>([
    ['where an account is missing', noAccount, viewAccount(confirm)],
    [
      'where it has less than is needed',
      accountWith('9'),
      viewAccount({ ...confirm, confirmBelowYocto: 10n }),
    ],
    ['where a key is missing', noKey, viewKey(confirm)],
    ['where a key has no full access', keyWith({ FunctionCall: {} }), viewKey(confirm)],
    ['where a nonce is said to be spent', keyWith('FullAccess', 5), viewKey({ confirmSpent: 5 })],
    [
      'where it has more than before',
      accountWith('11'),
      viewAccount({ ...confirm, confirmBelowYocto: 5n, confirmAboveYocto: 10n }),
    ],
    ['where there are more tokens', value('11'), viewBalance({ confirmAbove: 10n })],
    ['where there are too few tokens', value('9'), viewBalance({ confirmBelow: 10n })],
    [
      'where there is no contract',
      noContract,
      (chain) => chain.viewTokenDecimals({ tokenContract }),
    ],
    [
      'where the token has other decimals than expected',
      value({ decimals: 6 }),
      (chain) => chain.viewTokenDecimals({ tokenContract, expected: 18 }),
    ],
    [
      'where a registration costs less than usual',
      value({ min: '1249999999999999999999', max: null }),
      (chain) => chain.viewRegistrationDeposit({ tokenContract }),
    ],
    [
      'where it costs more',
      value({ min: '1250000000000000000001', max: null }),
      (chain) => chain.viewRegistrationDeposit({ tokenContract }),
    ],
  ])('%s', async (_what, said, ask) => {
    const { chain, askedOf } = chainOf({ a: said, b: said });
    await ask(chain).catch(() => undefined);
    expect(askedOf()).toEqual(['a', 'b']);
  });
});

describe('one node is enough', () => {
  const confirm = { confirmAbsence: true };
  it.each<[what: string, said: Reply, ask: (chain: Chain) => Promise<unknown>]>([
    ['where nobody minds that an account is missing', noAccount, viewAccount({})],
    ['nor what it has', accountWith('9'), viewAccount({ confirmBelowYocto: 10n })],
    ['for an account that is there', accountWith('0'), viewAccount(confirm)],
    [
      'for one that has just enough',
      accountWith('10'),
      viewAccount({ ...confirm, confirmBelowYocto: 10n }),
    ],
    ['where nobody minds that a key is missing', noKey, viewKey({})],
    ['for a key that is there', keyWith('FullAccess'), viewKey(confirm)],
    ['for a nonce that is not spent', keyWith('FullAccess', 4), viewKey({ confirmSpent: 5 })],
    ['for a missing key that has spent nothing', noKey, viewKey({ confirmSpent: 5 })],
    ['for just enough tokens', value('10'), viewBalance({ confirmBelow: 10n })],
    ['for tokens nobody counts', value('0'), viewBalance({})],
    [
      'for what a token says of itself',
      value({ decimals: 18 }),
      (chain) => chain.viewTokenDecimals({ tokenContract }),
    ],
    [
      'for the decimals that were expected',
      value({ decimals: 18 }),
      (chain) => chain.viewTokenDecimals({ tokenContract, expected: 18 }),
    ],
    [
      'for the usual price of a registration',
      value({ min: '1250000000000000000000', max: null }),
      (chain) => chain.viewRegistrationDeposit({ tokenContract }),
    ],
    [
      'for the price that was confirmed before',
      value({ min: '2350000000000000000000', max: null }),
      (chain) => chain.viewRegistrationDeposit({ tokenContract, expected: 235n * 10n ** 19n }),
    ],
  ])('%s', async (_what, said, ask) => {
    const { chain, askedOf } = chainOf({ a: said, b: said });
    await ask(chain);
    expect(askedOf()).toEqual(['a']);
  });
});

describe('a balance', () => {
  const limits = { confirmAbsence: true, confirmBelowYocto: 5n, confirmAboveYocto: 10n };
  const ask = (views: Record<string, Reply>) =>
    chainOf(views).chain.viewAccount({ accountId, ...limits });

  it('above what is expected counts when a second node shows the same', async () => {
    const rise = { a: accountWith('20'), b: accountWith('20') };
    expect(await ask(rise)).toMatchObject({ amountYocto: 20n });
  });

  it('of one node is replaced by an expected one of another', async () => {
    const views = { a: accountWith('9999'), b: accountWith('8') };
    expect(await ask(views)).toMatchObject({ amountYocto: 8n });
  });

  it.each([
    ['20', '9999'],
    ['9999', '4'],
    ['4', '20'],
  ])('is undecided between %s and %s', async (a, b) => {
    const views = { a: accountWith(a), b: accountWith(b) };
    await expect(ask(views)).rejects.toMatchObject({ code: 'NODES_DISAGREE' });
  });

  it('above what is expected is unconfirmed while the second node is silent', async () => {
    const silent = always('no connection');
    await expect(ask({ a: accountWith('20'), b: silent })).rejects.toMatchObject({
      code: 'UNCONFIRMED',
    });
    expect(await ask({ a: accountWith('20') })).toMatchObject({ amountYocto: 20n });
  });
});

describe('a contract', () => {
  const ask = (views: Record<string, Reply>) =>
    chainOf(views).chain.viewRegistrationDeposit({ tokenContract });
  const dear = value({ min: '9000000000000000000000000', max: null });

  it('is missing if two nodes report it, or the only one does', async () => {
    const missing = { code: 'TOKEN_CONTRACT_MISSING' };
    await expect(ask({ a: noContract, b: noContract })).rejects.toMatchObject(missing);
    await expect(ask({ a: noContract })).rejects.toMatchObject(missing);
  });

  const usual = 125n * 10n ** 19n;

  it('exists if the second node returns its answer', async () => {
    expect(await ask({ a: noContract, b: value({ min: `${usual}`, max: null }) })).toBe(usual);
  });

  it('that says so alone is not paid too little', async () => {
    const views = { a: value({ min: '0', max: null }), b: value({ min: `${usual}`, max: null }) };
    expect(await ask(views)).toBe(usual);
  });

  it('is undecided if one node reports it missing and the other an unconfirmed value', async () => {
    const disagree = { code: 'NODES_DISAGREE' };
    await expect(ask({ a: noContract, b: dear })).rejects.toMatchObject(disagree);
    await expect(ask({ a: dear, b: noContract })).rejects.toMatchObject(disagree);
  });

  it('is missing if two nodes report it, also where two must agree', async () => {
    const { chain } = chainOf({ a: noContract, b: noContract });
    await expect(
      chain.isRegistered({ tokenContract, accountId, agreed: true }),
    ).rejects.toMatchObject({ code: 'TOKEN_CONTRACT_MISSING' });
  });
});

describe('nodes that must agree may differ in values that change every block', () => {
  const agreed = true;
  it.each<[what: string, a: Reply, b: Reply, ask: (chain: Chain) => Promise<unknown>]>([
    ['the balance of an account', accountWith('1'), accountWith('2'), viewAccount({ agreed })],
    ['the nonce of a key', keyWith('FullAccess', 5), keyWith('FullAccess', 6), viewKey({ agreed })],
  ])('%s', async (_what, a, b, ask) => {
    expect(await ask(chainOf({ a, b }).chain)).not.toBeNull();
  });
});

describe('the keys of an account', () => {
  const pageOf = (names: string[], lastKey: string | null) => ({
    result: {
      keys: names.map((name) => ({
        public_key: name,
        access_key: { nonce: 1, permission: 'FullAccess' },
      })),
      last_key: lastKey,
      ...block,
    },
  });
  const namesOf = (keys: { publicKey: string }[]) => keys.map((key) => key.publicKey);

  it('are read page by page at one block, up to the last', async () => {
    const asked: object[] = [];
    const { chain } = chainOf({
      a: ({ params }) => {
        asked.push(params);
        if (params.after_key === undefined) return pageOf(['one', 'two'], 'two');
        return params.after_key === 'two' ? pageOf(['three'], 'three') : pageOf(['four'], null);
      },
    });
    expect(namesOf(await chain.viewAccessKeys({ accountId }))).toEqual([
      'one',
      'two',
      'three',
      'four',
    ]);
    const page = {
      request_type: 'view_access_key_list',
      account_id: accountId,
      limit: 100,
      block_id: 100,
    };
    expect(asked).toEqual([page, { ...page, after_key: 'two' }, { ...page, after_key: 'three' }]);
  });

  it('may come in pages from one of two nodes that must agree, and at once from an older one', async () => {
    const paged: Reply = ({ params }) =>
      params.after_key === undefined ? pageOf(['one', 'two'], 'two') : pageOf(['three'], null);
    const whole = always(pageOf(['one', 'two', 'three'], null));
    for (const views of [
      { a: paged, b: whole },
      { a: whole, b: paged },
    ]) {
      const { chain } = chainOf(views);
      const keys = await chain.viewAccessKeys({ accountId, agreed: true });
      expect(namesOf(keys)).toEqual(['one', 'two', 'three']);
    }
  });

  it('are empty for an account that does not exist', async () => {
    expect(await chainOf({ a: noAccount }).chain.viewAccessKeys({ accountId })).toEqual([]);
  });

  it('come from one node unless two must agree', async () => {
    const views = { a: always(pageOf(['one'], null)), b: always(pageOf(['two'], null)) };
    const { chain, askedOf } = chainOf(views);
    expect(namesOf(await chain.viewAccessKeys({ accountId }))).toEqual(['one']);
    expect(askedOf()).toEqual(['a']);
    await expect(chain.viewAccessKeys({ accountId, agreed: true })).rejects.toMatchObject({
      code: 'NODES_DISAGREE',
    });
  });

  it('are given up after 200 pages of an endless list', async () => {
    let pages = 0;
    const { chain, askedOf } = chainOf({
      a: () => {
        pages += 1;
        return pageOf([`key-${pages}`], `key-${pages}`);
      },
    });
    await expect(chain.viewAccessKeys({ accountId })).rejects.toMatchObject({
      code: 'NODE_UNREACHABLE',
    });
    expect(askedOf()).toHaveLength(200);
  });

  it.each<[string, (page: number) => FakeReply]>([
    ['never end', (page) => pageOf([`key-${page}`], `key-${page}`)],
    ['come again', (page) => pageOf([`key-${page % 3}`], `key-${page % 3}`)],
    ['are listed twice', () => pageOf(['one', 'two', 'one'], null)],
    ['break off', (page) => (page < 3 ? pageOf([`key-${page}`], `key-${page}`) : 'no connection')],
  ])('are read anew from the second node if those of the first %s', async (_what, pages) => {
    let page = 0;
    const first = () => {
      page += 1;
      return pages(page);
    };
    const second = always(pageOf(['mine'], null));
    const { chain } = chainOf({ a: first, b: second });
    expect(namesOf(await chain.viewAccessKeys({ accountId }))).toEqual(['mine']);
    const alone = chainOf({ a: first }).chain;
    await expect(alone.viewAccessKeys({ accountId })).rejects.toMatchObject({
      code: 'NODE_UNREACHABLE',
    });
  });

  it('are rejected if a page does not advance', async () => {
    const { chain, askedOf } = chainOf({ a: always(pageOf(['again'], 'again')) });
    await expect(chain.viewAccessKeys({ accountId })).rejects.toMatchObject({
      code: 'NODE_UNREACHABLE',
    });
    expect(askedOf()).toHaveLength(2);
  });
});

it('shows the status of each node, and why one has none', async () => {
  const down = always('no connection');
  const { chain } = chainOf(
    { a: noAccount, b: noAccount, c: down },
    {
      a: { height: 70, timestampMs: 5_000, earliestHeight: 30 },
      b: { height: 71, earliestHeight: null, genesisHash: fakeHash('X') },
      c: { reply: () => 'no connection' },
    },
  );
  const [a, b, c] = await chain.readNodes();
  expect(a).toEqual({
    ...{ url: 'a', isArchival: false, isAnswering: true },
    ...{ chainId: 'devnet', genesisHash: fakeHash('G') },
    ...{ finalHeight: 70, finalBlockAtMs: 5_000, earliestHeight: 30 },
  });
  expect(b).toMatchObject({
    ...{ isAnswering: true, genesisHash: fakeHash('X') },
    earliestHeight: Number.POSITIVE_INFINITY,
  });
  expect(c).toEqual({
    ...{ url: 'c', isArchival: false, isAnswering: false },
    ...{ failure: 'connect ECONNREFUSED', failureKind: 'unreachable' },
    ...{ finalHeight: 0, finalBlockAtMs: 0 },
  });
});

it('the height two nodes have reached is the second one’s', async () => {
  const heights = { a: { height: 70 }, b: { height: 90 }, c: { height: 80 } };
  const { chain } = chainOf({ a: noAccount, b: noAccount, c: noAccount }, heights);
  expect(await chain.readAgreedHeight()).toBe(80);
});

it('a node proves its chain again when half a minute has passed', async () => {
  const { chain, proofs, clock } = chainOf({ a: accountWith('1') });
  await chain.viewAccount({ accountId });
  const proven = proofs.length;
  clock.atMs += 29_999;
  await chain.viewAccount({ accountId });
  expect(proofs).toHaveLength(proven);
  clock.atMs += 1;
  await chain.viewAccount({ accountId });
  expect(proofs).toHaveLength(proven + 1);
});
