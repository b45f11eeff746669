import { describe, expect, it } from 'vitest';
import { hourMs } from '../../core/engine-config.ts';
import { World } from '../../testing/simulator/world/world.ts';
import {
  type FakeNode,
  fakeGenesis,
  fakeHash,
  fakeNodes,
} from '../../testing/suites/fake-nodes.ts';
import { createJsonRpcNearChain } from './json-rpc-near-chain.ts';

const startMs = Date.UTC(2026, 5, 1);

/** A chain whose nodes go on by a block each 600 ms, unless a test says otherwise. */
function chainOf(names: string[], { clockErrorMs = 0 } = {}) {
  let passedMs = 0;
  const nodes: Record<string, FakeNode> = {};
  const still = new Set<string>();
  const goOn = () => {
    for (const name of names) {
      if (still.has(name)) continue;
      const height = 1_000 + Math.floor(passedMs / 600);
      nodes[name] = { ...nodes[name], height, timestampMs: startMs + passedMs - 1_200 };
    }
  };
  goOn();
  const { transport, asked } = fakeNodes(nodes);
  const outcomes: string[] = [];
  const world = new World();
  const chain = createJsonRpcNearChain({
    urls: names,
    expectedChainId: null,
    transport,
    clock: { now: () => startMs + clockErrorMs + passedMs },
    log: world.log(),
    onCall: ({ url, method, outcome }) => outcomes.push(`${url} ${method} ${outcome}`),
  });
  const askedOf = (name: string) => asked.filter((call) => call.startsWith(`${name} `)).length;
  return {
    chain,
    nodes,
    still,
    logged: world.logged,
    outcomes: () => outcomes.splice(0),
    askedOf,
    height: async () => (await chain.readFinalBlock()).height,
    pass: (ms: number) => {
      passedMs += ms;
      goOn();
    },
  };
}

type Scene = ReturnType<typeof chainOf>;

/** One false final block, its node's own head as it is. */
function lieOnce({ nodes }: Scene, name: string, header: { height: number; timestampMs: number }) {
  let isOver = false;
  const node = nodes[name] as FakeNode;
  node.reply = ({ method }) => {
    if (method !== 'block' || isOver) return null;
    isOver = true;
    const { height, timestampMs } = header;
    return { result: { header: { height, hash: fakeHash('L'), timestamp: timestampMs * 1e6 } } };
  };
}

describe('a node that is stalled or behind', () => {
  it('is queried last for everything once noticed, and logged once', async () => {
    const scene = chainOf(['a', 'b']);
    await scene.height();
    scene.still.add('a');
    for (let seconds = 0; seconds < 14; seconds += 7) {
      scene.pass(7_000);
      await scene.height();
    }
    const frozenCalls = scene.askedOf('a');
    scene.pass(7_000);
    expect(await scene.height()).toBe(1_000 + 35);
    await scene.chain.viewAccount({ accountId: 'ann.near' });
    expect(scene.askedOf('a')).toBe(frozenCalls);
    expect(scene.logged.filter(({ message }) => message.includes('queried last'))).toHaveLength(1);
  });

  it.each([0, -5 * hourMs, 5 * hourMs])(
    'ranks behind another from the first reading on, even with a clock wrong by %i ms',
    async (clockErrorMs) => {
      const scene = chainOf(['a', 'b'], { clockErrorMs });
      scene.still.add('a');
      scene.pass(10 * 60_000);
      if (clockErrorMs < 0) {
        // It looks young; that it has not caught up it says itself.
        Object.assign(scene.nodes.a as FakeNode, { isSyncing: true });
      }
      expect(await scene.height()).toBe(2_000);
      const asked = scene.askedOf('a');
      await scene.chain.viewAccount({ accountId: 'ann.near' });
      expect(scene.askedOf('a')).toBe(asked);
    },
  );

  it('is queried first again once it has caught up', async () => {
    const scene = chainOf(['a', 'b']);
    await scene.height();
    scene.still.add('a');
    scene.pass(20_000);
    await scene.height();
    scene.still.delete('a');
    scene.pass(61_000);
    await scene.height();
    const before = scene.askedOf('b');
    scene.pass(1_000);
    await scene.height();
    expect(scene.askedOf('b')).toBe(before);
  });

  it('behind the address of one that goes on, it does no harm', async () => {
    const scene = chainOf(['a']);
    await scene.height();
    const stalled = { height: 1_000, timestampMs: startMs - 1_200 };
    for (let times = 1; times < 100; times += 1) {
      scene.pass(7_000);
      if (times % 3 === 0) lieOnce(scene, 'a', stalled);
      else expect(await scene.height()).toBe(1_000 + Math.floor((times * 7_000) / 600));
      await scene.height();
    }
  });

  it('serves when the others are gone, or the chain itself has stalled', async () => {
    const scene = chainOf(['a', 'b']);
    await scene.height();
    scene.still.add('a').add('b');
    scene.pass(hourMs);
    expect(await scene.height()).toBe(1_000);
    scene.still.clear();
    scene.pass(1_000);
    expect(await scene.height()).toBe(7_001);
    expect(scene.logged).toEqual([]);
    expect(await chainOf(['a']).height()).toBe(1_000);
  });
});

describe('an impossible height or time', () => {
  const falsehoods: [string, { height: number; timestampMs: number }][] = [
    ['a height of another chain', { height: 121_000, timestampMs: startMs }],
    ['a height an hour ahead', { height: 7_000, timestampMs: startMs }],
    ['a time in 2100', { height: 1_002, timestampMs: Date.UTC(2100, 0, 1) }],
    ['a time three hours ahead', { height: 1_002, timestampMs: startMs + 3 * hourMs }],
  ];

  it.each(falsehoods)('%s is not accepted from the first of two nodes', async (_name, header) => {
    for (const isFirstReading of [true, false]) {
      const scene = chainOf(['a', 'b']);
      if (!isFirstReading) await scene.height();
      lieOnce(scene, 'a', header);
      expect(await scene.height()).toBe(1_000);
      expect(scene.outcomes()).toContain('a block implausible');
      scene.pass(2_000);
      expect((await scene.chain.readFinalBlock()).timestampMs).toBeLessThan(startMs + 2_000);
    }
  });

  it.each(falsehoods)('%s is not accepted from the only node', async (_name, header) => {
    const scene = chainOf(['a']);
    await scene.height();
    for (let times = 0; times < 12; times += 1) {
      scene.pass(7_000);
      lieOnce(scene, 'a', { ...header, height: header.height + times * 12 + 12 });
      await expect(scene.chain.readFinalBlock()).rejects.toMatchObject({
        code: 'NODE_UNREACHABLE',
      });
    }
    scene.pass(7_000);
    expect(await scene.height()).toBe(1_000 + Math.floor((13 * 7_000) / 600));
  });

  it('a higher block of an earlier time is not accepted from the only node, nor held against it', async () => {
    const scene = chainOf(['a']);
    await scene.height();
    for (let times = 1; times < 12; times += 1) {
      scene.pass(7_000);
      lieOnce(scene, 'a', { height: 1_000 + times * 12, timestampMs: startMs - hourMs });
      await expect(scene.chain.readFinalBlock()).rejects.toMatchObject({
        code: 'NODE_UNREACHABLE',
      });
      expect(await scene.height()).toBe(1_000 + Math.floor((times * 7_000) / 600));
    }
  });

  it('is still rejected when the node repeats it and another contradicts it', async () => {
    const scene = chainOf(['a', 'b']);
    await scene.height();
    scene.still.add('a');
    Object.assign(scene.nodes.a as FakeNode, { height: 150_000 });
    for (let times = 1; times < 12; times += 1) {
      scene.pass(7_000);
      expect(await scene.height()).toBe(1_000 + Math.floor((times * 7_000) / 600));
    }
  });

  it('does not make an "unknown transaction" count', async () => {
    const scene = chainOf(['a', 'b']);
    await scene.height();
    Object.assign(scene.nodes.a as FakeNode, { height: 150_000 });
    const asked = {
      hash: fakeHash('T'),
      signerId: 'service.near',
      minFinalHeight: 90_000,
      reachBackTo: 900,
    };
    expect(await scene.chain.readTransactionEverywhere(asked)).toEqual({ kind: 'pending' });
  });
});

describe('a chain that jumps ahead', () => {
  it('after hours of halt, or without queries for as long, is accepted immediately', async () => {
    const scene = chainOf(['a']);
    await scene.height();
    scene.pass(6 * hourMs);
    expect(await scene.height()).toBe(37_000);
  });

  it('as a test node can is accepted after ten seconds, or when all nodes have jumped', async () => {
    const alone = chainOf(['a']);
    await alone.height();
    alone.still.add('a');
    const leapt = { height: 90_000, timestampMs: startMs + 15 * hourMs };
    Object.assign(alone.nodes.a as FakeNode, leapt);
    await expect(alone.height()).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
    alone.pass(10_000);
    expect(await alone.height()).toBe(90_000);
    const both = chainOf(['a', 'b']);
    await both.height();
    both.still.add('a').add('b');
    for (const node of Object.values(both.nodes)) Object.assign(node, leapt);
    expect(await both.height()).toBe(90_000);
  });

  it('as a local one with blocks of 10 ms is accepted immediately', async () => {
    const scene = chainOf(['a']);
    await scene.height();
    scene.still.add('a');
    for (let times = 1; times <= 5; times += 1) {
      scene.pass(60_000);
      const height = 1_000 + times * 6_000;
      Object.assign(scene.nodes.a as FakeNode, { height, timestampMs: startMs + times * 60_000 });
      expect(await scene.height()).toBe(height);
    }
  });

  it('is still the same chain: its genesis is proven', async () => {
    const scene = chainOf(['a', 'b']);
    await scene.chain.requireChain({ genesisHash: fakeGenesis });
    const elsewhere = { genesisHash: fakeHash('X'), height: 121_000 };
    Object.assign(scene.nodes.a as FakeNode, elsewhere);
    scene.pass(31_000);
    expect(await scene.height()).toBe(1_051);
  });
});

/** A node whose blocks and head are so much higher than the chain's. */
function lieHigher({ nodes }: Scene, name: string, more: () => number) {
  const node = nodes[name] as FakeNode;
  const honest = () => (nodes[name]?.height ?? 0) + more();
  node.reply = ({ method }) => {
    const timestampMs = nodes[name]?.timestampMs ?? 0;
    if (method === 'block') {
      const header = { height: honest(), hash: fakeHash('L'), timestamp: timestampMs * 1e6 };
      return { result: { header } };
    }
    if (method !== 'status') return null;
    const sync_info = {
      latest_block_height: honest() + 2,
      latest_block_time: new Date(timestampMs + 1_200).toISOString(),
      earliest_block_height: 0,
      syncing: false,
    };
    return { result: { chain_id: 'devnet', genesis_hash: fakeGenesis, sync_info } };
  };
}

describe('a first node that lies about its height', () => {
  it('in small steps advances no further than the second one confirms', async () => {
    const scene = chainOf(['a', 'b']);
    await scene.height();
    let ahead = 0;
    lieHigher(scene, 'a', () => {
      ahead += 20;
      return ahead;
    });
    for (let seconds = 1; seconds <= 1_200; seconds += 1) {
      scene.pass(1_000);
      const height = await scene.height();
      expect(height).toBeLessThan(1_000 + seconds * 2 + 1_100);
    }
  });

  it('from the first start on is accepted only while it is alone', async () => {
    const scene = chainOf(['a', 'b']);
    lieHigher(scene, 'a', () => 500_000);
    const { b } = scene.nodes;
    (b as FakeNode).reply = () => 'no connection';
    expect(await scene.height()).toBe(501_000);
    scene.pass(40_000);
    delete (scene.nodes.b as FakeNode).reply;
    for (let seconds = 0; seconds < 70; seconds += 5) {
      scene.pass(5_000);
      await scene.height().catch(() => undefined);
    }
    expect(await scene.height()).toBeLessThan(1_300);
  });

  it('and then disappears leaves no height to wait for', async () => {
    const scene = chainOf(['a', 'b']);
    await scene.height();
    lieHigher(scene, 'a', () => 45);
    expect(await scene.height()).toBe(1_045);
    const gone = scene.nodes.a as FakeNode;
    gone.reply = () => 'no connection';
    lieHigher(scene, 'b', () => -900);
    for (let seconds = 0; seconds < 90; seconds += 5) {
      scene.pass(5_000);
      await scene.height();
    }
    expect(await scene.height()).toBe(1_150 - 900);
  });
});

it('a stalled second node delays accepting a jump by at most a minute', async () => {
  // By a clock that is behind it does not look old.
  const scene = chainOf(['a', 'b'], { clockErrorMs: -5 * hourMs });
  await scene.height();
  scene.still.add('a').add('b');
  const leap = () =>
    Object.assign(scene.nodes.a as FakeNode, { height: 90_000, timestampMs: startMs + 3_000 });
  leap();
  for (let seconds = 0; seconds < 50; seconds += 5) {
    scene.pass(5_000);
    expect(await scene.height()).toBe(1_000);
  }
  for (let seconds = 0; seconds < 40; seconds += 5) {
    scene.pass(5_000);
    await scene.height();
  }
  expect(await scene.height()).toBe(90_000);
});

describe('the height two nodes have reached', () => {
  const agreed = (scene: Scene) => scene.chain.readAgreedHeight();

  it("is the lower one's, and the only one's", async () => {
    const scene = chainOf(['a', 'b']);
    await scene.height();
    lieHigher(scene, 'a', () => 40);
    expect(await agreed(scene)).toBe(1_000);
    expect(await agreed(chainOf(['a']))).toBe(1_000);
    expect(await agreed(chainOf(['a', 'b', 'c']))).toBe(1_000);
  });

  it('is unknown while the second does not answer, and after ten minutes that of the first', async () => {
    const scene = chainOf(['a', 'b']);
    Object.assign(scene.nodes.b as FakeNode, { reply: () => 'no connection' });
    for (let minutes = 0; minutes < 10; minutes += 1) {
      expect(await agreed(scene)).toBe(0);
      scene.pass(60_000);
    }
    expect(await agreed(scene)).toBe(2_000);
    delete (scene.nodes.b as FakeNode).reply;
    scene.still.add('b');
    expect(await agreed(scene)).toBe(2_000);
  });

  it('waits as long for one that stands still, and not for one of another chain', async () => {
    const scene = chainOf(['a', 'b']);
    await agreed(scene);
    scene.still.add('b');
    scene.pass(9 * 60_000);
    expect(await agreed(scene)).toBe(1_000);
    scene.pass(60_000);
    expect(await agreed(scene)).toBe(2_000);
    const beside = chainOf(['a', 'b']);
    await beside.chain.requireChain({ genesisHash: fakeGenesis });
    Object.assign(beside.nodes.b as FakeNode, { genesisHash: fakeHash('X') });
    beside.pass(31_000);
    expect(await agreed(beside)).toBe(1_051);
  });
});
