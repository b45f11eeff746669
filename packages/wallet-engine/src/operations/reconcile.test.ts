import { CHOCO_TOKEN, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { RpcTransport } from '../adapters/near-rpc/rpc-transport.ts';
import { deliver, signAs } from '../testing/development-signer.ts';
import {
  during,
  expectOneOfEach,
  MortalProcess,
  serviceTransactions,
  startEngine,
  untilLanesReady,
} from '../testing/engine-scenes.ts';
import { openWalletKey } from '../testing/opened-wallet-key.ts';
import { laneKeys, removeKeys } from '../testing/simulator/faults/removed-keys.ts';
import {
  rewardBaseUnits,
  storedKeyOfUser,
  World,
  worldMasterKey,
} from '../testing/simulator/world/world.ts';
import { handlerError } from '../testing/suites/false-replies.ts';
import type { WalletDifference } from './compare-with-chain.ts';
import type { ReconcileOptions, ReconcileReport } from './reconcile.ts';

const look: ReconcileOptions = { adopt: false, adoptRegistered: false, unfinishedOnly: false };
const adopt: ReconcileOptions = { ...look, adopt: true };

const reconcile = (world: World, options: ReconcileOptions): Promise<ReconcileReport> =>
  during(world, world.reconciler().run(options), 400_000);
const codes = (differences: WalletDifference[]) =>
  differences.map(({ userId, difference }) => [userId, difference]);

/**
 * The backup: ann is READY, bob is PENDING, carl has asked for nothing. The newest database, lost: all
 * are READY, and lanes have gone on.
 */
async function restoredBackup() {
  const world = new World();
  const engine = await startEngine(world, { users: ['ann', 'bob', 'carl'], name: 'before' });
  await untilLanesReady(world);
  await engine.requestWallet('ann');
  await world.untilReady(['ann'], 30_000);
  await world.clock.advance(5_000);
  await engine.requestWallet('bob');
  const backup = world.sqlite.serialize();
  await engine.requestWallet('carl');
  await world.untilReady(['bob', 'carl'], 30_000);
  await during(world, engine.stop());
  const lost = String(world.user('carl').nearAccountId);
  world.replaceDatabase(backup);
  return { world, lost };
}

/** A process that dies after it has signed; its bytes are still on their way. */
async function startDoomed(world: World) {
  const doomed = new MortalProcess(world);
  const lateBytes: string[] = [];
  const engine = await startEngine(world, {
    name: 'doomed',
    clock: doomed.clock,
    wrap: doomed.wrap,
    transport: async (call) => {
      const { method, params } = Object(call.body);
      if (method !== 'send_tx') return doomed.transport(call);
      lateBytes.push(params.signed_tx_base64);
      throw new Error('the message is still on its way');
    },
  });
  return { doomed, engine, lateBytes };
}

/** Of ann's transactions the backup knows nothing, and neither does the chain. */
async function backupBeforeBytesThatTravel() {
  const world = new World();
  const setUp = await startEngine(world, { users: ['ann'], name: 'lanes' });
  await untilLanesReady(world);
  await during(world, setUp.stop());
  const { doomed, engine, lateBytes } = await startDoomed(world);
  await engine.requestWallet('ann');
  const backup = world.sqlite.serialize();
  await world.clock.until(() => lateBytes.length >= 2, 30_000);
  doomed.kill();
  await world.clock.advance(10_000);
  world.replaceDatabase(backup);
  return { world, lateBytes, accountId: world.user('ann').nearAccountId };
}

async function deliverBytes(world: World, bytes: string[]): Promise<void> {
  for (const signed_tx_base64 of bytes) {
    const params = { signed_tx_base64, wait_until: 'NONE' };
    const body = { jsonrpc: '2.0', id: 1, method: 'send_tx', params };
    await world.transport({ url: 'node', body, timeoutMs: 1_000 });
  }
}

/** All but one base unit goes back to where it came from. */
async function spendReward(world: World, userId: string): Promise<void> {
  const stored = storedKeyOfUser(world.user(userId));
  const { accountId, publicKey } = stored;
  const secretKey = openWalletKey({ ...stored, masterKey: worldMasterKey.key });
  const transaction = await signAs(world.devnet, {
    signerId: accountId,
    receiverId: CHOCO_TOKEN,
    keys: { publicKey, secretKey },
    actions: [
      {
        type: 'functionCall',
        method: 'ft_transfer',
        args: { receiver_id: SERVICE_ACCOUNT, amount: `${rewardBaseUnits - 1n}` },
        gas: 10n ** 13n,
        depositYocto: 1n,
      },
    ],
  });
  await deliver(world.devnet, transaction);
  await world.clock.advance(4_000);
}

/** What a comparison may touch: when the treasury was last read. */
function treasuryAside(contents: Buffer): string {
  const sqlite = new Database(contents);
  sqlite.exec('UPDATE "Deployment" SET "treasuryReadAt" = NULL');
  const tables = ['User', 'TokenTransfer', 'ChainTransaction', 'ServiceKeyLane', 'Deployment'];
  const rows = tables.map((table) => sqlite.prepare(`SELECT * FROM "${table}"`).all());
  sqlite.close();
  return JSON.stringify(rows);
}

describe('reconcile', () => {
  it('finds nothing in a complete database, and changes nothing', async () => {
    const world = new World();
    const engine = await startEngine(world, { users: ['ann', 'bob'] });
    await Promise.all(['ann', 'bob'].map((userId) => engine.requestWallet(userId)));
    await world.untilReady(['ann', 'bob'], 30_000);
    await during(world, engine.stop());
    const before = world.sqlite.serialize();
    const signed = serviceTransactions(world).length;
    const { comparison, adoption } = await reconcile(world, look);
    expect(adoption).toBeNull();
    expect(comparison).toMatchObject({
      lanes: { compared: 4, differences: [] },
      transactions: { unverifiable: 0, differences: [] },
      wallets: { compared: 2, differences: [] },
      unknownTransactions: 0,
    });
    expect(comparison.transactions.compared).toBeGreaterThanOrEqual(4);
    expect(serviceTransactions(world)).toHaveLength(signed);
    expect(treasuryAside(world.sqlite.serialize())).toBe(treasuryAside(before));
  });

  it('lists exactly what a restored backup lacks, and signs nothing', async () => {
    const { world } = await restoredBackup();
    const before = serviceTransactions(world).length;
    const { comparison } = await reconcile(world, look);
    expect(codes(comparison.wallets.differences)).toEqual([
      ['bob', 'ACCOUNT_NOT_RECORDED'],
      ['bob', 'REWARD_NOT_RECORDED'],
    ]);
    expect(comparison.transactions.differences).toEqual([]);
    expect(comparison.lanes.differences.length).toBeGreaterThan(0);
    expect(comparison.unknownTransactions).toBeGreaterThanOrEqual(3);
    expect(serviceTransactions(world)).toHaveLength(before);
  });

  it('adopts what the chain has: the queue continues and pays no wallet twice', async () => {
    const { world, lost } = await restoredBackup();
    const engine = await startEngine(world, { name: 'after' });
    await world.clock.advance(30_000);
    expect(engine.pausedBy()).toBe('DATABASE_BEHIND_CHAIN');
    await during(world, engine.stop());

    const { adoption } = await reconcile(world, adopt);
    const bob = String(world.user('bob').nearAccountId);
    expect(adoption).toEqual({
      lanesFenced: 4,
      rewardsAdopted: [bob],
      setAside: [],
      paused: null,
    });
    const next = await startEngine(world, { name: 'next' });
    await next.requestWallet('carl');
    await world.untilReady(['ann', 'bob', 'carl'], 60_000);
    expectOneOfEach(world, ['ann', 'bob', 'carl']);
    expect(world.rows('SELECT * FROM "TokenTransfer" WHERE "userId" = ?', 'bob')).toMatchObject([
      { status: 'COMPLETED', txHash: 'adopted:bob' },
    ]);
    // The wallet requested after the backup stays on chain; its key is lost.
    expect(String(world.user('carl').nearAccountId)).not.toBe(lost);
    expect(world.devnet.inspect().tokenBalance(lost)).toBe(rewardBaseUnits);
    await during(world, next.stop());
    const { comparison } = await reconcile(world, look);
    expect(comparison.wallets.differences).toEqual([]);
    expect(comparison.lanes.differences).toEqual([]);
  });

  it('voids transactions that the lost database signed and no block has', async () => {
    const { world, lateBytes, accountId } = await backupBeforeBytesThatTravel();
    const { adoption } = await reconcile(world, adopt);
    expect(adoption?.paused).toBeNull();
    // Minutes late, the lost database's own transactions reach the chain.
    await deliverBytes(world, lateBytes);
    const engine = await startEngine(world, { name: 'after' });
    await world.untilReady(['ann'], 60_000);
    await world.clock.advance(60_000);
    expectOneOfEach(world, ['ann']);
    expect(world.user('ann').nearAccountId).toBe(accountId);
    await during(world, engine.stop());
  });

  it('adopts a lane whose key was put back without full access: signing goes on with others', async () => {
    const world = new World();
    const before = await startEngine(world, { users: ['ann'], name: 'before' });
    await untilLanesReady(world);
    await during(world, before.stop());
    await removeKeys(world, laneKeys(world), { putBackLimited: true });
    world.sqlite.exec('DELETE FROM "ServiceKeyLane" WHERE "laneNumber" > 1');
    await world.clock.advance(5_000);
    const { adoption } = await reconcile(world, adopt);
    expect(adoption?.paused).toBeNull();
    const engine = await startEngine(world, { name: 'after' });
    await engine.requestWallet('ann');
    await world.untilReady(['ann'], 60_000);
    expect(engine.pausedBy()).toBeNull();
    await during(world, engine.stop());
  });

  it('voids lane keys that the lost database was adding', async () => {
    const world = new World();
    world.addUser('ann');
    const { doomed, lateBytes } = await startDoomed(world);
    await world.clock.until(() => lateBytes.length > 0, 30_000);
    doomed.kill();
    await world.clock.advance(10_000);
    // As before they were signed for.
    world.sqlite.exec('DELETE FROM "ServiceKeyLane"; DELETE FROM "ChainTransaction"');
    await reconcile(world, adopt);
    await deliverBytes(world, lateBytes);
    const engine = await startEngine(world, { name: 'after' });
    await engine.requestWallet('ann');
    await world.untilReady(['ann'], 60_000);
    expect(engine.pausedBy()).toBeNull();
    await during(world, engine.stop());
  });

  it('completes although a nonce it spends is refused: it spends the next', async () => {
    const { world } = await restoredBackup();
    world.faults.add({ kind: 'include-invalid', error: 'Expired', accountId: SERVICE_ACCOUNT });
    const { adoption } = await reconcile(world, adopt);
    expect(adoption).toMatchObject({ setAside: [], paused: null });
  });

  it('completes although every lane waits for a noop that no node accepts', async () => {
    const world = new World();
    const config = { lanes: 2 };
    const setUp = await startEngine(world, { users: ['ann'], name: 'lanes', config });
    await untilLanesReady(world);
    await during(world, setUp.stop());
    const refused = new Set<unknown>();
    let isRefusing = true;
    const transport: RpcTransport = async (call) => {
      const { id, method, params } = Object(call.body);
      const bytes = method === 'send_tx' ? params.signed_tx_base64 : null;
      if (bytes === null || !(isRefusing || refused.has(bytes))) return world.transport(call);
      refused.add(bytes);
      return handlerError(id, 'INVALID_TRANSACTION', {
        TxExecutionError: { InvalidTxError: 'Expired' },
      });
    };
    const doomed = new MortalProcess(world);
    const { clock, wrap } = doomed;
    const engine = await startEngine(world, { name: 'doomed', config, clock, wrap, transport });
    await engine.requestWallet('ann');
    const noops = () =>
      world.rows(`SELECT 1 FROM "ChainTransaction" WHERE "purpose" = 'TOMBSTONE'`).length;
    await world.clock.until(() => noops() === 2, 120_000);
    doomed.kill();
    await world.clock.advance(10_000);
    isRefusing = false;
    const reconciler = world.reconciler({ config, transport });
    const { adoption } = await during(world, reconciler.run(adopt), 400_000);
    expect(adoption).toMatchObject({ setAside: [], paused: null });
  });

  it('signs nothing on a halted chain, and reports it', async () => {
    const { world } = await restoredBackup();
    const signed = () => world.rows('SELECT 1 FROM "ChainTransaction"').length;
    const before = signed();
    world.devnet.producer.halt();
    await expect(reconcile(world, adopt)).rejects.toMatchObject({ code: 'CHAIN_HALTED' });
    expect(signed()).toBe(before);
    world.devnet.producer.resume();
    expect((await reconcile(world, adopt)).adoption).toMatchObject({ setAside: [], paused: null });
  });

  it('takes the lanes of a machine whose clock was hours ahead, once nobody renews them', async () => {
    const { world } = await restoredBackup();
    world.sqlite
      .prepare(`UPDATE "ServiceKeyLane" SET "holder" = 'gone', "leasedUntil" = ?`)
      .run(world.clock.now() + 5 * 3_600_000);
    const { adoption } = await reconcile(world, adopt);
    expect(adoption).toMatchObject({ lanesFenced: 4, setAside: [], paused: null });
  });

  it('sets aside wallets that are registered and hold less than the reward, unless told to adopt them', async () => {
    const { world } = await restoredBackup();
    const bob = String(world.user('bob').nearAccountId);
    await spendReward(world, 'bob');
    const first = await reconcile(world, adopt);
    expect(codes(first.comparison.wallets.differences)).toContainEqual([
      'bob',
      'REGISTERED_NOT_PAID',
    ]);
    expect(first.adoption).toMatchObject({ rewardsAdopted: [], setAside: [bob] });
    const engine = await startEngine(world, { name: 'after' });
    const failed = () => world.user('bob').walletStatus === 'FAILED';
    await world.clock.until(failed, 60_000);
    expect(world.user('bob')).toMatchObject({ walletError: 'REWARD_UNPROVEN' });
    await during(world, engine.stop());

    const second = await reconcile(world, { ...adopt, adoptRegistered: true });
    expect(second.adoption).toMatchObject({ rewardsAdopted: [bob], setAside: [] });
    const next = await startEngine(world, { name: 'next' });
    await world.untilReady(['bob'], 60_000);
    expect(world.devnet.inspect().tokenBalance(bob)).toBe(1n);
    await during(world, next.stop());
  });

  it('keeps the pause of an operator, and revokes earlier claims', async () => {
    const { world } = await restoredBackup();
    world.sqlite.exec(`UPDATE "Deployment" SET "pauseReason" = 'OPERATOR'`);
    world.sqlite.exec(
      `UPDATE "User" SET "walletStatus" = 'CREATING', "walletClaimToken" = 'old',
        "walletAttempts" = 1 WHERE "id" = 'bob'`,
    );
    const { adoption } = await reconcile(world, adopt);
    expect(adoption?.paused).toBe('OPERATOR');
    expect(world.user('bob')).toMatchObject({ walletStatus: 'PENDING', walletAttempts: 0 });
  });

  it('reports what a READY wallet or a stored transaction claims and the chain does not show', async () => {
    const world = new World();
    const engine = await startEngine(world, { users: ['ann', 'bob'] });
    await engine.requestWallet('ann');
    await world.untilReady(['ann'], 30_000);
    await during(world, engine.stop());
    world.sqlite.exec(
      `UPDATE "User" SET "walletStatus" = 'READY', "nearAccountId" = 'ghost.${SERVICE_ACCOUNT}',
        "nearPublicKey" = (SELECT "nearPublicKey" FROM "User" WHERE "id" = 'ann')
        WHERE "id" = 'bob'`,
    );
    world.sqlite.exec(`UPDATE "ChainTransaction" SET "status" = 'DEAD' WHERE "purpose" = 'REWARD'`);
    await spendReward(world, 'ann');
    const { comparison } = await reconcile(world, look);
    expect(codes(comparison.wallets.differences)).toEqual([
      ['ann', 'BALANCE_DIFFERS'],
      ['bob', 'ACCOUNT_MISSING'],
    ]);
    expect(comparison.transactions.differences).toMatchObject([
      { purpose: 'REWARD', stored: 'DEAD', chain: 'SUCCEEDED' },
    ]);
  });

  it('ignores what the owner of an exported key does with the account', async () => {
    const world = new World();
    const engine = await startEngine(world, { users: ['ann'] });
    await engine.requestWallet('ann');
    await world.untilReady(['ann'], 30_000);
    await during(world, engine.stop());
    await spendReward(world, 'ann');
    world.sqlite.exec(`INSERT INTO "WalletKeyExport" ("walletId", "createdAt") VALUES ('ann', 1)`);
    const { comparison } = await reconcile(world, look);
    expect(comparison.wallets).toEqual({ compared: 1, differences: [] });
  });
});
