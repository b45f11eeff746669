import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevnetServer, startDevnetServer } from '#devnet/devnet-server.ts';

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

/** As an operator runs it, in a process of its own, beside whatever else works on the database. */
describe('npm run wallet', { timeout: testMs }, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-wallet-'));
  const file = join(dataDir, 'choonsim.db');
  let devnet: DevnetServer;
  beforeAll(async () => {
    devnet = await startDevnetServer({ port: 0, blockTimeMs: 100 });
  });
  afterAll(async () => {
    await devnet.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const run = (args: string[], env: Record<string, string> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join(root, 'wallet.ts'), ...args], {
        cwd: root,
        env: { PATH: process.env.PATH, DATA_DIR: dataDir, NEAR_NODE_URL: devnet.rpcUrl, ...env },
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

  it('tells how it is used, and what was wrong', async () => {
    const wrong: [string[], string][] = [
      [[], 'no command is given'],
      [['statsu'], 'there is no command "statsu"'],
      [['status', 'a', 'b'], '"b" is too much'],
      [['retry'], 'name a user'],
      [['pause', '--adopt'], 'pause knows no --adopt'],
      [['smoke', '--timeout', 'soon'], 'use whole seconds, not "soon"'],
      [['status', '--jsno'], "Unknown option '--jsno'"],
    ];
    for (const [args, word] of wrong) {
      const { exitCode, text, errors } = await run(args);
      expect([exitCode, text]).toEqual([2, '']);
      expect(errors).toContain(word);
      expect(errors).toContain('Exit codes');
    }
    expect((await run(['--help'])).exitCode).toBe(0);
  });

  it('doctor: names the variable and the remedy of each fault of configuration and database', async () => {
    const missing = await doctor();
    expect(missing.exitCode).toBe(1);
    expect(codesOf(missing)).toEqual(['DATABASE_MISSING']);
    new Database(file).close();
    expect(codesOf(await doctor())).toEqual(['DATABASE_NOT_MIGRATED']);
    const sqlite = new Database(file);
    sqlite.pragma('journal_mode = WAL');
    migrate(drizzle(sqlite), { migrationsFolder: join(root, 'drizzle/migrations') });
    sqlite.close();
    expect(codesOf(await doctor())).toEqual([]);
    const wrongName = await doctor({ REDIS_HOST: 'a', NEAR_RESERVE: 'much' });
    expect(JSON.parse(wrongName.text).findings).toMatchObject([
      {
        code: 'CONFIGURATION',
        variable: 'REDIS_HOST',
        remedy: expect.stringContaining('REDIS_URL'),
      },
      { code: 'CONFIGURATION', variable: 'NEAR_RESERVE' },
    ]);
    expect(codesOf(await doctor({ DATABASE_URL: unreachable }))).toEqual(['DATABASE_UNREACHABLE']);
    const redis = { WALLET_QUEUE: 'bullmq', REDIS_URL: 'redis://127.0.0.1:9' };
    expect(codesOf(await doctor(redis))).toEqual(['REDIS_UNREACHABLE']);
    // The sign-up limits count there, whatever the queue.
    const limits = JSON.parse((await doctor({ REDIS_URL: redis.REDIS_URL })).text).findings;
    expect(limits).toMatchObject([
      {
        code: 'REDIS_UNREACHABLE',
        variable: 'REDIS_URL',
        remedy: expect.stringContaining('counted in each process'),
      },
    ]);
    expect(codesOf(await doctor({ NEAR_NODE_URL: unreachable }))).toEqual(['NODE_UNREACHABLE']);
    const key = Buffer.alloc(32, 1).toString('base64');
    const vault = { VAULT_ADDR: unreachable, VAULT_TOKEN: 'hvs.secret' };
    const sealed = await doctor({ ...vault, WALLET_ENCRYPTION_KEYS: `2:vault:v1:${key}` });
    expect(codesOf(sealed)).toEqual(['MASTER_KEYS']);
    expect(sealed.text).not.toContain('hvs.');
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
  });

  it('pause, resume, retry and requeue: each with its record', async () => {
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
    const actions = sqlite
      .prepare('SELECT "action", "actor" FROM "OperatorAction" ORDER BY "id"')
      .all() as { action: string; actor: string }[];
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

  it('rotate-keys and reconcile: report, and end with what they found', async () => {
    const old = new Database(file, { readonly: true });
    const stored = old.prepare('SELECT count(*) FROM "User" WHERE "nearPrivateKey" LIKE \'v1.%\'');
    const count = stored.pluck().get();
    old.close();
    const older = readFileSync(join(dataDir, 'wallet-encryption-keys'), 'utf8').trim();
    const keys = { WALLET_ENCRYPTION_KEYS: `2:${Buffer.alloc(32, 5).toString('base64')},${older}` };
    expect(codesOf(await doctor(keys))).toContain('ROTATION_UNFINISHED');
    const rotated = await run(['rotate-keys', '--json'], keys);
    expect(rotated.exitCode).toBe(0);
    expect(JSON.parse(rotated.text)).toMatchObject({ rotated: count, byVersion: { 2: count } });
    expect(codesOf(await doctor())).toContain('ENCRYPTION_KEY_WRONG');
    expect(codesOf(await doctor(keys))).toEqual([]);
    const compared = await run(['reconcile', '--json'], keys);
    expect(JSON.parse(compared.text).comparison.lanes.differences).toEqual([]);
    expect(compared.exitCode).toBe(0);
    expect((await run(['reconcile', '--adopt-registered'], keys)).exitCode).toBe(2);
  });
});
