import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { WalletRequest } from '#engine/ports/wallet-store.ts';
import { createAesKeyVault } from '../../packages/wallet-engine/src/adapters/keys/aes-key-vault.ts';
import { createSqlWalletStore } from '../../packages/wallet-engine/src/adapters/sql/sql-wallet-store.ts';
import { betterSqlite3Database } from '../../packages/wallet-engine/src/adapters/sqlite/better-sqlite3-database.ts';
import { newAccountId } from '../../packages/wallet-engine/src/core/near-account.ts';
import { freePorts } from '../../packages/wallet-engine/src/testing/free-ports.ts';
import { DatabaseReader } from '../chaos/database-reader.ts';
import type { ManagedProcess } from '../chaos/managed-process.ts';
import { ProcessGroup } from '../chaos/process-group.ts';
import { serviceKey } from '../chaos/verdict.ts';
import { waitForAnswer } from '../chaos/wait-for-answer.ts';
import { HostileNode } from './hostile-node.ts';

const SERVICE_ACCOUNT = 'choonsim.devnet';
const START_LIMIT_MS = 60_000;
/** Faster than a real chain, to keep the run short; the devnet keeps its last 1,000 blocks, more than a run has. */
const BLOCK_MS = 300;

/** One chain, two proxies that can be made hostile, and workers that know only these two. */
export interface Scene {
  readonly nodeUrl: string;
  readonly nodes: readonly [HostileNode, HostileNode];
  readonly workers: readonly ManagedProcess[];
  readonly devnet: ManagedProcess;
  readonly database: DatabaseReader;
  readonly encryptionKey: Uint8Array;
  readonly notes: readonly string[];
  note(line: string): void;
  /** Adds users and requests a wallet for each. */
  addUsers(count: number): Promise<void>;
  dispose(): Promise<void>;
}

export async function setScene(workerCount: number): Promise<Scene> {
  const group = new ProcessGroup('hostile');
  const [devnetPort = 0, firstPort = 0, secondPort = 0, unusedPort] = await freePorts(4);
  const nodeUrl = `http://127.0.0.1:${devnetPort}`;
  const encryptionKey = randomBytes(32);
  const dataDir = join(group.directory, 'data');
  const env = {
    DEVNET_PORT: String(unusedPort),
    NEAR_NODE_URL: [firstPort, secondPort].map((port) => `http://127.0.0.1:${port}`).join(','),
    // The test is about wallets being made.
    WALLET_STOCK: '0',
    DATA_DIR: dataDir,
    WALLET_ENCRYPTION_KEYS: `1:${encryptionKey.toString('base64')}`,
    WALLET_TICK_SECONDS: '1',
    BETTER_AUTH_SECRET: encryptionKey.toString('base64'),
  };
  const devnet = group.addDevnet(devnetPort, ['--block-time', String(BLOCK_MS)]);
  const workers = Array.from({ length: workerCount }, (_, index) =>
    group.add({ name: `worker-${index + 1}`, command: ['worker.ts'], env: () => env }),
  );
  const nodes = [new HostileNode(nodeUrl), new HostileNode(nodeUrl)] as const;
  const dispose = async () => {
    await group.dispose();
    await Promise.all(nodes.map((each) => each.close()));
  };
  try {
    await nodes[0].listen(firstPort);
    await nodes[1].listen(secondPort);
    devnet.start();
    await waitForAnswer(`${nodeUrl}/status`, [devnet]);
    for (const worker of workers) {
      worker.start();
      await started(worker);
    }
    const databaseFile = join(dataDir, 'choonsim.db');
    const database = new DatabaseReader(databaseFile);
    const { secretKey } = await serviceKey(nodeUrl);
    const addUsers = userMaker({ databaseFile, encryptionKey, secretKey });
    const disposeAll = async () => {
      database.close();
      await dispose();
    };
    const { note, notes } = group;
    return {
      ...{ nodeUrl, nodes, workers, devnet, database, encryptionKey, notes, note },
      ...{ addUsers, dispose: disposeAll },
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Waits until the engine runs: its first start binds it to the deployment for good. */
async function started(worker: ManagedProcess): Promise<void> {
  const untilMs = Date.now() + START_LIMIT_MS;
  const isUp = () => worker.logLines().some((line) => line.startsWith('Choonsim worker'));
  while (!isUp()) {
    if (Date.now() > untilMs) {
      throw new Error(`${worker.name} does not start\n${worker.logLines().slice(-15).join('\n')}`);
    }
    await sleep(100);
  }
}

/** Writes what a sign-up stores, without the web server. */
function userMaker({
  databaseFile,
  encryptionKey,
  secretKey,
}: {
  databaseFile: string;
  encryptionKey: Uint8Array;
  secretKey: string;
}): (count: number) => Promise<void> {
  const vault = createAesKeyVault({
    masterKeys: [{ version: 1, key: encryptionKey }],
    servicePrivateKey: secretKey,
    // Used for encryption only.
    terms: {
      ...{ serviceAccountId: SERVICE_ACCOUNT, tokenContract: 'choco.devnet' },
      ...{ rewardBaseUnits: 0n, initialBalanceYocto: 0n },
    },
  });
  let users = 0;
  return async (count) => {
    const sqlite = new Database(databaseFile, { timeout: 50 });
    try {
      const deploymentId = new DatabaseReader(sqlite).deploymentId();
      const requests: WalletRequest[] = [];
      for (let added = 0; added < count; added += 1) {
        users += 1;
        const userId = `user-${String(users).padStart(3, '0')}`;
        await untilNotLocked(() =>
          sqlite
            .prepare(
              `INSERT INTO "User" ("id", "name", "email", "createdAt", "updatedAt")
               VALUES (?, ?, ?, ?, ?)`,
            )
            .run(userId, userId, `${userId}@example.com`, Date.now(), Date.now()),
        );
        const accountId = newAccountId({ parentId: SERVICE_ACCOUNT, randomBytes });
        const binding = { walletId: userId, accountId };
        const keys = await vault.createWalletKey({ deploymentId, ...binding });
        requests.push({
          userId,
          ...binding,
          ...keys,
          given: null,
          nowMs: Date.now(),
        });
      }
      const store = createSqlWalletStore(betterSqlite3Database(sqlite));
      await untilNotLocked(() => store.requestWallets(requests));
    } finally {
      sqlite.close();
    }
  };
}

/** A frozen worker may hold the lock until this process resumes it: no call may block for long. */
async function untilNotLocked<T>(work: () => T | Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const { code } = Object(error);
      if (code !== 'SQLITE_BUSY' && code !== 'DATABASE_BUSY') throw error;
      await sleep(LOCKED_PAUSE_MS);
    }
  }
}

const LOCKED_PAUSE_MS = 50;
