import { CHOCO_TOKEN, DEFAULT_PROTOCOL_CONFIG, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import type { SqlDatabase } from '#engine/adapters/sql/sql-database.ts';
import type { NearChain } from '#engine/ports/near-chain.ts';
import { countRpcCalls } from './count-rpc-calls.ts';
import { percentile } from './percentile.ts';
import { type Progress, sleep } from './progress.ts';
import { addUsers, type BenchDatabase, setGround, warmUp } from './stage.ts';

export interface StormOptions {
  database: BenchDatabase;
  users: number;
  lanes: number;
  /** Decimal NEAR. */
  initialBalance: string;
}

export interface StormFigures {
  users: number;
  walletsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  chainLimitPerSecond: number;
  rpcCalls: Record<string, number>;
  duplicates: number;
  /** Of the service account; burnt NEAR is gone, locked NEAR can come back. */
  nearBurntPerWallet: number;
  nearLockedPerWallet: number;
  maxRssMb: number;
  /** CPU time of this process: the limit of one core, whatever the load of the machine. */
  cpuMsPerWallet: number;
}

const blockTimeMs = 600;
const storagePerWalletNear = 0.00125;
const askedTogether = 50;
const reward = 100n * 10n ** 18n;

/** All users request their wallets at once; ends when the last one is READY. */
export async function measureStorm(
  { database, users, lanes, initialBalance }: StormOptions,
  progress: Progress,
): Promise<StormFigures> {
  const ground = await setGround({ database, lanes, initialBalance });
  const { engine, sql, chain } = ground;
  await engine.start();
  await warmUp(ground);
  const userIds = await addUsers(sql, 'storm', users);
  const before = await readTreasury(chain);
  const rpcCalls = countRpcCalls();

  const cpuBefore = process.cpuUsage();
  const startMs = Date.now();
  const requests: Promise<unknown>[] = [];
  for (const userId of userIds) {
    // Results are dropped, as by a page.
    requests.push(engine.requestWallet(userId).then(() => undefined));
    // From sockets they would come one in a turn of the event loop, with other work between.
    await new Promise(setImmediate);
  }
  await Promise.all(requests);
  const readyAtMs = await followReady(sql, users, progress);
  const calls = rpcCalls.stop();
  const cpu = process.cpuUsage(cpuBefore);
  const maxRssMb = process.resourceUsage().maxRSS / 1024;

  const durations = readyAtMs.map((atMs) => atMs - startMs);
  const after = await readTreasury(chain);
  const spent = toNear(before.near - after.near) / users;
  const nearLockedPerWallet = Number(initialBalance) + storagePerWalletNear;
  const duplicates = await countDuplicates({
    ...{ sql, chain, users, progress, paid: before.choco - after.choco },
  });
  const chainLimitPerSecond = await chainLimit(sql, users);
  await ground.close();
  return {
    users,
    walletsPerSecond: users / (Math.max(...durations) / 1000),
    p50Ms: percentile(durations, 50),
    p99Ms: percentile(durations, 99),
    chainLimitPerSecond,
    rpcCalls: calls,
    duplicates,
    nearBurntPerWallet: spent - nearLockedPerWallet,
    nearLockedPerWallet,
    maxRssMb,
    cpuMsPerWallet: (cpu.user + cpu.system) / 1000 / users,
  };
}

/** @returns when each became READY, ms since 1970 */
async function followReady(sql: SqlDatabase, users: number, progress: Progress): Promise<number[]> {
  const events = `SELECT "id", "toStatus", "createdAt" FROM "WalletEvent"
    WHERE "id" > :lastId AND "userId" LIKE 'storm-%' ORDER BY "id"`;
  const readyAtMs: number[] = [];
  const untilMs = Date.now() + 120_000 + users * 500;
  for (let lastId = 0; readyAtMs.length < users; await sleep(50)) {
    for (const { id, toStatus, createdAt } of await sql.read({ sql: events, params: { lastId } })) {
      lastId = Number(id);
      if (toStatus === 'READY') readyAtMs.push(Number(createdAt));
      if (toStatus === 'FAILED') throw new Error('a wallet failed in the storm');
    }
    progress(`${readyAtMs.length} of ${users} wallets READY`);
    if (Date.now() > untilMs) throw new Error(`only ${readyAtMs.length} wallets became READY`);
  }
  return readyAtMs;
}

/** The gas limit of a chunk; receipts and refunds of every wallet count. */
async function chainLimit(sql: SqlDatabase, users: number): Promise<number> {
  const [burnt] = await sql.read({
    sql: `SELECT sum(CAST("gasBurnt" AS DOUBLE PRECISION) / 1e12) AS "teraGas" FROM "ChainTransaction"
      WHERE "hash" IN (SELECT "hash" FROM "ChainTransactionWallet" WHERE "userId" LIKE 'storm-%')`,
    params: {},
  });
  const gasPerWallet = (Number(burnt?.teraGas ?? 0) * 1e12) / users;
  const walletsPerBlock = Number(DEFAULT_PROTOCOL_CONFIG.chunkGasLimit) / gasPerWallet;
  return (walletsPerBlock * 1000) / blockTimeMs;
}

async function readTreasury(chain: NearChain): Promise<{ near: bigint; choco: bigint }> {
  // Refunds arrive some blocks after the last wallet is READY.
  await sleep(6 * blockTimeMs);
  const account = await chain.viewAccount({ accountId: SERVICE_ACCOUNT });
  const choco = await chain.viewTokenBalance({
    tokenContract: CHOCO_TOKEN,
    accountId: SERVICE_ACCOUNT,
  });
  return { near: account?.amountYocto ?? 0n, choco };
}

/** Rewards paid beyond one per wallet, and wallets with a wrong balance or key. */
async function countDuplicates({
  sql,
  chain,
  users,
  paid,
  progress,
}: {
  progress: Progress;
  sql: SqlDatabase;
  chain: NearChain;
  users: number;
  paid: bigint;
}): Promise<number> {
  const rows = await sql.read({
    sql: `SELECT "nearAccountId" AS "accountId", "nearPublicKey" AS "publicKey" FROM "User"
      WHERE "id" LIKE 'storm-%'`,
    params: {},
  });
  const wallets = rows.map(({ accountId, publicKey }) => ({
    accountId: String(accountId),
    publicKey: String(publicKey),
  }));
  let wrong = Math.abs(Number(paid / reward) - users) + (paid % reward === 0n ? 0 : 1);
  const isRight = async ({ accountId, publicKey }: (typeof wallets)[number]) => {
    const balance = await chain.viewTokenBalance({ tokenContract: CHOCO_TOKEN, accountId });
    const keys = await chain.viewAccessKeys({ accountId });
    return balance === reward && keys.length === 1 && keys[0]?.publicKey === publicKey;
  };
  for (let at = 0; at < wallets.length; at += askedTogether) {
    const answers = await Promise.all(wallets.slice(at, at + askedTogether).map(isRight));
    wrong += answers.filter((answer) => !answer).length;
    progress(`${at} of ${users} wallets looked at on the chain`);
  }
  return wrong;
}

function toNear(yocto: bigint): number {
  return Number(yocto) / 1e24;
}
