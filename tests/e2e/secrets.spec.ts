import { randomBytes } from 'node:crypto';
import type { RouteConfigEntry } from '@react-router/dev/routes';
import Database from 'better-sqlite3';
import type { Redis } from 'ioredis';
import routes from '../../app/routes.ts';
import { Ed25519Key } from '../../packages/wallet-engine/src/adapters/keys/ed25519-key.ts';
import {
  findForms,
  formsOfBytes,
  formsOfKey,
} from '../../packages/wallet-engine/src/testing/forms-of-secret.ts';
import {
  deriveLaneKey,
  openWalletKey,
} from '../../packages/wallet-engine/src/testing/opened-wallet-key.ts';
import {
  type RedisServer,
  redisServerMissing,
  startRedisServer,
} from '../../packages/wallet-engine/src/testing/redis-server.ts';
import { DatabaseReader } from '../chaos/database-reader.ts';
import { runAdminLink } from './admin-link.ts';
import { type AppServer, startAppServer } from './app-server.ts';
import { changeUser } from './database.ts';
import { openEventStream } from './event-stream.ts';
import { expect, newVisitor, test, type Visitor } from './test.ts';

const masterKey = randomBytes(32);
const serviceKey =
  'ed25519:2X1srLcLw6UHvna89FdMEaGZcVhuP8c7oVZSjPdjnz5EwF1zX2iJAeYXX1WjU7WYXfoFHbmUiN6VbkHiTWFvL6B7';
const adminEmail = 'boss@example.com';
const texts = {
  BETTER_AUTH_SECRET: randomBytes(32).toString('hex'),
  CRON_SECRET: randomBytes(32).toString('hex'),
  METRICS_TOKEN: randomBytes(32).toString('hex'),
};
const settings = {
  ...texts,
  WALLET_ENCRYPTION_KEYS: `1:${masterKey.toString('base64')}`,
  NEAR_SERVICE_PRIVATE_KEY: serviceKey,
  ADMIN_EMAILS: adminEmail,
  WALLET_QUEUE: 'bullmq',
  SIGNUP_LIMIT_PER_IP: '100',
  LOG_LEVEL: 'trace',
};
const missing = redisServerMissing();

interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
}

/** A client with cookies that records every response: status, headers, body. */
class Party {
  readonly answers: string[] = [];
  readonly #url: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async ask(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers(init.headers);
    headers.set('Origin', this.#url);
    // The server may close a kept-alive connection in the moment it is reused.
    headers.set('Connection', 'close');
    if (this.cookie) headers.set('Cookie', this.cookie);
    const answer = await fetch(new URL(path, this.#url), {
      ...init,
      method,
      headers,
      redirect: 'manual',
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
    const body = await readBody(answer);
    this.answers.push([method, path, answer.status, ...answer.headers, body].join('\n'));
    return { status: answer.status, location: answer.headers.get('location'), body };
  }

  postJson(path: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask('POST', path, {
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  postForm(path: string, fields: Record<string, string>): Promise<Answer> {
    return this.ask('POST', path, { body: new URLSearchParams(fields) });
  }
}

/** An event stream stays open until the wallet is READY, so only its first chunk is read. */
async function readBody(answer: Response): Promise<string> {
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream')) return answer.text();
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return Buffer.from(first?.value ?? []).toString();
}

interface Route {
  readonly pattern: string;
  readonly isPage: boolean;
}

/** Every route of the app, so that a new one is covered automatically. */
function listRoutes(entries: readonly RouteConfigEntry[]): Route[] {
  return entries.flatMap((entry) => {
    const own = entry.path === undefined && !entry.index ? [] : [`/${entry.path ?? ''}`];
    const isPage = entry.file.endsWith('.tsx');
    return [...own.map((pattern) => ({ pattern, isPage })), ...listRoutes(entry.children ?? [])];
  });
}

test.describe('no private key, master key or secret of the configuration', () => {
  test.skip(missing !== null, missing ?? '');
  let redis: RedisServer;
  let server: AppServer;
  let monitor: Redis | null = null;

  test.beforeAll(async () => {
    redis = await startRedisServer();
    server = await startAppServer({ env: { ...settings, REDIS_URL: redis.url } });
  });
  test.afterAll(async () => {
    await server.stop();
    monitor?.disconnect();
    await redis.stop();
  });

  async function signUpAndWait(visitor: Visitor): Promise<Party> {
    const party = new Party(server.url);
    const signedUp = await party.postJson('/api/auth/sign-up/email', visitor);
    expect(signedUp.status).toBe(200);
    const stream = await openEventStream(`${server.url}/api/wallet/events`, party.cookie);
    await stream.ended;
    party.answers.push([...stream.headers, ...stream.parts.map(({ text }) => text)].join('\n'));
    expect(stream.parts.at(-1)?.text).toContain('"status":"READY"');
    return party;
  }

  async function enterAsAdmin(): Promise<Party> {
    const env = { ...settings, REDIS_URL: redis.url };
    const { link } = runAdminLink(server, { email: adminEmail, adminEmail, env });
    const party = new Party(server.url);
    await party.ask('GET', link);
    const entered = await party.postForm(link, { password: 'a-long-spring-9' });
    expect(entered.location).toBe('/admin/wallets');
    return party;
  }

  /** All commands sent to Redis from now on, by any client. */
  async function watchRedis(): Promise<string[]> {
    const sent: string[] = [];
    monitor = await redis.client.monitor();
    monitor.on('monitor', (_time: string, words: string[]) => sent.push(words.join(' ')));
    return sent;
  }

  /** All its data, as it would be written to disk. */
  async function dumpRedis(): Promise<string> {
    await redis.client.config('SET', 'rdbcompression', 'no');
    const keys = await redis.client.keys('*');
    const values = await Promise.all(keys.map((key) => redis.client.dumpBuffer(key)));
    return [...keys, ...values.map((value) => value?.toString('latin1'))].join('\n');
  }

  test('stands in an answer over HTTP, in Redis or in the log', async () => {
    test.slow();
    const sentToRedis = await watchRedis();
    const [annVisitor, bobVisitor] = [newVisitor(), newVisitor()];
    const nobody = new Party(server.url);
    const ann = await signUpAndWait(annVisitor);
    const bob = await signUpAndWait(bobVisitor);
    const admin = await enterAsAdmin();

    const sqlite = new Database(server.databaseFile, { readonly: true });
    const rowOf = ({ email }: Visitor) =>
      sqlite.prepare('SELECT * FROM "User" WHERE "email" = ?').get(email) as Record<string, string>;
    const [annRow, bobRow] = [rowOf(annVisitor), rowOf(bobVisitor)];

    // Bob's stored key is replaced by Ann's: his wallet fails, and the log has the reason.
    changeUser(server.databaseFile, bobVisitor.email, {
      nearPrivateKey: annRow.nearPrivateKey ?? null,
      walletStatus: 'FAILED',
      walletError: 'REWARD_REFUSED',
      walletAvailableAt: null,
    });
    await admin.postForm('/admin/wallets', { action: 'retry', userId: String(bobRow.id) });
    await expect
      .poll(async () => JSON.parse((await bob.ask('GET', '/api/wallet/status')).body))
      .toMatchObject({ status: 'FAILED', error: 'WALLET_KEY_UNREADABLE' });

    const all = listRoutes(routes);
    expect(all.length).toBeGreaterThan(25);
    const ids: Record<string, string> = { ':id': 'choonsim', ':userId': String(bobRow.id) };
    for (const { pattern, isPage } of all) {
      const path = pattern.replace(/:\w+/, (name) => ids[name] ?? name).replace('*', 'nowhere');
      for (const party of [nobody, ann, bob, admin]) {
        await party.ask('GET', path);
        if (isPage) await party.ask('GET', `${path === '/' ? '/_root' : path}.data`);
        if (pattern === '/logout') continue;
        await party.postForm(path, { intent: 'nothing', action: 'nothing' });
        await party.postJson(path, { message: '안녕', email: 'x', password: 'x' });
        await party.ask('DELETE', path);
      }
    }
    const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
    const metrics = await nobody.ask('GET', '/metrics', { headers: bearer(texts.METRICS_TOKEN) });
    expect(metrics.status).toBe(200);
    const tick = await nobody.postJson('/api/cron/wallets', {}, bearer(texts.CRON_SECRET));
    expect(tick.status).toBe(200);
    await nobody.ask('GET', '/%E0%A4%A');
    await nobody.ask('POST', '/signup', { body: 'x'.repeat(70_000) });
    await nobody.postJson('/api/auth/sign-in/email', { ...annVisitor, password: 'wrong-wrong' });
    for (const action of ['pause', 'resume', 'requeue-all']) {
      await admin.postForm('/admin/wallets', { action });
    }
    await ann.postForm('/account', { intent: 'name', name: 'Ann' });
    for (const party of [ann, bob, admin]) await party.postForm('/logout', {});

    const dumped = await dumpRedis();
    const annKey = new DatabaseReader(sqlite)
      .storedKeys()
      .find(({ publicKey }) => publicKey === annRow.nearPublicKey);
    if (!annKey) throw new Error('no wallet has the key of Ann');
    const opened = openWalletKey({ ...annKey, masterKey });
    expect(Ed25519Key.fromText(opened).publicKeyText).toBe(annRow.nearPublicKey);
    const deploymentId = sqlite.prepare('SELECT "deploymentId" FROM "Deployment"').pluck().get();
    const lanes = sqlite
      .prepare('SELECT "laneNumber", "publicKey" FROM "ServiceKeyLane" WHERE "laneNumber" > 0')
      .all() as { laneNumber: number; publicKey: string }[];
    expect(lanes.length).toBeGreaterThan(0);
    sqlite.close();
    const secrets: Record<string, string[]> = {
      'the key of a wallet': formsOfKey(opened),
      'the stored key of a wallet': [annRow, bobRow].map((row) =>
        String(row.nearPrivateKey).replace(/^v1\./, ''),
      ),
      'the service key': formsOfKey(serviceKey),
      'the master key': formsOfBytes(masterKey),
      ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, [text]])),
    };
    for (const { laneNumber, publicKey } of lanes) {
      const key = deriveLaneKey({
        servicePrivateKey: serviceKey,
        deploymentId: String(deploymentId),
        laneNumber,
      });
      expect(Ed25519Key.fromText(key).publicKeyText).toBe(publicKey);
      secrets[`the key of lane ${laneNumber}`] = formsOfKey(key);
    }
    const answers = [nobody, ann, bob, admin].flatMap((party) => party.answers).join('\n');
    const places = {
      answers,
      'Redis (sent)': sentToRedis.join('\n'),
      'Redis (kept)': dumped,
      log: server.output(),
    };
    for (const [place, text] of Object.entries(places)) {
      for (const [name, forms] of Object.entries(secrets)) {
        expect.soft(findForms(text, forms), `${name} stands in ${place}`).toEqual([]);
      }
    }

    // The search works: the same means find what may be there.
    expect(answers).toContain(annRow.nearAccountId);
    expect(answers).toContain('choonsim_treasury');
    expect(answers).toContain(adminEmail);
    expect(places.log).toContain('WALLET_KEY_UNREADABLE');
    for (const place of ['Redis (sent)', 'Redis (kept)'] as const) {
      expect(places[place]).toContain('wallet-creation');
      expect(places[place]).toContain(annRow.id);
    }
  });

  test('of a node’s provider stands in what a server says whose nodes are away', async () => {
    const key = randomBytes(32).toString('hex');
    const nodes = `http://127.0.0.1:9/v1/${key},http://127.0.0.1:9/v1?apiKey=${key}`;
    const away = await startAppServer({
      env: { ...settings, REDIS_URL: redis.url, NEAR_NODE_URL: nodes },
    });
    await expect.poll(() => away.output()).toContain('work is interrupted');
    await away.stop();
    expect(away.output()).toContain('devnet at 127.0.0.1:9');
    expect(away.output()).not.toContain(key);
  });

  test('is quoted when the start is refused', async () => {
    const wrong = { ...settings, REDIS_URL: redis.url };
    const half = masterKey.subarray(0, 31).toString('base64');
    const faults: Record<string, string>[] = [
      { NEAR_SERVICE_PRIVATE_KEY: serviceKey.slice(0, -9) },
      { WALLET_ENCRYPTION_KEYS: `1:${half}` },
      { WALLET_ENCRYPTION_KEYS: masterKey.toString('base64') },
      { NEAR_SERVICE_ACCOUNT_PRIVATE_KEY: serviceKey },
      { DATABASE_URL: `postgres://ann:${half.slice(0, 40)}@db.example.org/app` },
    ];
    for (const fault of faults) {
      const started = startAppServer({ env: { ...wrong, ...fault } });
      const told = await started.then(() => 'it has started', String);
      await started.then((mistaken) => mistaken.stop()).catch(() => undefined);
      expect(told).toContain(Object.keys(fault)[0]);
      for (const secret of [serviceKey.slice(8, 60), half.slice(0, 40)]) {
        expect(told).not.toContain(secret);
      }
    }
  });
});
