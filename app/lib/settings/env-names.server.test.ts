import { describe, expect, test } from 'vitest';
import { type EnvironmentTools, readEnvironment } from './env.server.ts';
import { findNameErrors } from './env-names.server.ts';

const tools: EnvironmentTools = {
  ensureSecret: (_, name) =>
    name === 'BETTER_AUTH_SECRET' ? 's'.repeat(40) : `1:${Buffer.alloc(32, 7).toString('base64')}`,
};

const namesRefused = (source: Record<string, string>) =>
  findNameErrors(source).map(({ name }) => name);

describe('a name that resembles one of ours', () => {
  test.each([
    ['NEAR_CHOCO_TOKEN_CONTRACT', 'CHOCO_TOKEN_CONTRACT'],
    ['NEAR_SERVICE_ACCOUNT_PRIVATE_KEY', 'NEAR_SERVICE_PRIVATE_KEY'],
    ['NEAR_RPC_URL', 'NEAR_NODE_URL'],
    ['NEAR_ENV', 'NEAR_NETWORK_ID'],
    ['REDIS_HOST', 'REDIS_URL'],
    ['REDIS_URI', 'REDIS_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['WALLET_TICK_SECOND', 'WALLET_TICK_SECONDS'],
    ['WALLET_ENCRYPT_KEYS', 'WALLET_ENCRYPTION_KEYS'],
    ['WALLET_ENCRYPTION_KEY', 'WALLET_ENCRYPTION_KEYS'],
    ['SIGNUP_LIMIT_PER_IPS', 'SIGNUP_LIMIT_PER_IP'],
    ['BETTER_AUTH_SECRETS', 'BETTER_AUTH_SECRET'],
    ['BETTER_AUTH_SECRETS_FILE', 'BETTER_AUTH_SECRET_FILE'],
    ['NEAR_NETWORK_ID_FILE', 'NEAR_NETWORK_ID'],
    ['SERVICE_KEY_LANE', 'SERVICE_KEY_LANES'],
    ['ADMIN_EMAIL', 'ADMIN_EMAILS'],
    ['METRIC_TOKEN', 'METRICS_TOKEN'],
    ['CHAT_APIKEY', 'CHAT_API_KEY'],
    ['LOG_LEVELS', 'LOG_LEVEL'],
    ['TRUSTED_PROXY', 'TRUSTED_PROXIES'],
    ['CHOCO_CONTRACT', 'CHOCO_TOKEN_CONTRACT'],
    ['CHOCO_TOKEN_CONTRACT_ID', 'CHOCO_TOKEN_CONTRACT'],
    ['NEAR_SERVICE_KEY', 'NEAR_SERVICE_PRIVATE_KEY'],
    ['NEAR_PRIVATE_KEY', 'NEAR_SERVICE_PRIVATE_KEY'],
    ['NEAR_SERVICE_ACCOUNT', 'NEAR_SERVICE_ACCOUNT_ID'],
    ['NEAR_ACCOUNT_ID', 'NEAR_SERVICE_ACCOUNT_ID'],
    ['NEAR_NETWORK', 'NEAR_NETWORK_ID'],
    ['SIGNUP_REWARD', 'SIGNUP_REWARD_CHOCO'],
    ['NEAR_NODE_URLS', 'NEAR_NODE_URL'],
    ['WALLET_KEY', 'WALLET_ENCRYPTION_KEYS'],
    // Without them the limit would silently be another one.
    ['WALLET_SPEND_LIMIT', 'WALLET_SPEND_LIMIT_HOUR_NEAR'],
    ['WALLET_SPEND_LIMIT_HOUR', 'WALLET_SPEND_LIMIT_HOUR_NEAR'],
    ['WALLET_SPEND_LIMIT_DAY', 'WALLET_SPEND_LIMIT_DAY_NEAR'],
    ['WALLET_LIMIT_DAY_CHOCO', 'WALLET_SPEND_LIMIT_DAY_CHOCO'],
    ['SPEND_LIMIT_HOUR_NEAR', 'WALLET_SPEND_LIMIT_HOUR_NEAR'],
    ['SIGNUP_LIMIT', 'SIGNUP_LIMIT_PER_IP'],
    ['SIGNUP_LIMIT_IP', 'SIGNUP_LIMIT_PER_IP'],
    ['NEAR_RESERVE_YOCTO', 'NEAR_RESERVE'],
    ['NEAR_RESERVE_NEAR', 'NEAR_RESERVE'],
    ['WALLET_STOCK_SIZE', 'WALLET_STOCK'],
    ['WALLET_RUNWAY', 'WALLET_RUNWAY_WARNING'],
    ['near_network_id', 'NEAR_NETWORK_ID'],
    ['Wallet_Worker', 'WALLET_WORKER'],
  ])('%s is refused, naming %s', (name, rightName) => {
    expect(findNameErrors({ [name]: 'x' })).toEqual([
      { name, remedy: `this name is not read. Use ${rightName}.` },
    ]);
  });

  test('is accepted beside the right name, as platforms set several forms at once', () => {
    const redis = { REDIS_HOST: 'r', REDIS_PORT: '6379', REDIS_PASSWORD: 'p', REDIS_URI: 'u' };
    expect(namesRefused({ ...redis, REDIS_URL: 'redis://r:6379' })).toEqual([]);
    expect(namesRefused({ DATABASE_URI: 'u', DATABASE_URL: 'file:a' })).toEqual([]);
    expect(namesRefused({ NEAR_RPC_URL: 'u', NEAR_NODE_URL: 'u' })).toEqual(['NEAR_RPC_URL']);
  });
});

/** As documented by the platforms, for services named as they would be beside ours. */
const PLATFORMS: [platform: string, variables: Record<string, string>][] = [
  [
    'Coolify',
    {
      SERVICE_FQDN_CHOONSIM: 'chat.example.org',
      SERVICE_FQDN_WEB_3000: 'chat.example.org:3000',
      SERVICE_URL_CHOONSIM: 'https://chat.example.org',
      SERVICE_NAME_WEB: 'web',
      SERVICE_USER_REDIS: 'u',
      SERVICE_PASSWORD_REDIS: 'p',
      SERVICE_PASSWORD_64_KEYS: 'p',
      SERVICE_BASE64_AUTH: 'x',
      SERVICE_REALBASE64_64_AUTH: 'x',
      COOLIFY_FQDN: 'x',
      COOLIFY_URL: 'x',
      COOLIFY_BRANCH: 'main',
      COOLIFY_RESOURCE_UUID: 'x',
      COOLIFY_CONTAINER_NAME: 'x',
      SOURCE_COMMIT: 'HEAD',
      HOST: '0.0.0.0',
    },
  ],
  [
    'Heroku',
    {
      DYNO: 'web.1',
      REDIS_TLS_URL: 'rediss://h',
      REDIS_TEMPORARY_URL: 'x',
      DATABASE_CONNECTION_POOL_URL: 'x',
      HEROKU_APP_NAME: 'x',
      HEROKU_REDIS_AMBER_URL: 'x',
      HEROKU_SLUG_COMMIT: 'x',
      REDISCLOUD_URL: 'x',
      WEB_CONCURRENCY: '2',
      MEMORY_AVAILABLE: '512',
    },
  ],
  [
    'Railway',
    {
      DATABASE_PUBLIC_URL: 'x',
      DATABASE_PRIVATE_URL: 'x',
      REDIS_PUBLIC_URL: 'x',
      REDIS_PRIVATE_URL: 'x',
      REDIS_AOF_ENABLED: 'yes',
      REDIS_RDB_POLICY: '3600#1',
      REDISHOST: 'h',
      REDISPORT: '1',
      REDISUSER: 'u',
      REDISPASSWORD: 'p',
      NEAR_PUBLIC_URL: 'x',
      WALLET_PUBLIC_URL: 'x',
      CHAT_PUBLIC_URL: 'x',
      RAILWAY_PUBLIC_DOMAIN: 'x',
      RAILWAY_PRIVATE_DOMAIN: 'x',
      RAILWAY_SERVICE_NAME: 'x',
      RAILWAY_SERVICE_CHOONSIM_URL: 'x',
      RAILWAY_ENVIRONMENT_ID: 'x',
    },
  ],
  [
    'Docker links',
    {
      REDIS_NAME: '/web/redis',
      REDIS_ENV_REDIS_VERSION: '7',
      REDIS_PORT: 'tcp://172.17.0.5:6379',
      REDIS_PORT_6379_TCP: 'tcp://172.17.0.5:6379',
      DATABASE_NAME: '/web/database',
      NEAR_NAME: '/web/near',
      WALLET_NAME: '/web/wallet',
      CHAT_NAME: '/web/chat',
      DEVNET_NAME: '/web/devnet',
      METRICS_NAME: '/web/metrics',
      VAULT_NAME: '/web/vault',
      VAULT_PORT: 'tcp://172.17.0.6:8200',
      CHOONSIM_PORT: 'tcp://172.17.0.7:3000',
    },
  ],
  [
    'Kubernetes',
    {
      KUBERNETES_SERVICE_HOST: '10.0.0.1',
      CHOONSIM_PORT: 'tcp://10.0.0.9:3000',
      CHOONSIM_SERVICE_HOST: '10.0.0.9',
      NEAR_RPC_SERVICE_HOST: '10.0.0.11',
      NEAR_RPC_SERVICE_PORT: '3030',
      NEAR_NODE_PORT: 'tcp://10.0.0.11:3030',
      NEAR_NODE_SERVICE_HOST: '10.0.0.11',
      WALLET_WORKER_SERVICE_HOST: '10.0.0.12',
      WALLET_WORKER_PORT_9464_TCP_ADDR: '10.0.0.12',
      CHAT_MODEL_SERVICE_HOST: '10.0.0.13',
      REDIS_SERVICE_PORT_HTTP_METRICS: '9121',
      DATABASE_SERVICE_PORT: '8080',
      NEAR_DNS_PORT_53_UDP: 'udp://10.0.0.12:53',
    },
  ],
  [
    'Render',
    {
      RENDER: 'true',
      RENDER_EXTERNAL_HOSTNAME: 'x',
      RENDER_EXTERNAL_URL: 'x',
      RENDER_SERVICE_NAME: 'x',
      RENDER_GIT_COMMIT: 'x',
      IS_PULL_REQUEST: 'false',
    },
  ],
  [
    'Fly',
    {
      FLY_APP_NAME: 'x',
      FLY_REGION: 'nrt',
      FLY_PRIVATE_IP: 'x',
      PRIMARY_REGION: 'nrt',
      UPSTASH_REDIS_URL: 'x',
      REDIS_REST_URL: 'x',
      REDIS_REST_TOKEN: 'x',
    },
  ],
  [
    'others',
    {
      DATABASE_HOST: 'h',
      DATABASE_PORT: '5432',
      DATABASE_USER: 'u',
      DATABASE_USERNAME: 'u',
      DATABASE_PASSWORD: 'p',
      DATABASE_URL_UNPOOLED: 'x',
      DATABASE_CA_CERT: 'x',
      REDIS_CONNECTION_STRING: 'x',
      REDIS_USER: 'u',
      REDIS_USERNAME: 'u',
      REDIS_SENTINELS: 'x',
      VAULT_CACERT: 'x',
      VAULT_NAMESPACE: 'x',
      VAULT_ROLE: 'x',
      SUPPORT_URL: 'x',
      ADMIN_URL: 'x',
      CRON_TZ: 'UTC',
      CHAT_WEBHOOK: 'x',
      SERVICE_NAME: 'web',
      SERVICE_ACCOUNT: 'x',
      METRICS_ENABLED: '1',
      PORTS: '1',
      POST: '1',
      HOME: '/root',
      npm_config_cache: 'x',
      DATABASES: '2',
      XDG_DATA_DIRS: 'x',
    },
  ],
];

describe('variables set by platforms', () => {
  test.each(PLATFORMS)('%s does not prevent a start', (_platform, variables) => {
    expect(() => readEnvironment(variables, tools)).not.toThrow();
  });

  test('the address of a container link is not used as a port', () => {
    const links = {
      DEVNET_PORT: 'tcp://10.0.0.13:3030',
      METRICS_PORT: 'tcp://10.0.0.14:9090',
      REDIS_PORT: 'tcp://10.0.0.11:6379',
    };
    expect(readEnvironment(links, tools)).toMatchObject({ devnetPort: 3030, metricsPort: null });
    expect(() => readEnvironment({ PORT: 'tcp://10.0.0.9:3000' }, tools)).toThrow(
      /PORT: this is what a container link has put there.+enableServiceLinks: false/,
    );
    expect(() => readEnvironment({ DEVNET_PORT: 'tcp' }, tools)).toThrow(
      /DEVNET_PORT: use a whole/,
    );
  });
});
