import { spawn } from 'node:child_process';
import { existsSync, linkSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevnetServer, startDevnetServer } from '@choonsim/near-devnet';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureDevelopmentSecret } from '#app/lib/settings/development-secrets.server.ts';
import { migrateSqlite } from '#drizzle/migrate.ts';
import { postgresServerMissing, startPostgresServer } from '#engine/testing/postgres-server.ts';

const root = join(import.meta.dirname, '..');
const unreachable = 'http://127.0.0.1:9';
const commandMs = 60_000;
/** Each command is a process of its own, several seconds on a busy machine. */
const testMs = 240_000;

interface Answer {
  exitCode: number | null;
  text: string;
  errors: string;
}

/** As an operator runs it: a process of its own, while others use the database. */
describe('npm run wallet', { timeout: testMs }, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-wallet-'));
  const compileCache = mkdtempSync(join(tmpdir(), 'choonsim-compiled-'));
  const file = join(dataDir, 'choonsim.db');
  let devnet: DevnetServer;
  beforeAll(async () => {
    devnet = await startDevnetServer({ port: 0, blockTimeMs: 100 });
  });
  afterAll(async () => {
    await devnet.close();
    for (const folder of [dataDir, compileCache]) rmSync(folder, { recursive: true, force: true });
  });

  const run = (args: string[], env: Record<string, string> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(root, 'wallet.ts'), ...args], {
        cwd: root,
        env: {
          PATH: process.env.PATH,
          // Compiled once for all of them: the start of each takes a third less.
          NODE_COMPILE_CACHE: compileCache,
          DATA_DIR: dataDir,
          NEAR_NODE_URL: devnet.rpcUrl,
          ...env,
        },
        timeout: commandMs,
      });
      let [text, errors] = ['', ''];
      child.stdout.on('data', (chunk) => {
        text += chunk;
      });
      child.stderr.on('data', (chunk) => {
        errors += chunk;
      });
      child.once('error', reject);
      child.once('close', (exitCode) => resolve({ exitCode, text, errors }));
    });
  const codesOf = ({ text }: Answer): string[] =>
    JSON.parse(text).findings.map(({ code }: { code: string }) => code);
  const doctor = (env: Record<string, string> = {}) => run(['doctor', '--json'], env);

  it('prints the usage and what was wrong', async () => {
    const { exitCode, text, errors } = await run(['statsu']);
    expect([exitCode, text]).toEqual([2, '']);
    expect(errors).toContain('there is no command "statsu"');
    expect(errors).toContain('Exit codes');
    expect((await run(['--help'])).exitCode).toBe(0);
  });

  it('doctor: names variable and remedy of each error in configuration and database', async () => {
    // Before the first start the chain is still checked, and nothing is created.
    const missing = await doctor();
    expect(missing.exitCode).toBe(1);
    expect(codesOf(missing)).toEqual(['DATABASE_MISSING']);
    const early = await doctor({
      NEAR_SERVICE_ACCOUNT_ID: 'nobody.devnet',
      DATA_DIR: join(dataDir, 'typo'),
    });
    expect(codesOf(early)).toEqual(['DATABASE_MISSING', 'SERVICE_ACCOUNT_MISSING']);
    expect(readdirSync(dataDir)).toEqual([]);
    new Database(file).close();
    const contract = { CHOCO_TOKEN_CONTRACT: 'none.devnet' };
    expect(codesOf(await doctor(contract))).toEqual([
      'DATABASE_NOT_MIGRATED',
      'TOKEN_CONTRACT_MISSING',
    ]);
    const sqlite = new Database(file);
    sqlite.pragma('journal_mode = WAL');
    migrateSqlite(sqlite, join(root, 'drizzle/migrations'));
    sqlite.close();
    // Lanes are rightly missing: the first start adds them.
    const clean = await doctor();
    expect([codesOf(clean), clean.exitCode]).toEqual([[], 0]);
    linkSync(file, `${file}.other`);
    expect(codesOf(await doctor())).toEqual(['DATABASE_LINKED']);
    rmSync(`${file}.other`);
    const wrongName = await doctor({ REDIS_HOST: 'a', NEAR_RESERVE: 'much' });
    expect(JSON.parse(wrongName.text).findings).toMatchObject([
      {
        code: 'CONFIGURATION',
        variable: 'REDIS_HOST',
        remedy: expect.stringContaining('REDIS_URL'),
      },
      { code: 'CONFIGURATION', variable: 'NEAR_RESERVE' },
    ]);
    const away = await doctor({ DATABASE_URL: 'postgres://ann@127.0.0.1:1/app' });
    expect(codesOf(away)).toEqual(['DATABASE_UNREACHABLE']);
    expect(away.text).toMatch(/127\.0\.0\.1:1\/app does not answer: connect ECONNREFUSED/);
    const redis = { WALLET_QUEUE: 'bullmq', REDIS_URL: 'redis://127.0.0.1:9' };
    expect(codesOf(await doctor(redis))).toEqual(['REDIS_UNREACHABLE']);
    // Reported as unused.
    const unused = JSON.parse((await doctor({ REDIS_URL: redis.REDIS_URL })).text).findings;
    expect(unused).toMatchObject([
      {
        code: 'REDIS_UNREACHABLE',
        variable: 'REDIS_URL',
        remedy: expect.stringContaining('nothing uses it'),
      },
    ]);
    // Providers put their customers' keys into the address.
    const keyed = (url: string) => `${url}/v1/S3CRET?apiKey=S3CRET`;
    const one = await doctor({ NEAR_NODE_URL: `${keyed(unreachable)},${keyed(devnet.rpcUrl)}` });
    expect([codesOf(one), one.exitCode]).toEqual([['NODE_UNREACHABLE'], 0]);
    const none = await doctor({ NEAR_NODE_URL: keyed(unreachable) });
    expect([codesOf(none), none.exitCode]).toEqual([['NODE_UNREACHABLE'], 1]);
    for (const { text, errors } of [one, none]) {
      expect(text).toContain('127.0.0.1:9 does not answer: connect ECONNREFUSED');
      expect(text + errors).not.toContain('S3CRET');
    }
    const key = Buffer.alloc(32, 1).toString('base64');
    const vault = { VAULT_ADDR: unreachable, VAULT_TOKEN: 'hvs.secret' };
    const sealed = await doctor({ ...vault, WALLET_ENCRYPTION_KEYS: `2:vault:v1:${key}` });
    expect(codesOf(sealed)).toEqual(['MASTER_KEYS']);
    expect(sealed.text).not.toContain('hvs.');
  });

  it.skipIf(postgresServerMissing())(
    'doctor: a fresh database server that is not durable',
    async () => {
      const server = await startPostgresServer();
      try {
        const fresh = await doctor({ DATABASE_URL: server.url });
        expect(codesOf(fresh)).toEqual(['DATABASE_NOT_MIGRATED', 'DATABASE_NOT_DURABLE']);
        const refused = await run(['status'], { DATABASE_URL: server.url });
        expect([refused.exitCode, refused.text]).toEqual([3, '']);
      } finally {
        await server.stop();
      }
    },
  );

  it('creates neither database, secrets nor copy when nothing exists', async () => {
    const typo = join(dataDir, 'typo');
    const copy = join(dataDir, 'copy.db');
    const noSecrets = await run(['backup', copy], { DATA_DIR: typo });
    expect([noSecrets.exitCode, noSecrets.text]).toEqual([3, '']);
    expect(noSecrets.errors).toContain('DATA_DIR: nothing was started in');
    ensureDevelopmentSecret(dataDir, 'BETTER_AUTH_SECRET');
    ensureDevelopmentSecret(dataDir, 'WALLET_ENCRYPTION_KEYS');
    const empty = join(dataDir, 'empty.db');
    new Database(empty).close();
    const wrong: [string, string][] = [
      [join(typo, 'choonsim.db'), 'There is no'],
      [empty, 'migrations are missing'],
      [import.meta.filename, 'cannot be opened: file is not a database'],
    ];
    for (const [path, words] of wrong) {
      const answer = await run(['backup', copy], { DATABASE_URL: `file:${path}` });
      expect([answer.exitCode, answer.text]).toEqual([3, '']);
      expect(answer.errors).toMatch(/^DATABASE_URL: .+DATA_DIR/);
      expect(answer.errors).toContain(words);
      expect(answer.errors).not.toMatch(/^ {4}at /m);
    }
    const folder = await run(['backup', copy], { DATABASE_URL: `file:${dataDir}` });
    expect([folder.exitCode, folder.text]).toEqual([3, '']);
    expect(folder.errors).toMatch(/ {2}DATABASE_URL: use a file, .+ is a folder\.\n$/);
    expect([existsSync(typo), existsSync(copy)]).toEqual([false, false]);
    // No process has contacted the chain yet.
    const early = await run(['pause']);
    const words = expect.stringContaining(
      'CHAIN_NOT_MET: no server or worker has connected to the chain yet',
    );
    expect([early.exitCode, early.errors]).toEqual([3, words]);
  });

  it('smoke: one real wallet, checked on chain, with its times and cost', async () => {
    const { exitCode, text } = await run(['smoke', '--json']);
    const answer = JSON.parse(text);
    expect(exitCode).toBe(0);
    expect(answer).toMatchObject({
      status: 'READY',
      isOk: true,
      checks: {
        accountExists: true,
        keyHasFullAccess: true,
        isRegistered: true,
        holdsReward: true,
      },
    });
    expect(answer.costNear).toBeGreaterThan(0.1);
    expect(answer.costNear).toBeLessThan(0.12);
    const shown = await run(['status', answer.accountId, '--json']);
    const { wallet, transactions } = JSON.parse(shown.text);
    expect(wallet).toMatchObject({ userId: answer.userId, status: 'READY' });
    expect(transactions).toHaveLength(2);
    expect(shown.text).not.toContain('nearPrivateKey');
    expect(JSON.parse(shown.text).actions).toMatchObject([{ action: 'SMOKE' }]);
  });

  it('smoke: does not start and creates nothing while nothing can be signed', async () => {
    const countUsers = () => {
      const sqlite = new Database(file, { readonly: true });
      const count = sqlite.prepare('SELECT count(*) FROM "User"').pluck().get();
      sqlite.close();
      return count;
    };
    const before = countUsers();
    const away = await run(['smoke', '--timeout', '5'], { NEAR_NODE_URL: unreachable });
    expect(away.exitCode).toBe(1);
    expect(away.text).toMatch(
      /^Not started, and nothing was created.+NODE_UNREACHABLE.+\n.+NEAR_NODE_URL/,
    );
    await run(['pause']);
    const paused = await run(['smoke', '--timeout', '5']);
    expect([paused.exitCode, paused.text]).toEqual([1, expect.stringContaining('(OPERATOR)')]);
    await run(['resume']);
    expect(countUsers()).toBe(before);
  });

  it('backup: a verified copy', async () => {
    const copy = join(dataDir, 'copy.db');
    const done = await run(['backup', copy, '--json']);
    expect([done.exitCode, JSON.parse(done.text)]).toEqual([0, { file: copy, users: 1 }]);
    for (const [target, words] of [
      [copy, 'exists already'],
      [join(dataDir, 'nowhere', 'copy.db'), 'there is no folder'],
    ] as const) {
      const answer = await run(['backup', target]);
      expect([answer.exitCode, answer.errors]).toEqual([2, expect.stringContaining(words)]);
      expect(answer.errors).not.toContain('Exit codes');
    }
    const sqlite = new Database(file, { readonly: true });
    const [action] = sqlite.prepare('SELECT * FROM "OperatorAction" ORDER BY "id" DESC').all();
    sqlite.close();
    expect(action).toMatchObject({ action: 'BACKUP', actor: expect.stringMatching(/^command /) });
  });

  it('pause, resume, retry and requeue are recorded', async () => {
    const opened = new Database(file, { readonly: true });
    const earlier = opened.prepare('SELECT MAX("id") FROM "OperatorAction"').pluck().get();
    opened.close();
    expect((await run(['pause'])).text).toContain('OPERATOR');
    expect(codesOf(await doctor())).toEqual(['PAUSED_OPERATOR']);
    expect((await run(['resume'])).exitCode).toBe(0);
    const sqlite = new Database(file);
    sqlite.exec(
      `UPDATE "User" SET "walletStatus" = 'FAILED', "walletError" = 'REWARD_UNPROVEN'
        WHERE "walletStatus" = 'READY'`,
    );
    const [waiting] = sqlite
      .prepare(`SELECT "id" FROM "User" WHERE "walletStatus" = 'FAILED'`)
      .pluck()
      .all() as string[];
    expect((await run(['retry', String(waiting)])).exitCode).toBe(0);
    expect((await run(['retry', String(waiting)])).exitCode).toBe(1);
    expect((await run(['requeue'])).exitCode).toBe(0);
    const nobody = await run(['retry', 'nobody']);
    expect([nobody.exitCode, nobody.errors]).toEqual([
      2,
      expect.stringContaining('no user has the id, e-mail address or account "nobody", and'),
    ]);
    const actions = sqlite
      .prepare('SELECT "action", "actor" FROM "OperatorAction" WHERE "id" > ? ORDER BY "id"')
      .all(earlier) as { action: string; actor: string }[];
    sqlite.exec(`UPDATE "User" SET "walletStatus" = 'READY', "walletAvailableAt" = NULL`);
    sqlite.close();
    expect(actions.map(({ action }) => action)).toEqual([
      'PAUSE',
      'RESUME',
      'RETRY_WALLET',
      'RETRY_WALLET',
      'REQUEUE_WALLETS',
    ]);
    for (const { actor } of actions) expect(actor).toMatch(/^command \S+/);
  });

  it('retry and requeue find a wallet of the stock by its account or its id', async () => {
    const sqlite = new Database(file);
    sqlite.exec(
      `INSERT INTO "Wallet" ("id", "accountId", "publicKey", "encryptedPrivateKey", "status", "error",
          "requestedAt", "updatedAt")
        VALUES ('stock-1', 'stock1.choonsim.devnet', 'k', 'e', 'FAILED', 'REWARD_REFUSED', 1, 1)`,
    );
    const stateOf = () =>
      sqlite.prepare(`SELECT "status", "error" FROM "Wallet" WHERE "id" = 'stock-1'`).get();
    const retried = await run(['retry', 'stock1.choonsim.devnet', '--json']);
    expect(JSON.parse(retried.text)).toMatchObject({ userId: 'stock-1', retried: true });
    expect(stateOf()).toEqual({ status: 'PENDING', error: null });
    const again = await run(['retry', 'stock-1']);
    expect([again.exitCode, again.text]).toEqual([
      1,
      expect.stringContaining('stock-1 is PENDING; only a wallet that has FAILED'),
    ]);
    sqlite.exec(
      `UPDATE "Wallet" SET "availableAt" = ${Date.now() + 600_000} WHERE "id" = 'stock-1'`,
    );
    expect(JSON.parse((await run(['requeue', 'stock-1', '--json'])).text).requeued).toBe(1);
    sqlite.exec(
      `UPDATE "Wallet" SET "status" = 'FAILED', "availableAt" = NULL WHERE "id" = 'stock-1'`,
    );
    expect((await run(['set-aside', 'stock1.choonsim.devnet'])).exitCode).toBe(0);
    expect((await run(['retry', 'stock-1'])).exitCode).toBe(1);
    expect(stateOf()).toEqual({ status: 'FAILED', error: 'STOCK_SET_ASIDE' });
    sqlite.exec(`DELETE FROM "Wallet" WHERE "id" = 'stock-1'`);
    sqlite.close();
  });

  it('rotate-keys and reconcile report, and exit with the result', async () => {
    const old = new Database(file, { readonly: true });
    const stored = old.prepare('SELECT count(*) FROM "User" WHERE "nearPrivateKey" LIKE \'v1.%\'');
    const count = stored.pluck().get();
    old.close();
    const older = readFileSync(join(dataDir, 'wallet-encryption-keys'), 'utf8').trim();
    const keys = { WALLET_ENCRYPTION_KEYS: `2:${Buffer.alloc(32, 5).toString('base64')},${older}` };
    expect(codesOf(await doctor(keys))).toContain('ROTATION_UNFINISHED');
    // The first step of docs/keys.md: the newer key is listed second.
    const [newer = ''] = keys.WALLET_ENCRYPTION_KEYS.split(',');
    const early = await run(['rotate-keys'], { WALLET_ENCRYPTION_KEYS: `${older},${newer}` });
    expect(early.exitCode).toBe(1);
    expect(early.text).toMatch(/Nothing was rotated.+version 1 first.+\n.+\(2:…,1:…\).+\n.+1, 2/);
    expect(codesOf(await doctor(keys))).toContain('ROTATION_UNFINISHED');
    const rotated = await run(['rotate-keys', '--json'], keys);
    expect(rotated.exitCode).toBe(0);
    expect(JSON.parse(rotated.text)).toMatchObject({
      rotated: count,
      byVersion: { 2: count },
      unneeded: [1],
    });
    const again = await run(['rotate-keys'], keys);
    expect(again.text).toContain(`${count} stored keys are under version 2.`);
    expect(again.text).toContain('No stored key needs version 1 any more');
    expect(codesOf(await doctor())).toContain('ENCRYPTION_KEY_WRONG');
    expect(codesOf(await doctor(keys))).toEqual([]);
    const compared = await run(['reconcile', '--json'], keys);
    expect(JSON.parse(compared.text).comparison.lanes.differences).toEqual([]);
    expect(compared.exitCode).toBe(0);
    const away = await run(['reconcile'], { ...keys, NEAR_NODE_URL: unreachable });
    expect([away.exitCode, away.text]).toEqual([3, '']);
    expect(away.errors).toMatch(
      /NODE_UNREACHABLE: no node answered status: connect ECONNREFUSED.+\n.*NEAR_NODE_URL/,
    );
  });

  it('smoke: reports a wallet that will be paid for later', async () => {
    devnet.devnet.producer.halt();
    const halted = await run(['smoke', '--timeout', '3']);
    devnet.devnet.producer.resume();
    expect(halted.exitCode).toBe(1);
    expect(halted.text).toMatch(
      /Not finished within 3 s\. The wallet stays (PENDING|CREATING): it will be created and paid for/,
    );
  });
});
