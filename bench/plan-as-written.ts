import { CHOCO_TOKEN, developmentKey, SERVICE_ACCOUNT } from '@choonsim/near-devnet';
import type Database from 'better-sqlite3';
import { Account, JsonRpcProvider, KeyPair } from 'near-api-js';
import type { Progress } from './progress.ts';
import { addUsers, setStage } from './stage.ts';

export interface PlanFigures {
  secondsPerWallet: number;
  walletsPerSecond: number;
  nearPerWallet: number;
}

const handful = 5;
const walletsPerTick = 10;
const tickSeconds = 30;
const reward = 100n * 10n ** 18n;
const tenth = 10n ** 23n;

/**
 * The plan's sample loop, as its listings have it, on the same chain and tables. Choices, each the
 * one that is kinder to it:
 * - keys and account id are there beforehand, as `ensureNearWalletAsync` leaves them;
 * - `near.account` and the two helpers that are not listed are near-api-js's own high-level calls,
 *   which wait for EXECUTED_OPTIMISTIC, one block short of final;
 * - one connection and one nonce cache for all wallets, not a new one for each;
 * - a tick that finds the last one still at work starts no second one: with one key their nonces
 *   would collide. The next ten begin when the last ten are done, or 30 s after they began;
 * - nothing fails, so nothing is left FAILED.
 */
export async function measurePlan(_: object, progress: Progress): Promise<PlanFigures> {
  const { sql, sqlite, devnet } = await setStage();
  const provider = new JsonRpcProvider({ url: devnet.rpcUrl });
  const { secretKey } = developmentKey(SERVICE_ACCOUNT);
  const service = new Account(SERVICE_ACCOUNT, provider, secretKey);
  request(sqlite, await addUsers(sql, 'plan', handful));
  const before = await service.getState();
  const startMs = performance.now();
  await processWalletCreationQueue({ sqlite, service, provider, progress });
  const secondsPerWallet = (performance.now() - startMs) / 1000 / handful;
  const after = await service.getState();
  const spentYocto = before.balance.total - after.balance.total;
  return {
    secondsPerWallet,
    walletsPerSecond: walletsPerTick / Math.max(tickSeconds, walletsPerTick * secondsPerWallet),
    nearPerWallet: Number(spentYocto) / 1e24 / handful,
  };
}

function request(sqlite: Database.Database, userIds: string[]): void {
  const update = sqlite.prepare(
    `UPDATE "User" SET "nearAccountId" = ?, "nearPublicKey" = ?, "nearPrivateKey" = 'v1.unused',
       "walletStatus" = 'PENDING' WHERE "id" = ?`,
  );
  for (const userId of userIds) {
    const publicKey = KeyPair.fromRandom('ed25519').getPublicKey().toString();
    update.run(`${userId}.${SERVICE_ACCOUNT}`, publicKey, userId);
  }
}

interface Parts {
  sqlite: Database.Database;
  service: Account;
  provider: JsonRpcProvider;
}

interface PendingUser {
  id: string;
  accountId: string;
  publicKey: string;
}

async function processWalletCreationQueue({
  progress,
  ...parts
}: Parts & { progress: Progress }): Promise<void> {
  const { sqlite } = parts;
  const pending = sqlite
    .prepare<[number], PendingUser>(
      `SELECT "id", "nearAccountId" AS "accountId", "nearPublicKey" AS "publicKey" FROM "User"
       WHERE "walletStatus" = 'PENDING' LIMIT ?`,
    )
    .all(walletsPerTick);
  const setStatus = sqlite.prepare(`UPDATE "User" SET "walletStatus" = ? WHERE "id" = ?`);
  for (const [index, user] of pending.entries()) {
    progress(`plan as written, wallet ${index + 1} of ${pending.length}`);
    setStatus.run('CREATING', user.id);
    await ensureNearWalletOnChain(user, parts);
    setStatus.run('READY', user.id);
  }
}

async function ensureNearWalletOnChain(
  { id, accountId, publicKey }: PendingUser,
  { sqlite, service, provider }: Parts,
): Promise<void> {
  await service.createSubAccount({ accountOrPrefix: accountId, publicKey, nearToTransfer: tenth });

  const view = (methodName: string) =>
    provider.callFunction({
      contractId: CHOCO_TOKEN,
      method: methodName,
      args: { account_id: accountId },
    });
  if ((await view('storage_balance_of')) === null) {
    await service.callFunctionRaw({
      contractId: CHOCO_TOKEN,
      methodName: 'storage_deposit',
      args: { account_id: accountId },
      deposit: 1_250_000_000_000_000_000_000n,
    });
  }

  const sent = await service.callFunctionRaw({
    contractId: CHOCO_TOKEN,
    methodName: 'ft_transfer',
    args: { receiver_id: accountId, amount: reward.toString() },
    deposit: 1n,
  });
  sqlite
    .prepare(
      `INSERT INTO "TokenTransfer" ("id", "userId", "txHash", "amount", "tokenContract", "status",
         "purpose", "createdAt") VALUES (?, ?, ?, ?, ?, 'COMPLETED', 'SIGNUP_REWARD', 0)`,
    )
    .run(id, id, sent.transaction.hash, reward.toString(), CHOCO_TOKEN);

  const balance = await view('ft_balance_of');
  sqlite.prepare(`UPDATE "User" SET "chocoBalance" = ? WHERE "id" = ?`).run(String(balance), id);
}
