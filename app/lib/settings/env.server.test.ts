import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ensureDevelopmentSecret, readDevelopmentSecret } from './development-secrets.server.ts';
import { EnvironmentError, type EnvironmentTools, readEnvironment } from './env.server.ts';

const bytesOf = (name: string) => createHash('sha256').update(name).digest();
const KEY = bytesOf('master key').toString('base64');
const OTHER_KEY = bytesOf('another master key').toString('base64');
const secrets = {
  BETTER_AUTH_SECRET: bytesOf('sessions').toString('base64'),
  WALLET_ENCRYPTION_KEYS: `1:${KEY}`,
};
const tools = { ensureSecret: (_: string, name: keyof typeof secrets) => secrets[name] };

const PRODUCTION = {
  NODE_ENV: 'production',
  BETTER_AUTH_URL: 'https://chat.example.org/',
  ...secrets,
  NEAR_NETWORK_ID: 'testnet',
  NEAR_NODE_URL: 'https://one.example.org, https://two.example.org',
  NEAR_SERVICE_ACCOUNT_ID: 'choonsim.testnet',
  NEAR_SERVICE_PRIVATE_KEY: `ed25519:${'3'.repeat(87)}`,
  CHOCO_TOKEN_CONTRACT: 'choco.testnet',
};

function read(source: Record<string, string>) {
  return readEnvironment(source, tools);
}

function errorsOf(
  source: Record<string, string>,
  withTools: EnvironmentTools = tools,
): Record<string, string> {
  try {
    readEnvironment(source, withTools);
  } catch (error) {
    if (error instanceof EnvironmentError) {
      return Object.fromEntries(error.errors.map(({ name, remedy }) => [name, remedy]));
    }
    throw error;
  }
  return {};
}

describe('with no variable set', () => {
  test('every setting has a value: the devnet, a file database, the cron queue', () => {
    expect(read({ PATH: '/bin' })).toMatchObject({
      isExposed: false,
      listensPublicly: false,
      port: 3000,
      nearNetworkId: 'devnet',
      nearNodeUrls: ['http://127.0.0.1:3030'],
      nearServiceAccountId: 'choonsim.devnet',
      nearServicePrivateKey: null,
      nearInitialBalanceYocto: 10n ** 23n,
      chocoTokenContract: 'choco.devnet',
      signupRewardChoco: '100',
      walletCreation: 'async',
      walletQueue: 'cron',
      walletTickSeconds: 30,
      walletEncryptionKeys: [{ version: 1, key: bytesOf('master key') }],
    });
    expect(read({}).databaseUrl).toMatch(/^file:\/.*\/\.data\/choonsim\.db$/);
  });

  test('an empty variable counts as not set', () => {
    expect(read({ NEAR_NODE_URL: '', CHAT_MODEL: ' ' }).nearNodeUrls).toEqual([
      'http://127.0.0.1:3030',
    ]);
  });

  test('the devnet is expected at DEVNET_PORT', () => {
    expect(read({ DEVNET_PORT: '4040' }).nearNodeUrls).toEqual(['http://127.0.0.1:4040']);
  });

  test('development secrets are created once, readable by their owner only', () => {
    const folder = mkdtempSync(join(tmpdir(), 'choonsim-env-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const dataDir = join(folder, 'data');
    const first = readEnvironment({ DATA_DIR: dataDir });
    const second = readEnvironment({ DATA_DIR: dataDir });
    expect(second).toEqual(first);
    expect(statSync(join(dataDir, 'wallet-encryption-keys')).mode & 0o777).toBe(0o600);
    const kept = readFileSync(join(dataDir, 'better-auth-secret'), 'utf8').trim();
    expect(ensureDevelopmentSecret(dataDir, 'BETTER_AUTH_SECRET')).toBe(kept);
  });

  test('a broken, missing or unreadable development secret is reported, never replaced', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-env-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    const onlyRead = { ensureSecret: readDevelopmentSecret };
    expect(errorsOf({ DATA_DIR: dataDir }, onlyRead).DATA_DIR).toContain('start the server once');
    expect(readdirSync(dataDir)).toEqual([]);
    const keys = join(dataDir, 'wallet-encryption-keys');
    writeFileSync(keys, '\n');
    const making = { ensureSecret: ensureDevelopmentSecret };
    const errors = errorsOf({ DATA_DIR: dataDir }, making);
    expect(errors.WALLET_ENCRYPTION_KEYS).toContain(`${keys} is empty or broken`);
    expect(readFileSync(keys, 'utf8')).toBe('\n');
    const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    const refusing = {
      ensureSecret: () => {
        throw denied;
      },
    };
    expect(errorsOf({}, refusing).DATA_DIR).toContain('EACCES: permission denied');
  });
});

describe('in production', () => {
  test('a complete configuration is accepted', () => {
    expect(read(PRODUCTION)).toMatchObject({
      isExposed: true,
      listensPublicly: true,
      betterAuthUrl: 'https://chat.example.org',
      nearNodeUrls: ['https://one.example.org', 'https://two.example.org'],
      nearServicePrivateKey: PRODUCTION.NEAR_SERVICE_PRIVATE_KEY,
    });
  });

  test('all missing and wrong variables are reported at once', () => {
    const errors = errorsOf({ NODE_ENV: 'production', PORT: 'eighty', NEAR_RESERVE: '1e9' });
    expect(Object.keys(errors).sort()).toEqual([
      'BETTER_AUTH_SECRET',
      'BETTER_AUTH_URL',
      'CHOCO_TOKEN_CONTRACT',
      'NEAR_NETWORK_ID',
      'NEAR_RESERVE',
      'NEAR_SERVICE_ACCOUNT_ID',
      'NEAR_SERVICE_PRIVATE_KEY',
      'PORT',
      'WALLET_ENCRYPTION_KEYS',
    ]);
    expect(errors.PORT).toContain('whole number');
  });

  test.each(['3'.repeat(80), `${'3'.repeat(43)}0`, ''])(
    'a service key that is not whole is refused without being quoted: %j',
    (base58) => {
      const text = `ed25519:${base58}`;
      const errors = errorsOf({ ...PRODUCTION, NEAR_SERVICE_PRIVATE_KEY: text });
      expect(Object.keys(errors)).toEqual(['NEAR_SERVICE_PRIVATE_KEY']);
      expect(errors.NEAR_SERVICE_PRIVATE_KEY).not.toContain('3333');
    },
  );

  test.each(['5'.repeat(64), `${'a'.repeat(40)}.testnet`])(
    'an account below which no wallet can have a valid id is refused: %s',
    (id) => {
      const errors = errorsOf({ ...PRODUCTION, NEAR_SERVICE_ACCOUNT_ID: id });
      expect(errors.NEAR_SERVICE_ACCOUNT_ID).toContain('at most 47 characters');
    },
  );

  const MAINNET = {
    ...PRODUCTION,
    NEAR_NETWORK_ID: 'mainnet',
    NEAR_SERVICE_ACCOUNT_ID: 'choonsim.near',
    CHOCO_TOKEN_CONTRACT: 'token.choco.near',
  };

  test.each([
    [PRODUCTION, 'NEAR_SERVICE_ACCOUNT_ID', 'app.choonsim.near', 'mainnet'],
    [PRODUCTION, 'CHOCO_TOKEN_CONTRACT', 'choco.near', 'mainnet'],
    [
      PRODUCTION,
      'NEAR_NODE_URL',
      'https://one.example.org,https://rpc.mainnet.near.org',
      'mainnet',
    ],
    [PRODUCTION, 'NEAR_NODE_URL', 'https://free.rpc.fastnear.com', 'mainnet'],
    [MAINNET, 'NEAR_SERVICE_ACCOUNT_ID', 'app.choonsim.testnet', 'testnet'],
    [MAINNET, 'CHOCO_TOKEN_CONTRACT', 'choco.testnet', 'testnet'],
    [MAINNET, 'NEAR_NODE_URL', 'https://rpc.testnet.near.org', 'testnet'],
    [MAINNET, 'NEAR_NODE_URL', 'https://test.rpc.fastnear.com/?apiKey=x', 'testnet'],
    [MAINNET, 'NEAR_ARCHIVAL_NODE_URL', 'https://near-testnet.drpc.org', 'testnet'],
  ])(
    'what belongs to the other network by its name is refused: %#',
    (given, name, value, other) => {
      const { NEAR_NETWORK_ID: own } = given;
      expect(errorsOf({ ...given, [name]: value })).toEqual({
        [name]: expect.stringMatching(
          new RegExp(`${other}, and NEAR_NETWORK_ID is ${own}. Name .+ of ${own}, or set`),
        ),
      });
    },
  );

  test.each([
    { ...PRODUCTION, NEAR_SERVICE_ACCOUNT_ID: 'app.choonsim.testnet' },
    { ...PRODUCTION, NEAR_SERVICE_ACCOUNT_ID: 'nearby.testnet' },
    { ...PRODUCTION, NEAR_NODE_URL: 'https://rpc.testnet.near.org' },
    { ...MAINNET, NEAR_NODE_URL: 'https://rpc.mainnet.near.org' },
    { ...MAINNET, NEAR_NODE_URL: 'https://mainnet.rpc.testnetwork.example.org' },
    // Hosts of their own, whose names happen to contain the other network's.
    { ...PRODUCTION, NEAR_NODE_URL: 'https://near-mainnet.example.org/testnet' },
    { ...MAINNET, NEAR_NETWORK_ID: 'devnet' },
    { ...MAINNET, NEAR_NETWORK_ID: 'sandbox' },
  ])('what fits the network, or may be anything, is accepted: %#', (given) => {
    expect(errorsOf(given)).toEqual({});
  });

  test('a folder in the place of the database is named with its setting', () => {
    const folder = mkdtempSync(join(tmpdir(), 'choonsim-env-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect(errorsOf({ DATABASE_URL: `file://${folder}` }).DATABASE_URL).toBe(
      `use a file, such as file:${folder}/choonsim.db; ${folder} is a folder.`,
    );
    mkdirSync(join(folder, 'choonsim.db'));
    expect(errorsOf({ DATA_DIR: folder }).DATA_DIR).toBe(
      `use a folder whose choonsim.db is a file or missing; ${folder}/choonsim.db is a folder.`,
    );
    expect(errorsOf({ DATA_DIR: folder, DATABASE_URL: `file:${folder}/a.db` })).toEqual({});
  });

  test('the devnet is public only if it is named', () => {
    const { BETTER_AUTH_URL } = PRODUCTION;
    const devnet = {
      NODE_ENV: 'production',
      BETTER_AUTH_URL,
      ...secrets,
      NEAR_NETWORK_ID: 'devnet',
    };
    expect(read(devnet).nearNetworkId).toBe('devnet');
  });

  test('no secret is generated, and mainnet never runs on one', () => {
    const refuses = { ensureSecret: () => expect.fail('made a secret') };
    expect(() => readEnvironment({ NODE_ENV: 'production' }, refuses)).toThrow(EnvironmentError);
    expect(Object.keys(errorsOf({ NEAR_NETWORK_ID: 'mainnet' }))).toContain(
      'WALLET_ENCRYPTION_KEYS',
    );
  });
});

describe('presets and limits', () => {
  test.each([
    ['sandbox', 'test', 'http://127.0.0.1:3030'],
    ['testnet', 'choonsim.testnet', 'https://test.rpc.fastnear.com'],
    ['mainnet', 'choonsim.near', 'https://free.rpc.fastnear.com'],
  ])('%s has public nodes when none is named', (networkId, accountId, first) => {
    const { NEAR_NODE_URL: _, ...others } = PRODUCTION;
    const accounts = { NEAR_SERVICE_ACCOUNT_ID: accountId, CHOCO_TOKEN_CONTRACT: accountId };
    const given = { ...others, ...accounts, NEAR_NETWORK_ID: networkId };
    expect(read(given).nearNodeUrls[0]).toBe(first);
  });

  test('spend limits are NEAR above zero, or off', () => {
    const none = { walletSpendLimitHourYocto: null, walletSpendLimitDayYocto: null };
    expect(read({})).toMatchObject(none);
    const limits = { WALLET_SPEND_LIMIT_HOUR_NEAR: '2.5', WALLET_SPEND_LIMIT_DAY_NEAR: '40' };
    expect(read(limits)).toMatchObject({
      walletSpendLimitHourYocto: 25n * 10n ** 23n,
      walletSpendLimitDayYocto: 40n * 10n ** 24n,
    });
    for (const wrong of ['0', '-1', '1e3', 'none', '1,5']) {
      const errors = errorsOf({ WALLET_SPEND_LIMIT_HOUR_NEAR: wrong });
      expect(errors.WALLET_SPEND_LIMIT_HOUR_NEAR).toContain('NEAR as a decimal above 0');
    }
  });

  test('wrapped master keys require the Vault that unwraps them; plain ones can be mixed in', () => {
    const keys = { WALLET_ENCRYPTION_KEYS: `2:vault:v1:AbC+/09=,1:${KEY}` };
    expect(Object.keys(errorsOf(keys)).sort()).toEqual(['VAULT_ADDR', 'VAULT_TOKEN']);
    const vault = { VAULT_ADDR: 'https://vault.example.org:8200', VAULT_TOKEN: 'hvs.x' };
    expect(read({ ...keys, ...vault })).toMatchObject({
      walletEncryptionKeys: [
        { version: 2, ciphertext: 'vault:v1:AbC+/09=' },
        { version: 1, key: bytesOf('master key') },
      ],
      vaultTransit: {
        address: 'https://vault.example.org:8200',
        token: 'hvs.x',
        keyName: 'choonsim',
      },
    });
  });
});

describe('values', () => {
  test.each([
    ['NODE_ENV', 'prod'],
    ['NEAR_NETWORK_ID', 'main'],
    ['NEAR_INITIAL_BALANCE', '100000000000000000000000'],
    ['NEAR_INITIAL_BALANCE', '-1'],
    ['SIGNUP_REWARD_CHOCO', '0'],
    ['SIGNUP_REWARD_CHOCO', '0.1234567890123456789'],
    ['BETTER_AUTH_SECRET', 'short'],
    ['BETTER_AUTH_URL', 'https://chat.example.org/app'],
    ['WALLET_ENCRYPTION_KEYS', KEY],
    ['WALLET_ENCRYPTION_KEYS', `1:${KEY.slice(4)}`],
    ['WALLET_ENCRYPTION_KEYS', `1:${KEY},1:${OTHER_KEY}`],
    ['WALLET_QUEUE', 'redis'],
    ['WALLET_WORKER', 'no'],
    ['REDIS_URL', '127.0.0.1:6379'],
    ['CHAT_MODEL', 'gpt'],
    ['PORT', '65536'],
    ['DATABASE_URL', 'mysql://here/db'],
    ['DATABASE_URL', 'postgres:///'],
    ['DATABASE_URL', 'postgres://ann:hunter2@'],
    ['DATABASE_URL', 'postgres://127.0.0.1/db?lock_timeout=0'],
    ['DATABASE_URL', 'postgres://127.0.0.1/db?pgbouncer=true'],
    ['DATABASE_URL', 'postgres://127.0.0.1/db?host=db.example.org'],
    ['DATABASE_URL', 'postgres://db/app?host=/run/postgresql&host=db.example.org'],
    ['DATABASE_CONNECTIONS', '1'],
    ['DATABASE_URL', 'libsql://db.example.org?authToken=hunter2'],
    ['WALLET_ENCRYPTION_KEYS', `0:${KEY}`],
    ['WALLET_ENCRYPTION_KEYS', `0:${KEY},1:${OTHER_KEY}`],
    ['WALLET_ENCRYPTION_KEYS', `0:vault:v1:${KEY}`],
    ['DATA_DIR', import.meta.filename],
    ['DATA_DIR', `${import.meta.filename}/below`],
    ['SUPPORT_EMAIL', 'help at example'],
    ['SMTP_URL', 'smtp.example.org:587'],
    ['SMTP_URL', 'smtps://ann@smtp.example.org'],
    ['SMTP_URL', 'smtp://smtp.example.org/?tls=no'],
    ['SIGNUP_VERIFICATION', 'mail'],
    ['MAIL_FROM', 'Choonsim hello@example.org'],
    ['MAIL_FROM', 'Choonsim <hello@example.org>'],
    ['NEAR_NODE_URL', 'http://one.example.org,two'],
    ['NEAR_NODE_URL', 'https://one.example.org,https://ONE.example.org:443/'],
    ['NEAR_NODE_URL', 'https://one.example.org/v1?key=a,https://one.example.org/v1?key=b'],
    ['BETTER_AUTH_URL', 'https://ann:secret@chat.example.org'],
    ['BETTER_AUTH_URL', 'https://chat.example.org/?a=b'],
    ['BETTER_AUTH_URL', 'https://chat.example.org/#a'],
    ['TERMS_URL', 'https://ann:secret@terms.example.org'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TRUSTED_PROXIES', '0.0.0.0/1,128.0.0.0/1'],
    ['TRUSTED_PROXIES', '::/0'],
    ['TRUSTED_PROXIES', '::ffff:0:0/96'],
    ['TRUSTED_PROXIES', '198.51.100.0/24,::ffff:10.0.0.0/104'],
    ['TRUSTED_PROXIES', '64:ff9b::/96'],
    ['TRUSTED_PROXIES', '010.0.0.0/8'],
    ['TRUSTED_PROXIES', '10.1/16'],
    ['TRUSTED_PROXIES', '0x0a.0.0.0/8'],
    ['VAULT_TOKEN', 'hvs.secret\r\nX-Other: 1'],
    ['VAULT_TOKEN', 'hvs.geheimschlüssel'],
    ['CHAT_BASE_URL', 'https://api.example.org/v1?key=1'],
    ['CHAT_BASE_URL', 'https://api.example.org/v1\r\n'],
    ['SIGN_IN_OPENID_ISSUER', ' https://id.example.org'],
    ['SIGN_IN_OPENID_NAME', '\u200b\u3164'],
    ['DATABASE_URL', `file:${import.meta.dirname}`],
    ['REDIS_URL', 'rediss://redis.example.org/first'],
    ['REDIS_URL', 'rediss://redis.example.org?rejectUnauthorized=false'],
    ['SMTP_URL', 'smtp://smtp.example.org:0'],
    ['DATABASE_URL', 'file::memory:'],
    ['DEVNET_PORT', '3000'],
    ['CRON_SECRET', ' a-token-of-sixteen '],
    ['METRICS_TOKEN', 'ein-Schlüssel-für-alle'],
    ['DATABASE_URL', 'file:/tmp/choonsim.db?mode=memory'],
    ['DATABASE_URL', 'postgres://ann:50%@database.example.org/app?sslmode=verify-full'],
    ['DATA_DIR', `/dev/null/${'a'.repeat(100_000)}`],
  ])('%s=%s is refused with a sentence', (name, value) => {
    expect(errorsOf({ [name]: value })[name]).toMatch(/^[a-z].{15,400}$/);
  });

  test('a folder in the place of a development secret is named', () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'choonsim-secret-folder-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    mkdirSync(join(dataDir, 'better-auth-secret'));
    const real = { ensureSecret: ensureDevelopmentSecret };
    expect(errorsOf({ DATA_DIR: dataDir }, real)).toEqual({
      DATA_DIR: expect.stringContaining('better-auth-secret: EISDIR'),
    });
  });

  test('the limits of a range that is named are accepted', () => {
    const model = { CHAT_MODEL: 'openai-compatible:m', CHAT_BASE_URL: 'http://127.0.0.1:1/v1' };
    const name = 'CHAT_REPLIES_PER_DAY_IN_ALL';
    const [, most = ''] =
      /to (\d+)/.exec(String(errorsOf({ ...model, [name]: '1e9' })[name])) ?? [];
    expect(read({ ...model, [name]: most }).chatRepliesPerDayInAll).toBe(Number(most));
  });

  test('the queue over Redis requires REDIS_URL, the other does not', () => {
    expect(errorsOf({ WALLET_QUEUE: 'bullmq' })).toEqual({
      REDIS_URL: expect.stringMatching(/missing.*redis:\/\/.*WALLET_QUEUE=cron/),
    });
    const redis = { REDIS_URL: 'rediss://:word@redis.example.org:6380/1' };
    expect(read({ WALLET_QUEUE: 'bullmq', ...redis })).toMatchObject({
      walletQueue: 'bullmq',
      redisUrl: redis.REDIS_URL,
    });
    expect(read(redis).walletQueue).toBe('cron');
  });

  test('a process that creates no wallets cannot create them in the request', () => {
    expect(read({}).walletWorker).toBe(true);
    expect(read({ WALLET_WORKER: 'off' }).walletWorker).toBe(false);
    const errors = errorsOf({ WALLET_WORKER: 'off', WALLET_CREATION: 'sync' });
    expect(errors.WALLET_WORKER).toMatch(/Remove one of the two/);
  });

  const SEALING = {
    WALLET_WORKER: 'off',
    WALLET_SEALING_KEY: `2:${'A'.repeat(43)}:${'B'.repeat(43)}`,
  };

  test('a process that seals keys needs no wallet secret, and accepts none', () => {
    const { NEAR_SERVICE_PRIVATE_KEY, WALLET_ENCRYPTION_KEYS, ...off } = PRODUCTION;
    expect(read({ ...off, ...SEALING })).toMatchObject({
      walletSealingKey: { version: 2, publicKey: 'A'.repeat(43), senderKey: 'B'.repeat(43) },
      walletEncryptionKeys: [],
      nearServicePrivateKey: null,
    });
    expect(errorsOf({ ...off, WALLET_WORKER: 'off' })).toEqual({
      WALLET_SEALING_KEY: expect.stringMatching(/^missing.*wallet -- sealing-key/),
    });
    const held = { NEAR_SERVICE_PRIVATE_KEY, WALLET_ENCRYPTION_KEYS, VAULT_TOKEN: 'hvs.x' };
    for (const [name, value] of Object.entries(held)) {
      expect(errorsOf({ ...off, ...SEALING, [name]: value })[name]).toMatch(/must not have one/);
    }
  });

  test('a worker ignores the sealing key, but a malformed one is reported', () => {
    expect(read({ ...SEALING, WALLET_WORKER: 'on' }).walletSealingKey).toBeNull();
    for (const text of [
      `0:${'A'.repeat(43)}:${'B'.repeat(43)}`,
      'A'.repeat(43),
      `1:${'A'.repeat(43)}`,
    ]) {
      const given = { ...SEALING, WALLET_SEALING_KEY: text };
      expect(errorsOf(given).WALLET_SEALING_KEY).toMatch(/wallet -- sealing-key/);
    }
  });

  test.each([
    [{ CHAT_MODEL: 'google:gemini-2.5-flash' }, 'CHAT_API_KEY'],
    [{ CHAT_MODEL: 'openai-compatible:m', CHAT_API_KEY: 'k' }, 'CHAT_BASE_URL'],
    [{ CHAT_MODEL: 'openai-compatible:m', CHAT_BASE_URL: 'https://m.example/v1' }, 'CHAT_API_KEY'],
    [{ CHAT_API_KEY: 'k' }, 'CHAT_API_KEY'],
    [{ CHAT_BASE_URL: 'https://m.example/v1' }, 'CHAT_BASE_URL'],
  ])('%o: %s is told', (source, name) => {
    expect(errorsOf(source)).toEqual({ [name]: expect.stringMatching(/^(missing|has no effect)/) });
  });

  const MAILS = {
    SMTP_URL: 'smtp://ann:p%40ss@smtp.example.org',
    MAIL_FROM: 'Choonsim <hello@example.org>',
    BETTER_AUTH_URL: 'https://chat.example.org',
  };

  test.each([
    ['MAIL_FROM', 'sender'],
    ['BETTER_AUTH_URL', 'links'],
  ] as const)('mails without %s are told', (name, word) => {
    const { [name]: _, ...given } = { ...secrets, ...MAILS, NEAR_NETWORK_ID: 'devnet' };
    expect(errorsOf(given)).toEqual({ [name]: expect.stringContaining(word) });
  });

  test.each([
    [{ SIGN_IN_GOOGLE_ID: 'a' }, 'SIGN_IN_GOOGLE_SECRET'],
    [{ SIGN_IN_KAKAO_SECRET: 'a' }, 'SIGN_IN_KAKAO_ID'],
    [
      { SIGN_IN_OPENID_ID: 'a', SIGN_IN_OPENID_SECRET: 'b', SIGN_IN_OPENID_NAME: 'C' },
      'SIGN_IN_OPENID_ISSUER',
    ],
  ])('%o: %s of another site is told', (source, name) => {
    expect(errorsOf(source as never)).toEqual({ [name]: expect.stringMatching(/^missing beside/) });
  });

  test('sign-in providers are in the order of their buttons, and a clear-text issuer is refused', () => {
    const google = { SIGN_IN_GOOGLE_ID: 'g', SIGN_IN_GOOGLE_SECRET: 'gs' };
    const openId = {
      SIGN_IN_OPENID_ID: 'o',
      SIGN_IN_OPENID_SECRET: 'os',
      SIGN_IN_OPENID_NAME: 'Example',
    };
    const issuer = (url: string) => ({ ...openId, SIGN_IN_OPENID_ISSUER: url });
    const { signInProviders } = read({ ...issuer('https://id.example.org/'), ...google });
    expect(signInProviders.map(({ id, issuer }) => [id, issuer])).toEqual([
      ['google', null],
      ['openid', 'https://id.example.org'],
    ]);
    expect(read({}).signInProviders).toEqual([]);
    expect(errorsOf(issuer('http://id.example.org'))).toHaveProperty('SIGN_IN_OPENID_ISSUER');
  });

  test('mail is encrypted, except to this machine and to listed clear-text hosts', () => {
    const given = { ...secrets, ...MAILS, NEAR_NETWORK_ID: 'devnet' };
    expect(read(given).mail).toEqual({
      ...{ host: 'smtp.example.org', port: 587, isImplicitTls: false, mayBeClearText: false },
      credentials: { user: 'ann', password: 'p@ss' },
      from: 'Choonsim <hello@example.org>',
    });
    const mailOf = (more: Record<string, string>) => read({ ...given, ...more }).mail;
    expect(mailOf({ SMTP_URL: 'smtps://smtp.example.org' })).toMatchObject({
      ...{ port: 465, isImplicitTls: true, credentials: null },
    });
    expect(mailOf({ SMTP_URL: 'smtp://[::1]:2525' })).toMatchObject({
      ...{ host: '::1', port: 2525, mayBeClearText: true },
    });
    const named = { SMTP_URL: 'smtp://mail', CLEAR_TEXT_HOSTS: 'redis, mail' };
    expect(mailOf(named)).toMatchObject({ mayBeClearText: true });
    expect(read({}).mail).toBeNull();
  });

  test('a self-hosted chat model needs no key; without a model the scripted persona answers', () => {
    const own = {
      CHAT_MODEL: 'openai-compatible:qwen3:8b',
      CHAT_BASE_URL: 'http://ollama:11434/v1',
    };
    expect(read(own).chatModel).toEqual({
      provider: 'openai-compatible',
      name: 'qwen3:8b',
      apiKey: null,
      baseUrl: 'http://ollama:11434/v1',
    });
    expect(read({}).chatModel).toBeNull();
  });

  test('no error shows the value of a secret', () => {
    const errors = errorsOf({
      WALLET_ENCRYPTION_KEYS: `1:${KEY}x`,
      BETTER_AUTH_SECRET: 'hunter2',
      REDIS_URL: 'hunter2@redis',
      DATABASE_URL: 'https://ann:hunter2@db.example.org',
    });
    const postgres = errorsOf({ DATABASE_URL: 'postgres://ann:hunter2@db.corp/choonsim' });
    expect(JSON.stringify(postgres)).not.toContain('hunter2');
    expect(postgres.DATABASE_URL).toContain('without TLS');
    expect(errors.DATABASE_URL).toMatch(/^libSQL servers are not used any more: use postgres:/);
    expect(JSON.stringify(errorsOf({ WALLET_ENCRYPTION_KEYS: `0:${KEY}` }))).toContain('version 0');
    expect(JSON.stringify(errorsOf({ WALLET_ENCRYPTION_KEYS: `0:${KEY}` }))).not.toContain(KEY);
    expect(JSON.stringify(errors)).not.toMatch(new RegExp(`${KEY.slice(0, 8)}|hunter2`));
  });

  test('the first key encrypts, version 0 is allowed behind it', () => {
    const keys = read({ WALLET_ENCRYPTION_KEYS: `2:${OTHER_KEY},0:${KEY}` }).walletEncryptionKeys;
    expect(keys.map(({ version }) => version)).toEqual([2, 0]);
  });

  test.each([
    'postgres://ann:p%40ss@127.0.0.1:5432/choonsim',
    'postgresql://ann@localhost/choonsim?sslmode=disable',
    'postgres://ann@socket/choonsim?host=/run/postgresql',
    'postgres://ann:p@db.example.org/choonsim?sslmode=verify-full&sslrootcert=/etc/ca.pem',
  ])('a PostgreSQL database may be written %s', (url) => {
    expect(read({ DATABASE_URL: url })).toMatchObject({
      databaseUrl: url,
      databaseConnections: 10,
    });
  });

  test.each(['file:x.db', `file:${process.cwd()}/x.db`, `file://${process.cwd()}/x.db`])(
    'a database file may be written %s',
    (url) => {
      expect(read({ DATABASE_URL: url }).databaseUrl).toBe(`file:${process.cwd()}/x.db`);
    },
  );
});
