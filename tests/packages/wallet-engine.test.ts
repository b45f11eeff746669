import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemsOf, run, tarballOf } from './pack.ts';

/** A host app with its own users and Drizzle migrations, newer than all of ours. */
const HOST = `import { startDevnetServer } from '@choonsim/near-devnet';
import { openWalletEngine } from '@choonsim/wallet-engine/sqlite';
import Database from 'better-sqlite3';

const [contractId, digits, reward] = process.argv.slice(2);
const decimals = Number(digits);
const serviceId = 'choonsim.devnet';
const coin = { contractId, ownerId: serviceId, name: 'Coin', symbol: 'COIN', decimals };
const tokens = [{ ...coin, totalSupplyBaseUnits: 10n ** BigInt(decimals + 9), isOpenMint: false }];
const chain = await startDevnetServer({ port: 0, blockTimeMs: 100, genesis: { tokens } });
const { accounts } = await (await fetch(chain.rpcUrl + '/devnet')).json();
const app = new Database('host-' + digits + '.db');
app.exec(\`CREATE TABLE "User" ("id" integer PRIMARY KEY, "email" text);
  CREATE TABLE "__drizzle_migrations" ("id" integer, "hash" text, "created_at" numeric);
  INSERT INTO "__drizzle_migrations" VALUES (1, 'of the host', 9999999999999)\`);
const { lastInsertRowid } = app.prepare('INSERT INTO "User" ("email") VALUES (?)').run('ann@example.org');

const engine = await openWalletEngine({
  file: 'host-' + digits + '.db',
  networkId: 'devnet',
  nodeUrls: [chain.rpcUrl],
  serviceAccount: { accountId: serviceId, privateKey: accounts[serviceId].secretKey },
  token: { contractId, decimals, signupReward: reward },
  masterKeys: [{ version: 1, key: new Uint8Array(32).fill(7) }],
});
await engine.start();
const ready = new Promise((resolve) => engine.onChange((wallet) => wallet.isReady && resolve(wallet)));
const asked = await engine.requestWallet(String(lastInsertRowid));
console.log(JSON.stringify([asked, await ready]));
await engine.stop();
await chain.close();
`;

const TYPED = `import { openWalletEngine, type WalletEngineOptions } from '@choonsim/wallet-engine/sqlite';
import { createWalletEngine, type WalletView } from '@choonsim/wallet-engine';
import { createBullmqWalletQueue } from '@choonsim/wallet-engine/bullmq';
import { createPrometheusMetrics } from '@choonsim/wallet-engine/prometheus';
export const statusOf = (wallet: WalletView): 'PENDING' | 'CREATING' | 'READY' | 'FAILED' => wallet.status;
export const open = (options: WalletEngineOptions) => openWalletEngine(options);
export const parts = [createWalletEngine, createBullmqWalletQueue, createPrometheusMetrics];
`;

/** Packed, and installed in a folder outside this repository. */
describe('@choonsim/wallet-engine, packed and installed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'choonsim-host-'));
  let tarball = '';
  const installed = (name: string): string =>
    JSON.parse(readFileSync(join(process.cwd(), 'node_modules', name, 'package.json'), 'utf8'))
      .version;

  beforeAll(async () => {
    tarball = await tarballOf('wallet-engine', folder);
    const devnet = await tarballOf('near-devnet', folder);
    writeFileSync(join(folder, 'package.json'), '{ "name": "host", "type": "module" }');
    const sqlite = `better-sqlite3@${installed('better-sqlite3')}`;
    await run(
      'npm',
      ['install', '--no-audit', '--no-fund', '--ignore-scripts', tarball, devnet, sqlite],
      {
        cwd: folder,
      },
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('passes publint and arethetypeswrong', async () => {
    expect(await problemsOf(tarball)).toEqual([]);
  });

  it('installs no web framework, auth library or queue', () => {
    const names = readdirSync(join(folder, 'node_modules'));
    const unwanted =
      /^(react|react-dom|react-router|better-auth|express|drizzle-orm|bullmq|ioredis|prom-client)$/;
    expect(names.filter((name) => unwanted.test(name))).toEqual([]);
  });

  it.each([
    ['choco.devnet', '18', '100'],
    ['test-token.devnet', '6', '2.5'],
  ])(
    'makes a wallet beside a host’s users, paid in %s with %s decimals',
    async (contractId, decimals, reward) => {
      writeFileSync(join(folder, 'host.js'), HOST);
      expect(HOST.split('\n').length).toBeLessThanOrEqual(40);
      const { stdout } = await run('node', ['host.js', contractId, decimals, reward], {
        cwd: folder,
      });
      const [asked, ready] = JSON.parse(stdout.trim());
      expect(asked).toMatchObject({ ownerId: '1', status: 'PENDING', balance: '0' });
      expect(ready).toMatchObject({ ownerId: '1', status: 'READY', balance: reward, error: null });
      expect(ready.accountId).toBe(asked.accountId);
    },
  );

  it.each(['node16', 'bundler'])('has types under the module resolution %s', async (resolution) => {
    const types = `@types/better-sqlite3@${installed('@types/better-sqlite3')}`;
    const nodeTypes = `@types/node@${installed('@types/node')}`;
    const names = ['bullmq', 'ioredis', 'prom-client'].map((name) => `${name}@${installed(name)}`);
    await run(
      'npm',
      ['install', '--no-audit', '--no-fund', '--ignore-scripts', types, nodeTypes, ...names],
      {
        cwd: folder,
      },
    );
    writeFileSync(join(folder, 'typed.ts'), TYPED);
    const module = resolution === 'node16' ? 'node16' : 'esnext';
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      'false',
      '--target',
      'es2023',
      '--lib',
      'es2023,esnext.disposable,dom',
    ];
    const compiler = join(process.cwd(), 'node_modules/.bin/tsc');
    await run(
      compiler,
      [...options, '--module', module, '--moduleResolution', resolution, 'typed.ts'],
      { cwd: folder },
    ).catch(({ stdout }: { stdout: string }) => expect(stdout).toBe(''));
  });
});
