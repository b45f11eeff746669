import { FAUCET_ACCOUNT, SERVICE_ACCOUNT, TEST_TOKEN } from '@choonsim/near-devnet';
import { describe, expect, it } from 'vitest';
import { createAesKeyVault } from '../adapters/keys/aes-key-vault.ts';
import { secretKeyText } from '../adapters/keys/ed25519-key.ts';
import { toBaseUnits, yoctoPerNear } from '../core/amounts.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import type { NodeView } from '../ports/near-chain.ts';
import { during, startEngine, untilLanesReady } from '../testing/engine-scenes.ts';
import { laneKeys, removeKeys } from '../testing/simulator/faults/removed-keys.ts';
import { register, send } from '../testing/simulator/faults/strangers.ts';
import {
  type WorkerOptions,
  World,
  worldMasterKey,
  worldTerms,
} from '../testing/simulator/world/world.ts';
import { type DiagnosisParts, diagnose, type Finding } from './diagnose.ts';

/** A deployment in order: lanes added, one wallet made, the engine stopped. */
async function inOrder() {
  const world = new World();
  const engine = await startEngine(world, { users: ['ann'] });
  await untilLanesReady(world);
  await engine.requestWallet('ann');
  await world.untilReady(['ann'], 30_000);
  await during(world, engine.stop());
  return world;
}

const run = (
  world: World,
  options: WorkerOptions = {},
  changes: Partial<DiagnosisParts> & { expectedChainId?: string | null } = {},
): Promise<Finding[]> =>
  during(
    world,
    diagnose({ ...world.diagnosisParts(options), expectedChainId: 'devnet', ...changes }),
  );
const codes = (findings: Finding[]) => findings.map(({ code, about }) => [code, about]);

/** Nodes as they are, but for what is changed. */
function nodesWith(world: World, change: (node: NodeView & { isAnswering: true }) => NodeView) {
  const { chain } = world.diagnosisParts();
  return {
    ...chain,
    async readNodes() {
      const nodes = await chain.readNodes();
      return nodes.map((node) => (node.isAnswering ? change(node) : node));
    },
  };
}

const setFunds = (world: World, amountYocto: bigint) =>
  world.devnet.producer.patch([
    {
      type: 'account',
      accountId: SERVICE_ACCOUNT,
      amountYocto: `${amountYocto}`,
      lockedYocto: '0',
    },
  ]);

describe('the doctor', () => {
  it('finds nothing where nothing is wrong, and changes nothing', async () => {
    const world = await inOrder();
    const before = world.sqlite.serialize();
    expect(await run(world)).toEqual([]);
    expect(world.sqlite.serialize().equals(before)).toBe(true);
  });

  const ofConfig: [string, Partial<EngineConfig>, [string, string | null]][] = [
    [
      'an account that does not exist',
      { serviceAccountId: 'nobody.devnet' },
      ['SERVICE_ACCOUNT_MISSING', 'serviceAccountId'],
    ],
    [
      "another account than the database's",
      { serviceAccountId: FAUCET_ACCOUNT },
      ['SERVICE_ACCOUNT_CHANGED', 'serviceAccountId'],
    ],
    [
      'no token there',
      { tokenContract: 'none.devnet' },
      ['TOKEN_CONTRACT_MISSING', 'tokenContract'],
    ],
    ['another token', { tokenContract: TEST_TOKEN }, ['TOKEN_CONTRACT_CHANGED', 'tokenContract']],
    ['another network', { networkId: 'sandbox' }, ['NETWORK_CHANGED', 'networkId']],
    [
      'a limit below one reward',
      { spendLimitDayTokens: '99' },
      ['SPEND_LIMIT_TOO_LOW', 'spendLimitDayTokens'],
    ],
    [
      'a limit below one wallet',
      { spendLimitHourYocto: yoctoPerNear / 10n },
      ['SPEND_LIMIT_TOO_LOW', 'spendLimitHourYocto'],
    ],
    ['mainnet without a limit', { networkId: 'mainnet' }, ['NO_SPEND_LIMIT', 'spendLimitDayYocto']],
    ['more lanes than there are', { lanes: 9 }, ['LANES_MISSING', 'lanes']],
    [
      'a treasury that will end',
      { runwayWarningWallets: 99_000_000 },
      ['TREASURY_RUNWAY', 'runwayWarningWallets'],
    ],
    [
      'a reward above what there is',
      { signupReward: '2000000000' },
      ['TREASURY_TOKEN_LOW', 'signupReward'],
    ],
    [
      'a reserve above what there is',
      { reserveYocto: 10n ** 31n },
      ['TREASURY_NEAR_LOW', 'reserveYocto'],
    ],
  ];
  it.each(ofConfig)('finds %s', async (_name, config, expected) => {
    const findings = await run(await inOrder(), { config });
    expect(codes(findings)).toContainEqual(expected);
  });

  it('finds an empty treasury on the chain', async () => {
    const world = await inOrder();
    setFunds(world, yoctoPerNear);
    await world.clock.advance(5_000);
    expect(codes(await run(world))).toContainEqual(['TREASURY_NEAR_LOW', 'reserveYocto']);
    world.devnet.producer.patch([
      {
        type: 'account',
        accountId: SERVICE_ACCOUNT,
        amountYocto: `${4n * yoctoPerNear}`,
        lockedYocto: '0',
        storageUsage: 400_000,
      },
    ]);
    await world.clock.advance(5_000);
    const ofStorage = await run(world);
    expect(codes(ofStorage)).toContainEqual(['TREASURY_NEAR_LOW', 'reserveYocto']);
    expect(ofStorage[0]?.message).toContain('has 4 NEAR, of which its storage locks 4,');
    const poor = await inOrder();
    await register(poor, FAUCET_ACCOUNT);
    const most = toBaseUnits('999999850', 18);
    await send(poor, SERVICE_ACCOUNT, [
      {
        type: 'functionCall',
        method: 'ft_transfer',
        args: { receiver_id: FAUCET_ACCOUNT, amount: most.toString() },
        gas: 10n ** 13n,
        depositYocto: 1n,
      },
    ]);
    expect(codes(await run(poor))).toContainEqual(['TREASURY_TOKEN_LOW', 'signupReward']);
  });

  const vaultOf = (masterKey: typeof worldMasterKey, servicePrivateKey: string) =>
    createAesKeyVault({ masterKeys: [masterKey], servicePrivateKey, terms: worldTerms });
  const strangerKey = secretKeyText(new Uint8Array(32).fill(3));

  it('finds a service key that is not on the account', async () => {
    const vault = vaultOf(worldMasterKey, strangerKey);
    expect(codes(await run(await inOrder(), { vault }))).toEqual([
      ['SERVICE_KEY_INVALID', 'serviceKey'],
    ]);
  });

  it.each([
    ['wrong', { version: 1, key: new Uint8Array(32).fill(8) }, 'MASTER_KEY_CHANGED', 'version 1'],
    ['missing', { version: 2, key: worldMasterKey.key }, 'ENCRYPTION_KEY_WRONG', 'ann'],
  ])('finds a master key that is %s', async (_name, masterKey, code, words) => {
    const world = await inOrder();
    const { lanePublicKey } = world.diagnosisParts().vault;
    const vault = { ...vaultOf(masterKey, strangerKey), lanePublicKey };
    const findings = await run(world, { vault });
    expect(codes(findings)).toEqual([[code, 'masterKeys']]);
    expect(findings[0]?.message).toContain(words);
  });

  // Its key restarts at a nonce above the last one: nothing of it is unknown.
  it('does not report a lane whose key was removed and is being added again', async () => {
    const world = await inOrder();
    // Nothing has used this lane since; its last nonce is kept, below zero until it signs.
    world.sqlite.exec('UPDATE "ServiceKeyLane" SET "nonce" = -7 WHERE "laneNumber" = 4');
    expect(codes(await run(world, {}))).toEqual([]);
    world.sqlite.exec('UPDATE "ServiceKeyLane" SET "nonce" = 7 WHERE "laneNumber" = 4');
    expect(codes(await run(world, {}))).toEqual([['DATABASE_BEHIND_CHAIN', 'database']]);
  });

  it('does not count a lane whose key was put back without full access', async () => {
    const world = await inOrder();
    await removeKeys(world, laneKeys(world).slice(0, 1), { putBackLimited: true });
    await world.clock.advance(5_000);
    expect(codes(await run(world, {}))).toEqual([['LANES_MISSING', 'lanes']]);
  });

  it('finds keys that wait for a rotation', async () => {
    const world = await inOrder();
    const rotated = createAesKeyVault({
      masterKeys: [{ version: 2, key: new Uint8Array(32).fill(8) }, worldMasterKey],
      servicePrivateKey: strangerKey,
      terms: worldTerms,
    });
    const right = world.diagnosisParts().vault;
    const vault = { ...rotated, lanePublicKey: right.lanePublicKey };
    expect(codes(await run(world, { vault }))).toEqual([['ROTATION_UNFINISHED', 'masterKeys']]);
  });

  it('finds the lane keys of an older service key, and lists those that may be removed', async () => {
    const world = await inOrder();
    // Lane 2's row has the key that an older service key had derived for it.
    world.sqlite.exec(`UPDATE "ServiceKeyLane" SET "publicKey" = 'old' WHERE "laneNumber" = 2`);
    const [{ publicKey: key = '' } = {}] = world.rows<{ publicKey: string }>(
      `SELECT "publicKey" FROM "ServiceKeyLane" WHERE "laneNumber" = 1`,
    );
    const { chain, vault } = world.diagnosisParts();
    const withOld = {
      ...chain,
      viewAccessKeys: async (view: { accountId: string }) => [
        ...(await chain.viewAccessKeys(view)),
        { publicKey: 'old', nonce: 7, fullAccess: true },
      ],
    };
    const config = { lanes: 3 };
    const [old, ...others] = await run(world, { config }, { chain: withOld });
    expect(others).toEqual([]);
    expect(old).toMatchObject({ severity: 'warning', code: 'OLD_LANE_KEYS' });
    expect(old?.message).toContain('Without open transactions: old');
    expect(old?.message).not.toContain(key);
    // Keys removed from the account are no longer reported.
    expect(await run(world, { config })).toEqual([]);
    // Another service key: all lanes are older ones, one of them with a transaction under way.
    world.sqlite.exec(
      `UPDATE "ChainTransaction" SET "status" = 'SENT', "settledAt" = NULL
        WHERE "publicKey" = '${key}'`,
    );
    const other = vaultOf(worldMasterKey, strangerKey);
    const lanePublicKey: typeof vault.lanePublicKey = (lane) =>
      (lane.laneNumber === 0 ? vault : other).lanePublicKey(lane);
    const findings = await run(world, {}, { vault: { ...vault, lanePublicKey } });
    expect(codes(findings)).toEqual([
      ['LANES_MISSING', 'lanes'],
      ['OLD_LANE_KEYS', 'serviceKey'],
    ]);
    expect(findings[1]?.message).toContain(`With open transactions: ${key}`);
  });

  it('reports missing lanes as an error, since the first start adds them', async () => {
    const [finding] = await run(await inOrder(), { config: { lanes: 9 } });
    expect(finding).toMatchObject({ severity: 'error', code: 'LANES_MISSING' });
  });

  it('finds nodes of another network, and does not query them further', async () => {
    const world = await inOrder();
    expect(codes(await run(world, {}, { expectedChainId: 'mainnet' }))).toEqual([
      ['WRONG_NETWORK', 'networkId'],
    ]);
    world.sqlite.exec(`UPDATE "Deployment" SET "genesisHash" = 'another'`);
    expect(codes(await run(world))).toEqual([['WRONG_NETWORK', 'networkId']]);
  });

  it('finds nodes that are out of reach: one is a warning, all of them an error', async () => {
    const world = await inOrder();
    const transport: WorkerOptions['transport'] = async (call) => {
      if (call.url === 'http://down') throw new Error('connect ECONNREFUSED');
      return world.transport(call);
    };
    const one = await run(world, { urls: ['http://down', 'http://node'], transport });
    expect(one).toMatchObject([
      { severity: 'warning', code: 'NODE_UNREACHABLE', about: 'nodeUrls' },
    ]);
    expect(one[0]?.message).toContain('down');
    const all = await run(world, { urls: ['http://down'], transport });
    expect(all).toMatchObject([{ severity: 'error', code: 'NODE_UNREACHABLE' }]);
  });

  it('finds a node that is behind', async () => {
    const world = await inOrder();
    await world.clock.advance(90_000);
    const chain = nodesWith(world, (node) => node);
    const { readNodes } = chain;
    const both = async () => {
      const [node] = await readNodes();
      if (!node?.isAnswering) throw new Error('the node does not answer');
      return [node, { ...node, url: 'old', finalHeight: node.finalHeight - 101 }];
    };
    const findings = await run(world, {}, { chain: { ...chain, readNodes: both } });
    expect(codes(findings)).toEqual([['NODE_BEHIND', 'nodeUrls']]);
  });

  it.each([
    ['ahead of', -90_000],
    ['behind', 13_000],
  ])('distinguishes a clock that is %s the chain from a halted chain', async (word, shiftMs) => {
    const world = await inOrder();
    const chain = nodesWith(world, (node) => ({
      ...node,
      finalBlockAtMs: node.finalBlockAtMs + shiftMs,
    }));
    const skewed = await run(world, {}, { chain });
    expect(codes(skewed)).toEqual([['CLOCK_SKEWED', null]]);
    expect(skewed[0]?.message).toContain(word);
    world.devnet.producer.halt();
    await world.clock.advance(60_000);
    expect(codes(await run(world))).toEqual([['CHAIN_HALTED', 'nodeUrls']]);
  });

  it('finds a database behind the chain', async () => {
    const world = await inOrder();
    world.sqlite.exec(`UPDATE "ServiceKeyLane" SET "nonce" = "nonce" - 1 WHERE "nonce" > 0`);
    const [finding] = await run(world);
    expect(finding).toMatchObject({ severity: 'error', code: 'DATABASE_BEHIND_CHAIN' });
    expect(finding?.about).toBe('database');
  });

  it('reports why signing is paused', async () => {
    const world = await inOrder();
    world.sqlite.exec(`UPDATE "Deployment" SET "pauseReason" = 'OPERATOR'`);
    expect(codes(await run(world))).toEqual([['PAUSED_OPERATOR', null]]);
  });

  it('finds a token of other decimals', async () => {
    const world = await inOrder();
    const { chain } = world.diagnosisParts();
    const six = { ...chain, viewTokenDecimals: async () => 6 };
    expect(codes(await run(world, {}, { chain: six }))).toEqual([
      ['TOKEN_DECIMALS', 'tokenContract'],
    ]);
  });

  it('shows hosts of nodes only: providers put keys into their addresses', async () => {
    const world = await inOrder();
    const transport: WorkerOptions['transport'] = async (call) => {
      if (call.url.includes('down')) throw new Error('connect ECONNREFUSED');
      return world.transport(call);
    };
    const urls = ['https://down.example/v1/S3CRET', 'https://up.example/v1/S3CRET?apiKey=S3CRET'];
    const reported = JSON.stringify([
      ...(await run(world, { urls, transport })),
      ...(await run(world, { urls, transport }, { expectedChainId: 'mainnet' })),
    ]);
    expect(reported).toContain('down.example does not answer: connect ECONNREFUSED');
    expect(reported).toContain('up.example serves');
    expect(reported).not.toContain('S3CRET');
  });

  it('needs neither a deployment nor tables', async () => {
    const world = new World();
    await world.clock.advance(5_000);
    expect(await run(world)).toEqual([]);
    expect(await run(world, {}, { tables: null })).toEqual([]);
    const wrong = { serviceAccountId: 'nobody.devnet', spendLimitHourYocto: 1n };
    expect(codes(await run(world, { config: wrong }, { tables: null }))).toEqual([
      ['SPEND_LIMIT_TOO_LOW', 'spendLimitHourYocto'],
      ['SERVICE_ACCOUNT_MISSING', 'serviceAccountId'],
    ]);
    const vault = vaultOf(worldMasterKey, strangerKey);
    const token = { tokenContract: TEST_TOKEN };
    expect(codes(await run(world, { config: token }, { tables: null, vault }))).toEqual([
      ['SERVICE_KEY_INVALID', 'serviceKey'],
      ['TOKEN_DECIMALS', 'tokenContract'],
    ]);
    const poor = { reserveYocto: 10n ** 31n };
    expect(codes(await run(world, { config: poor }, { tables: null }))).toContainEqual([
      'TREASURY_NEAR_LOW',
      'reserveYocto',
    ]);
  });
});
