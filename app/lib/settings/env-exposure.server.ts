import type { SettingError } from './env-names.server.ts';

type Source = Readonly<Record<string, string | undefined>>;

/**
 * Whether anything of value is at stake or strangers can reach the server: a real network, a public
 * address, or NODE_ENV=production. Every protection follows from this and from no
 * other flag.
 */
export function isExposed({ NODE_ENV, NEAR_NETWORK_ID, BETTER_AUTH_URL }: Source): boolean {
  return (
    NODE_ENV === 'production' ||
    NEAR_NETWORK_ID === 'mainnet' ||
    NEAR_NETWORK_ID === 'testnet' ||
    isPublicAddress(BETTER_AUTH_URL)
  );
}

/** Whether it is the devnet with nothing at stake: only such a deployment may build at startup. */
export function isLocalDevnet(source: Source): boolean {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim()));
  return !isExposed(given) && (given.NEAR_NETWORK_ID ?? 'devnet') === 'devnet';
}

/**
 * Whether other machines must reach the server. In production a proxy or a published port may be in
 * front although the address is a loopback one.
 */
export function listensPublicly({ NODE_ENV, BETTER_AUTH_URL }: Source): boolean {
  return NODE_ENV === 'production' || isPublicAddress(BETTER_AUTH_URL);
}

function isPublicAddress(url: string | undefined): boolean {
  return url !== undefined && !isLoopback(url);
}

/** This machine only. An unparsable address counts as another machine's. */
function isLoopback(url: string): boolean {
  return (
    URL.canParse(url) && /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostnameOf(url))
  );
}

/** URLs of schemes unknown to browsers, such as redis, keep a host's capitals. */
function hostnameOf(url: string): string {
  return new URL(url).hostname.toLowerCase();
}

/** Addresses that the app calls, and the secret that must not be sent in clear text. */
const CALLED = [
  { name: 'NEAR_NODE_URL', credential: null },
  { name: 'NEAR_ARCHIVAL_NODE_URL', credential: null },
  { name: 'DATABASE_URL', credential: null },
  { name: 'REDIS_URL', credential: null },
  { name: 'VAULT_ADDR', credential: 'VAULT_TOKEN' },
  { name: 'CHAT_BASE_URL', credential: 'CHAT_API_KEY' },
  { name: 'SIGN_IN_APPLE_ISSUER', credential: 'SIGN_IN_APPLE_KEY' },
  { name: 'SIGN_IN_OPENID_ISSUER', credential: 'SIGN_IN_OPENID_SECRET' },
] as const;

/**
 * Addresses of other machines without TLS: refused if exposed, and wherever a token
 * or a password would be sent in clear text.
 */
export function findClearText(given: Source): SettingError[] {
  const errors: SettingError[] = [];
  const exposed = isExposed(given);
  const { BETTER_AUTH_URL: own } = given;
  if (own?.startsWith('http:') && isPublicAddress(own)) {
    const remedy =
      'passwords and cookies would travel in the clear. Use the https:// address of the proxy in front; to try it on this machine alone, http://localhost.';
    errors.push({ name: 'BETTER_AUTH_URL', remedy });
  }
  const trusted = (given.CLEAR_TEXT_HOSTS ?? '')
    .toLowerCase()
    .split(',')
    .map((host) => host.trim());
  for (const { name, credential } of CALLED) {
    const value = given[name] ?? '';
    // A password may contain a comma.
    const urls = name === 'NEAR_NODE_URL' ? value.split(',') : [value];
    for (const url of urls.map((part) => part.trim())) {
      if (!URL.canParse(url) || isEncrypted(url) || isLoopback(url)) continue;
      const host = hostnameOf(url);
      const isSecret = new URL(url).password !== '' || (credential !== null && given[credential]);
      if (trusted.includes(host) || !(exposed || isSecret)) continue;
      const remedy = `${host} would be reached without TLS. Use ${secureForm(url)}, or add ${host} to CLEAR_TEXT_HOSTS if the network in between is your own.`;
      errors.push({ name, remedy });
    }
  }
  return errors;
}

function isEncrypted(url: string): boolean {
  if (!isPostgres(url)) return !/^(http|redis):/.test(url);
  const { searchParams } = new URL(url);
  // A socket is local.
  return searchParams.has('host') || searchParams.get('sslmode') === 'verify-full';
}

function secureForm(url: string): string {
  if (isPostgres(url)) return 'sslmode=verify-full in the address';
  return url.startsWith('redis:') ? 'rediss://' : 'https://';
}

function isPostgres(url: string): boolean {
  return /^postgres(ql)?:/.test(url);
}
