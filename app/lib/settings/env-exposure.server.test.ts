import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { EnvironmentError, readEnvironment } from './env.server.ts';
import { isLocalDevnet } from './env-exposure.server.ts';

const bytesOf = (name: string) => createHash('sha256').update(name).digest('base64');
const secrets = {
  BETTER_AUTH_SECRET: bytesOf('sessions'),
  WALLET_ENCRYPTION_KEYS: `1:${bytesOf('master key')}`,
};
const tools = { ensureSecret: (_: string, name: keyof typeof secrets) => secrets[name] };
const withoutMaking = { ensureSecret: () => expect.fail('a secret was made') };

function errorsOf(source: Record<string, string>): Record<string, string> {
  try {
    readEnvironment(source, tools);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return Object.fromEntries(error.errors.map(({ name, remedy }) => [name, remedy]));
  }
  return {};
}

const account = {
  NEAR_SERVICE_ACCOUNT_ID: 'choonsim.example',
  NEAR_SERVICE_PRIVATE_KEY: `ed25519:${'3'.repeat(87)}`,
  CHOCO_TOKEN_CONTRACT: 'choco.example',
};
const PUBLIC = 'https://chat.example.org';

describe('what is at stake', () => {
  const exposed: [string, Record<string, string>][] = [
    ['mainnet', { NEAR_NETWORK_ID: 'mainnet', BETTER_AUTH_URL: PUBLIC }],
    ['testnet', { NEAR_NETWORK_ID: 'testnet', BETTER_AUTH_URL: PUBLIC }],
    ['a public address', { NEAR_NETWORK_ID: 'devnet', BETTER_AUTH_URL: PUBLIC }],
    [
      'mainnet though NODE_ENV says development',
      { NEAR_NETWORK_ID: 'mainnet', BETTER_AUTH_URL: PUBLIC, NODE_ENV: 'development' },
    ],
    [
      'an operator who says so',
      { NEAR_NETWORK_ID: 'devnet', BETTER_AUTH_URL: PUBLIC, NODE_ENV: 'production' },
    ],
  ];

  test.each(exposed)('%s turns every protection on', (_name, source) => {
    const settings = readEnvironment({ ...account, ...secrets, ...source }, withoutMaking);
    expect(settings).toMatchObject({
      isExposed: true,
      isHttps: true,
      listensPublicly: true,
      signupLimitPerIp: 20,
    });
  });

  test.each(exposed)('%s requires the secrets', (_name, source) => {
    const missing = ['BETTER_AUTH_SECRET', 'WALLET_ENCRYPTION_KEYS'];
    expect(Object.keys(errorsOf({ ...account, ...source })).sort()).toEqual(missing);
  });

  test.each(exposed)('%s must be built beforehand', (_name, source) => {
    expect(isLocalDevnet(source)).toBe(false);
  });

  test('only the devnet on this machine may build at startup', () => {
    expect(isLocalDevnet({ NEAR_NETWORK_ID: 'sandbox' })).toBe(false);
    expect(isLocalDevnet({ NEAR_NETWORK_ID: '', BETTER_AUTH_URL: ' ', NODE_ENV: '' })).toBe(true);
  });

  test('a real network tried on this machine only has the protections and stays local', () => {
    const source = { NEAR_NETWORK_ID: 'testnet', BETTER_AUTH_URL: 'http://localhost:3000' };
    const settings = readEnvironment({ ...account, ...secrets, ...source }, withoutMaking);
    expect(settings).toMatchObject({
      isExposed: true,
      listensPublicly: false,
      signupLimitPerIp: 20,
    });
  });

  test.each(['mainnet', 'testnet'])('%s requires a public address', (network) => {
    const errors = errorsOf({ ...account, ...secrets, NEAR_NETWORK_ID: network });
    expect(errors.BETTER_AUTH_URL).toMatch(/^missing\. .+http:\/\/localhost/);
  });

  test('the devnet is public only if NEAR_NETWORK_ID says so', () => {
    const errors = errorsOf({ ...secrets, ...account, BETTER_AUTH_URL: PUBLIC });
    expect(Object.keys(errors)).toEqual(['NEAR_NETWORK_ID']);
  });

  test.each(['http://localhost:3000', 'http://127.0.0.1', 'http://127.9.9.9', 'http://[::1]:80'])(
    '%s alone is nobody else’s',
    (address) => {
      expect(readEnvironment({ BETTER_AUTH_URL: address }, tools)).toMatchObject({
        isExposed: false,
        listensPublicly: false,
      });
    },
  );
});

describe('clear text', () => {
  const exposed = { NEAR_NETWORK_ID: 'devnet', BETTER_AUTH_URL: PUBLIC, ...secrets };

  test.each([
    'http://chat.example.org',
    'http://192.168.1.20:3000',
    'http://localhost.example.org',
    'http://127.0.0.1.example.org',
    'http://box',
    'http://0.0.0.0:3000',
  ])('a public address %s is refused', (address) => {
    const errors = errorsOf({ ...exposed, BETTER_AUTH_URL: address });
    expect(errors.BETTER_AUTH_URL).toMatch(/in the clear.+https:\/\//);
    const unasked = errorsOf({ ...exposed, BETTER_AUTH_URL: address, CLEAR_TEXT_HOSTS: 'box' });
    expect(unasked.BETTER_AUTH_URL).toMatch(/in the clear/);
  });

  const vault = { VAULT_TOKEN: 'hvs.x' };
  const chat = { CHAT_MODEL: 'openai-compatible:m' };
  const calls: [string, string, string, Record<string, string>][] = [
    ['VAULT_ADDR', 'http://vault.corp:8200', 'vault.corp', vault],
    ['REDIS_URL', 'redis://redis:6379', 'redis', {}],
    ['REDIS_URL', 'redis://Redis.Corp:6379/1', 'redis.corp', {}],
    ['CHAT_BASE_URL', 'http://ollama:11434/v1', 'ollama', chat],
    ['NEAR_NODE_URL', 'https://one.example.org,http://10.0.0.4:3030', '10.0.0.4', {}],
    ['NEAR_ARCHIVAL_NODE_URL', 'http://[2001:db8::1]:3030', '[2001:db8::1]', {}],
  ];
  test.each(calls)('%s=%s is refused where something is at stake', (name, url, host, more) => {
    const source = { ...exposed, ...more, [name]: url };
    expect(errorsOf(source)[name]).toContain(`${host} would be reached without TLS`);
    expect(errorsOf({ ...source, CLEAR_TEXT_HOSTS: `other, ${host}` })).toEqual({});
    // Subdomains and parts of a listed name are other hosts.
    expect(errorsOf({ ...source, CLEAR_TEXT_HOSTS: `${host}.example` })[name]).toBeDefined();
    const secure = url.replaceAll('http://', 'https://').replace('redis://', 'rediss://');
    expect(errorsOf({ ...source, CHAT_API_KEY: '', [name]: secure })[name]).toBeUndefined();
    const own = url.replace(/(?<=(http|redis):\/\/)(\[.+\]|[^:/]+)/, '127.0.0.1');
    expect(errorsOf({ ...source, [name]: own })).toEqual({});
  });

  test.each([
    ['VAULT_ADDR', { VAULT_ADDR: 'http://vault.corp:8200', VAULT_TOKEN: 'hvs.x' }],
    ['REDIS_URL', { REDIS_URL: 'redis://:word@redis.corp:6379' }],
    [
      'CHAT_BASE_URL',
      { CHAT_MODEL: 'openai-compatible:m', CHAT_BASE_URL: 'http://m.corp/v1', CHAT_API_KEY: 'k' },
    ],
  ])('a credential is sent nowhere in the clear, in development either: %s', (name, source) => {
    expect(errorsOf(source)[name]).toMatch(/without TLS/);
  });

  const database = 'postgres://ann:p,w@db.corp:5432/choonsim';
  test.each([
    '',
    '?sslmode=disable',
    '?sslmode=require',
    '?sslmode=no-verify',
    '?sslmode=verify-ca',
  ])('a PostgreSQL server elsewhere must show its certificate: %s', (options) => {
    for (const more of [{}, exposed]) {
      const source = { ...more, DATABASE_URL: database + options };
      expect(errorsOf(source).DATABASE_URL).toMatch(/db\.corp.+without TLS.+sslmode=verify-full/);
      expect(errorsOf({ ...source, CLEAR_TEXT_HOSTS: 'db.corp' })).toEqual({});
    }
  });

  test.each([
    '?sslmode=verify-full&sslmode=disable',
    '?host=/run/postgresql&host=/tmp',
    '?sslmode=verify-full&%73slmode=disable',
  ])('an option of a PostgreSQL address is given once: %s', (options) => {
    // The driver takes the last one.
    expect(errorsOf({ ...exposed, DATABASE_URL: database + options }).DATABASE_URL).toMatch(
      /each option once/,
    );
  });

  test.each([
    `${database}?sslmode=verify-full`,
    'postgres://ann:pw@127.0.0.1/choonsim',
    'postgres://ann:pw@[::1]:5432/choonsim',
    'postgres://ann:pw@db/choonsim?host=/run/postgresql',
  ])('a PostgreSQL server may be reached as %s', (url) => {
    expect(errorsOf({ ...exposed, DATABASE_URL: url })).toEqual({});
  });

  test('development may use a server in its own network', () => {
    expect(
      errorsOf({ REDIS_URL: 'redis://redis:6379', NEAR_NODE_URL: 'http://chain:3030' }),
    ).toEqual({});
    expect(errorsOf({ CLEAR_TEXT_HOSTS: 'http://redis' }).CLEAR_TEXT_HOSTS).toMatch(/host names/);
  });
});
