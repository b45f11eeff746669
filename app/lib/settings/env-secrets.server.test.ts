import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVELOPMENT_ACCOUNTS, developmentKey } from '@choonsim/near-devnet';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { secretSeed } from './development-keys.ts';
import { configureEnvironment, EnvironmentError, readEnvironment } from './env.server.ts';
import { SECRET_NAMES } from './env-names.server.ts';
import { findWeakSecrets } from './env-secrets.server.ts';

const bytesOf = (name: string) => createHash('sha256').update(name).digest();
const key = (name: string) => bytesOf(name).toString('base64');
const PRODUCTION = {
  NODE_ENV: 'production',
  BETTER_AUTH_URL: 'https://chat.example.org',
  BETTER_AUTH_SECRET: key('sessions'),
  WALLET_ENCRYPTION_KEYS: `1:${key('master key')}`,
  NEAR_NETWORK_ID: 'testnet',
  NEAR_SERVICE_ACCOUNT_ID: 'choonsim.testnet',
  NEAR_SERVICE_PRIVATE_KEY: `ed25519:${'3'.repeat(87)}`,
  CHOCO_TOKEN_CONTRACT: 'choco.testnet',
};

function errorsOf(source: Record<string, string>): Record<string, string> {
  try {
    readEnvironment(source);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return Object.fromEntries(error.errors.map(({ name, remedy }) => [name, remedy]));
  }
  return {};
}

describe('a secret in a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'choonsim-secrets-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = (content: string | Buffer) => {
    const path = join(folder, randomBytes(6).toString('hex'));
    writeFileSync(path, content);
    return path;
  };

  test.each(['', '\n', '\r\n', '\n\n'])('is read without the line end %j', (end) => {
    const { BETTER_AUTH_SECRET, WALLET_ENCRYPTION_KEYS, ...others } = PRODUCTION;
    const settings = readEnvironment({
      ...others,
      BETTER_AUTH_SECRET_FILE: file(BETTER_AUTH_SECRET + end),
      WALLET_ENCRYPTION_KEYS_FILE: file(WALLET_ENCRYPTION_KEYS + end),
      REDIS_URL_FILE: file(`rediss://:word@redis.example.org${end}`),
    });
    expect(settings).toMatchObject({
      betterAuthSecret: BETTER_AUTH_SECRET,
      walletEncryptionKeys: [{ version: 1, key: bytesOf('master key') }],
      redisUrl: 'rediss://:word@redis.example.org',
    });
  });

  test('is read without a byte order mark', () => {
    const { BETTER_AUTH_SECRET, ...others } = PRODUCTION;
    const settings = readEnvironment({
      ...others,
      BETTER_AUTH_SECRET_FILE: file(`\ufeff${BETTER_AUTH_SECRET}\r\n`),
    });
    expect(settings.betterAuthSecret).toBe(BETTER_AUTH_SECRET);
  });

  test.each(SECRET_NAMES)('%s can be a file, but not both', (name) => {
    const both = { CHAT_MODEL: 'google:m', [name]: 'x', [`${name}_FILE`]: file('x') };
    expect(errorsOf(both)[name]).toBe(`${name}_FILE is set too. Remove one of the two.`);
  });

  test.each<[string, () => string, RegExp]>([
    ['is missing', () => join(folder, 'none'), /cannot be read \(ENOENT.+Name a file/],
    ['is a folder', () => folder, /is no file/],
    ['is a device', () => '/dev/zero', /is no file/],
    ['is empty', () => file('\n'), /is empty/],
    ['is UTF-16', () => file(Buffer.from('\ufeffsecret', 'utf16le')), /is no text in UTF-8/],
    ['is binary', () => file(Buffer.from([0xff, 0xfe, 0xfd])), /is no text in UTF-8/],
    ['is too large', () => file('x'.repeat(70_000)), /too large/],
    ['is another one', () => file('A=1\nB=2\n'), /several lines/],
  ])('that %s is told in a sentence, once', (_name, path, words) => {
    const { BETTER_AUTH_SECRET: _, ...others } = PRODUCTION;
    const errors = errorsOf({ ...others, BETTER_AUTH_SECRET_FILE: path() });
    expect(errors).toEqual({ BETTER_AUTH_SECRET_FILE: expect.stringMatching(words) });
  });

  test.each([
    ['SMTP_URL', { MAIL_FROM: 'hello@example.org' }],
    ['CHAT_API_KEY', { CHAT_MODEL: 'google:m' }],
    ['SIGN_IN_GOOGLE_SECRET', { SIGN_IN_GOOGLE_ID: 'a' }],
  ])('whose file cannot be read makes %s no missing one', (name, others) => {
    const errors = errorsOf({ ...PRODUCTION, ...others, [`${name}_FILE`]: file('') });
    expect(errors).toEqual({ [`${name}_FILE`]: expect.stringMatching(/is empty/) });
  });

  test('is validated like a variable, and not quoted', () => {
    const errors = errorsOf({ BETTER_AUTH_SECRET_FILE: file('hunter2') });
    expect(errors.BETTER_AUTH_SECRET).toMatch(/at least 32/);
    expect(JSON.stringify(errors)).not.toContain('hunter2');
  });
});

test('secrets are removed from process.env once they are read, accepted or not', () => {
  const given = { DATA_DIR: join(tmpdir(), 'choonsim-none'), METRICS_TOKEN: key('metrics') };
  const before = { ...process.env };
  try {
    for (const name of SECRET_NAMES) process.env[name] = 'a secret of somebody';
    const tools = { ensureSecret: (_: string, name: string) => Object(PRODUCTION)[name] };
    const settings = configureEnvironment(given, tools);
    expect(settings.metricsToken).toBe(given.METRICS_TOKEN);
    for (const name of SECRET_NAMES) expect(process.env).not.toHaveProperty(name);
    process.env.METRICS_TOKEN = 'short';
    expect(() => configureEnvironment(process.env)).toThrow(/METRICS_TOKEN: use at least/);
    expect(process.env).not.toHaveProperty('METRICS_TOKEN');
  } finally {
    for (const name of SECRET_NAMES) delete process.env[name];
    Object.assign(process.env, before);
  }
});

describe('where something is at stake', () => {
  test.each([
    'change-me-change-me-change-me-change-me',
    'CHANGEME_0123456789_abcdefghijklm',
    'replace-this-with-a-long-random-secret',
    'your-secret-your-secret-your-secret',
    '<openssl rand -base64 32 goes in here>',
    'a-secret-of-the-tests-0123456789-abcdef',
    'this-is-only-an-example-secret-1234567',
    '…'.repeat(32),
  ])('the placeholder %s is refused', (text) => {
    const errors = errorsOf({ ...PRODUCTION, BETTER_AUTH_SECRET: text });
    expect(errors).toEqual({ BETTER_AUTH_SECRET: expect.stringMatching(/placeholder.+openssl/) });
    const others = errorsOf({ ...PRODUCTION, CRON_SECRET: text, METRICS_TOKEN: `${text}2` });
    expect(Object.keys(others)).toEqual(['CRON_SECRET', 'METRICS_TOKEN']);
  });

  test.each([
    's'.repeat(40),
    'ab'.repeat(20),
    '0123456789'.repeat(4),
    'abcdefghijklmnopqrstuvwxyz0123456789',
    'deadbeefdeadbeefdeadbeefdeadbeef',
    `${'a'.repeat(38)}bc`,
  ])('the pattern %s is refused', (text) => {
    const errors = errorsOf({ ...PRODUCTION, BETTER_AUTH_SECRET: text });
    expect(errors).toEqual({ BETTER_AUTH_SECRET: expect.stringMatching(/guessed.+openssl/) });
  });

  const weakKeys: [string, Buffer][] = [
    ['zeros', Buffer.alloc(32)],
    ['one byte', Buffer.alloc(32, 7)],
    ['steps', Buffer.from(Array.from({ length: 32 }, (_, at) => at))],
    ['a pattern', Buffer.from('0badc0de'.repeat(8), 'hex')],
    ['a sentence', Buffer.from('correct horse battery staple 123')],
    ['nearly zeros', Buffer.from([...Buffer.alloc(28), 1, 2, 3, 4])],
  ];
  test.each(weakKeys)('a master key of %s does not encrypt, but still decrypts', (_name, weak) => {
    const weakKey = weak.toString('base64');
    const errors = errorsOf({ ...PRODUCTION, WALLET_ENCRYPTION_KEYS: `3:${weakKey}` });
    expect(errors.WALLET_ENCRYPTION_KEYS).toMatch(/not random.+4:\$\(openssl.+rotate-keys/);
    expect(JSON.stringify(errors)).not.toContain(weakKey);
    const rotating = `4:${key('new')},3:${weakKey}`;
    expect(errorsOf({ ...PRODUCTION, WALLET_ENCRYPTION_KEYS: rotating })).toEqual({});
  });

  test('random secrets of every form are accepted', () => {
    for (let round = 0; round < 2_000; round++) {
      const text = () =>
        randomBytes(32).toString((['base64', 'hex', 'base64url'] as const)[round % 3]);
      const given = {
        BETTER_AUTH_SECRET: text(),
        CRON_SECRET: randomBytes(8).toString('hex'),
        METRICS_TOKEN: randomBytes(16).toString('hex'),
        WALLET_ENCRYPTION_KEYS: `1:${randomBytes(32).toString('base64')}`,
      };
      expect([given, findWeakSecrets(given)]).toEqual([given, []]);
    }
  });

  test('a secret serves one purpose', () => {
    const one = key('one for all');
    const shared = { BETTER_AUTH_SECRET: one, CRON_SECRET: one, METRICS_TOKEN: one };
    const errors = errorsOf({ ...PRODUCTION, ...shared });
    expect(errors).toEqual({
      CRON_SECRET: expect.stringContaining('the value of BETTER_AUTH_SECRET'),
      METRICS_TOKEN: expect.stringContaining('the value of BETTER_AUTH_SECRET'),
    });
    const asMasterKey = { BETTER_AUTH_SECRET: key('master key').replace('=', '') };
    expect(Object.keys(errorsOf({ ...PRODUCTION, ...asMasterKey }))).toEqual([
      'WALLET_ENCRYPTION_KEYS',
    ]);
  });

  test.each<[string, (text: string) => string, string]>([
    ['other capital letters', (text) => text.toLowerCase(), 'but for capital letters, the value'],
    ['only its beginning', (text) => text.slice(0, 20), 'a part of the value'],
    ['more behind it', (text) => `${text}-metrics`, 'contains the value'],
    ['more before it', (text) => `metrics-${text}`, 'contains the value'],
  ])('a secret with %s is no other one', (_name, change, words) => {
    const errors = errorsOf({
      ...PRODUCTION,
      METRICS_TOKEN: change(PRODUCTION.BETTER_AUTH_SECRET),
    });
    expect(errors).toEqual({
      METRICS_TOKEN: expect.stringMatching(`${words} of BETTER_AUTH_SECRET. Set one of its own.`),
    });
  });

  test('a short secret of a provider may occur in a longer one', () => {
    const CHAT_API_KEY = PRODUCTION.BETTER_AUTH_SECRET.slice(3, 8);
    expect(errorsOf({ ...PRODUCTION, CHAT_MODEL: 'google:m', CHAT_API_KEY })).toEqual({});
  });

  test('a master key is not the seed of the service key, in whatever form', () => {
    const { secretKey } = developmentKey('a seed for the tests');
    const seed = secretSeed(secretKey)?.toString('base64') ?? '';
    const given = { ...PRODUCTION, NEAR_SERVICE_PRIVATE_KEY: secretKey };
    for (const keys of [`1:${seed}`, `2:${key('new')},1:${seed.replace('=', '')}`]) {
      expect(errorsOf({ ...given, WALLET_ENCRYPTION_KEYS: keys })).toEqual({
        WALLET_ENCRYPTION_KEYS: expect.stringMatching(/key of NEAR_SERVICE_PRIVATE_KEY/),
      });
    }
  });

  test('a master key has one version', () => {
    const [one, two] = [key('one'), key('two')];
    const errorOf = (keys: string) =>
      errorsOf({ ...PRODUCTION, WALLET_ENCRYPTION_KEYS: keys }).WALLET_ENCRYPTION_KEYS;
    expect(errorOf(`2:${one},1:${one}`)).toMatch(/second version.+Put a new one/);
    expect(errorOf(`2:${one},1:${one.replace('=', '')}`)).toMatch(/second version/);
    expect(errorOf(`2:vault:v1:${one},1:vault:v1:${one}`)).toMatch(/second version/);
    // Already encrypted under both: a new key in front is the remedy.
    expect(errorOf(`3:${two},2:${one},1:${one}`)).toBeUndefined();
  });
});

describe('a service key published by this project', () => {
  const refused = (source: Record<string, string>) =>
    errorsOf({ ...PRODUCTION, ...source }).NEAR_SERVICE_PRIVATE_KEY;

  test.each([...DEVELOPMENT_ACCOUNTS])(
    'the devnet’s of %s is refused off the devnet',
    (account) => {
      const { secretKey } = developmentKey(account);
      for (const network of ['testnet', 'mainnet', 'sandbox']) {
        const source = { NEAR_NETWORK_ID: network, NEAR_SERVICE_PRIVATE_KEY: secretKey };
        expect(refused(source)).toMatch(/published.+Add a new key/);
      }
      expect(refused({ NEAR_NETWORK_ID: 'devnet', NEAR_SERVICE_PRIVATE_KEY: secretKey })).toBe(
        undefined,
      );
    },
  );

  test('the devnet’s key is refused for the configured account, too', () => {
    const { secretKey } = developmentKey('choonsim.testnet');
    expect(refused({ NEAR_SERVICE_PRIVATE_KEY: secretKey })).toMatch(/published/);
    expect(refused({ NEAR_SERVICE_PRIVATE_KEY: `ed25519:${'1'.repeat(32)}` })).toMatch(/guessed/);
  });

  const published = filesOf(join(import.meta.dirname, '../../..')).flatMap((path) => {
    const keys = readFileSync(path, 'utf8').match(/ed25519:[1-9A-HJ-NP-Za-km-z]{86,88}\b/g) ?? [];
    return keys.map((secretKey) => [path, secretKey] as const);
  });
  test('every complete key in this repository is listed', () => {
    expect(published.length).toBeGreaterThan(2);
    for (const [path, secretKey] of published) {
      expect([path, refused({ NEAR_SERVICE_PRIVATE_KEY: secretKey })]).toEqual([
        path,
        expect.stringMatching(/published/),
      ]);
    }
  });
});

/** Sources and documents of this repository. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || ['node_modules', 'build'].includes(entry.name)) return [];
    if (entry.isDirectory()) return filesOf(path);
    return /\.(ts|tsx|md|mjs|yaml|yml)$/.test(entry.name) ? [path] : [];
  });
}
