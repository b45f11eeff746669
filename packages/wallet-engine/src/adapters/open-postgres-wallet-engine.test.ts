import { setTimeout as sleep } from 'node:timers/promises';
import {
  CHOCO_TOKEN,
  type DevnetServer,
  developmentKey,
  SERVICE_ACCOUNT,
  startDevnetServer,
} from '@choonsim/near-devnet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type PostgresServer,
  postgresServerMissing,
  startPostgresServer,
} from '../testing/postgres-server.ts';
import type { OpenWalletEngine } from './assemble-wallet-engine.ts';
import { openPostgresWalletEngine } from './open-postgres-wallet-engine.ts';

const missing = postgresServerMissing();
if (missing) console.warn(`NOT RUN: ${missing}`);

describe.skipIf(missing)('two engines over one PostgreSQL server', () => {
  let server: PostgresServer;
  let chain: DevnetServer;
  beforeAll(async () => {
    server = await startPostgresServer();
    chain = await startDevnetServer({ port: 0, blockTimeMs: 100 });
  }, 60_000);
  afterAll(async () => {
    await chain?.close();
    await server?.stop();
  });

  const open = (): Promise<OpenWalletEngine> =>
    openPostgresWalletEngine({
      url: server.url,
      networkId: 'devnet',
      nodeUrls: [chain.rpcUrl],
      serviceAccount: {
        accountId: SERVICE_ACCOUNT,
        privateKey: developmentKey(SERVICE_ACCOUNT).secretKey,
      },
      token: { contractId: CHOCO_TOKEN, decimals: 18 },
      masterKeys: [{ version: 1, key: new Uint8Array(32).fill(7) }],
      // Lost connections and pauses are logged; they are expected here.
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });

  it('make every wallet READY and pay once despite lost connections and a killed server', {
    timeout: 120_000,
  }, async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const owners = Array.from({ length: 40 }, (_, index) => `owner-${index}`);
    try {
      await Promise.all([one.start(), other.start()]);
      /** As a page would: retries while the database is busy. */
      const request = async (engine: OpenWalletEngine, owner: string) => {
        for (let tries = 0; tries < 200; tries += 1) {
          try {
            return await engine.requestWallet(owner);
          } catch (error) {
            expect(error).toMatchObject({ code: 'DATABASE_BUSY' });
            await sleep(50);
          }
        }
        throw new Error('the database did not come back');
      };
      const requests = Promise.all(
        owners.map(async (owner, index) => {
          await sleep(index * 50);
          return request(index % 2 ? one : other, owner);
        }),
      );
      for (let round = 0; round < 15; round += 1) {
        await sleep(100);
        if (round === 7) {
          await server.kill();
          await sleep(1_000);
          await server.start();
        }
        await server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE application_name = 'wallet-engine' AND random() < 0.5`);
      }
      await requests;
      const read = async () =>
        (await Promise.all(owners.map((owner) => one.wallet(owner)))).map((wallet) => [
          wallet?.status,
          wallet?.balance,
        ]);
      await expect
        .poll(read, { timeout: 90_000, interval: 250 })
        .toEqual(owners.map(() => ['READY', '100']));
    } finally {
      await Promise.all([one.stop(), other.stop()]);
    }
    const rewards = await server.query(`SELECT count(*)::int AS "rows",
      count(DISTINCT "userId")::int AS "people" FROM "TokenTransfer" WHERE "status" = 'COMPLETED'`);
    expect(rewards).toEqual([{ rows: owners.length, people: owners.length }]);
  });
});
