import ipaddr from 'ipaddr.js';
import { baseDecode } from 'near-api-js';
import { z } from 'zod';
import { toBaseUnits, yoctoPerNear } from '#engine/core/amounts.ts';
import { longestParentId } from '#engine/core/near-account.ts';

/** One master key for wallet keys. Version 0 decrypts what was stored before keys had versions. */
export interface EncryptionKey {
  readonly version: number;
  readonly key: Buffer;
}

/** One master key as wrapped by a transit engine. */
export interface WrappedKey {
  readonly version: number;
  /** `vault:v1:…` */
  readonly ciphertext: string;
}

const YOCTO_DECIMALS = 24;
/** The plan's token. */
export const CHOCO_DECIMALS = 18;

export function integer({ from, to, fallback }: { from: number; to: number; fallback: number }) {
  return wholeNumber({ from, to }).default(fallback);
}

export function optionalInteger(range: { from: number; to: number }) {
  return wholeNumber(range).optional();
}

function wholeNumber({ from, to }: { from: number; to: number }) {
  const range = `use a whole number from ${from} to ${to}.`;
  const error = ({ input }: { input?: unknown }) =>
    /^(tcp|udp):\/\//.test(String(input))
      ? `this is what a container link has put there, not a port. Set one yourself, or call the linked service otherwise (Kubernetes: enableServiceLinks: false).`
      : range;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .refine((value) => value >= from && value <= to, range);
}

export function secret(minimumLength: number) {
  return z
    .string()
    .min(
      minimumLength,
      `use at least ${minimumLength} random characters, such as those of: openssl rand -base64 32`,
    );
}

/** A bearer token: with spaces or letters beyond ASCII no header could carry it, and nobody would be let in. */
export function bearerToken(minimumLength: number) {
  return secret(minimumLength).regex(
    /^[\x21-\x7e]*$/,
    'use letters, digits and signs of ASCII without spaces: it is sent in a header.',
  );
}

export const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'use an address such as https://rpc.example.org.',
});

/** For addresses that are shown to users or passed to `fetch`, which rejects credentials in them. */
export const plainHttpUrl = httpUrl.refine(
  (text) => !hasUser(text),
  'use the address without a user and a password.',
);

/** For addresses to which paths are appended. */
export const baseUrl = z
  .string()
  .regex(
    /^[^\s?#]*$/,
    'use the address without spaces and without anything behind ? or #: paths are added to its end.',
  )
  .pipe(plainHttpUrl);

function hasUser(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username + password !== '';
}

/** The client reads options from a query, such as one that accepts any certificate. */
export const redisUrl = z
  .string()
  .refine(
    (text) => /^rediss?:\/\/./.test(text) && URL.canParse(text) && isPlainRedisUrl(new URL(text)),
    'use an address such as redis://127.0.0.1:6379, or rediss:// for one with TLS, with nothing behind it but the number of a database.',
  );

function isPlainRedisUrl({ pathname, search, hash }: URL): boolean {
  return /^(\/\d{0,4})?$/.test(pathname) && search === '' && hash === '';
}

export const hostNames = z
  .string()
  .regex(
    /^[\w.:[\]-]+(\s*,\s*[\w.:[\]-]+)*$/,
    'use host names separated by commas, without scheme and port, such as database,redis.',
  );

export const httpUrls = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(httpUrl).nonempty())
  // A second node must confirm the first one's answers.
  .refine(
    (urls) => new Set(urls.map(placeOf)).size === urls.length,
    'name each address once: a node that is named twice confirms nothing.',
  );

/** Normalised, without the query, which may hold different keys for one node. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** Scheme, host and port only: cookies and origin checks know no path. */
export const origin = plainHttpUrl
  .refine(
    (text) =>
      hasUser(text) || (URL.canParse(text) && new URL(text).href === `${new URL(text).origin}/`),
    'use the address without a path, such as https://chat.example.org.',
  )
  .transform((text) => new URL(text).origin);

const DATABASE_REMEDY =
  'use file:/path/to/choonsim.db, or postgres://user:password@host/database?sslmode=verify-full.';

const DATABASE_OPTIONS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'host'];

const LIBSQL_REMEDY =
  'libSQL servers are not used any more: use postgres://…, or the file of that server (docs/many-machines.md).';

export const databaseUrl = z
  .string()
  .regex(/^(?!(libsql|https?|wss?):)/, LIBSQL_REMEDY)
  .regex(/^(file:.+|postgres(ql)?:\/\/.+)$/, DATABASE_REMEDY)
  // It would create a file of that very name.
  .regex(/^(?!file:(.*\?|:memory:$))/, DATABASE_REMEDY)
  .refine((text) => text.startsWith('file:') || namesDatabase(text), DATABASE_REMEDY)
  .refine(
    (text) => text.startsWith('file:') || hasKnownOptions(text),
    // Other options of the driver, such as timeouts, are set by the app.
    `use no other options than ${DATABASE_OPTIONS.join(', ')} (the folder of a socket), and each option once.`,
  );

function namesDatabase(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname, pathname, searchParams, username, password } = new URL(text);
  if (!isDecodable(`${username}${password}${pathname}`)) return false;
  return (hostname !== '' || searchParams.has('host')) && pathname.length > 1;
}

/** Whether its percent-encoding is valid. */
export function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function hasKnownOptions(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { searchParams } = new URL(text);
  // `host` would replace the address that all other checks look at.
  const isSocket = searchParams.getAll('host').every((host) => host.startsWith('/'));
  const names = [...searchParams.keys()];
  // Of two the driver takes the last, and checks of the address see the first.
  const isOnce = new Set(names).size === names.length;
  return isSocket && isOnce && names.every((name) => DATABASE_OPTIONS.includes(name));
}

export const databaseConnections = integer({ from: 2, to: 200, fallback: 10 });

export const accountId = z
  .string()
  .regex(
    /^(?=.{2,64}$)(([a-z\d]+[-_])*[a-z\d]+\.)*([a-z\d]+[-_])*[a-z\d]+$/,
    'use a NEAR account id such as choonsim.near (2 to 64 of a-z, 0-9, - _ .).',
  );

/** Wallets are its sub-accounts, and their ids have up to 64 characters, too. */
export const payingAccountId = accountId.max(
  longestParentId,
  `use an account id of at most ${longestParentId} characters: wallets are its sub-accounts, and an id has at most 64.`,
);

export const nearPrivateKey = z
  .string()
  .refine(
    isEd25519SecretKey,
    'use the secret key of the service account as ed25519:… in base58, whole.',
  );

/** The seed, or the seed followed by the public key. */
function isEd25519SecretKey(text: string): boolean {
  const [, base58 = ''] = /^ed25519:([1-9A-HJ-NP-Za-km-z]{32,90})$/.exec(text) ?? [];
  return [32, 64].includes(baseDecode(base58).length);
}

/** NEAR as a decimal, parsed to yoctoNEAR. */
export function nearAmount({ most, fallback }: { most: bigint; fallback: string }) {
  const error = `use NEAR as a decimal from 0 to ${most}, such as ${fallback} (not yoctoNEAR).`;
  const limit = most * yoctoPerNear;
  return z
    .string()
    .default(fallback)
    .refine(
      (text) => isDecimal(text, YOCTO_DECIMALS) && toBaseUnits(text, YOCTO_DECIMALS) <= limit,
      error,
    )
    .transform((text) => toBaseUnits(text, YOCTO_DECIMALS));
}

const limitRemedy = 'use NEAR as a decimal above 0, such as 25 (not yoctoNEAR), or off.';
const tokenLimitRemedy = 'use whole CHOCO above 0, such as 20000, or off.';

/** Null: no limit. A limit of 0 would pause signing for ever. */
export const nearLimit = z
  .string()
  .refine((text) => text === 'off' || isDecimal(text, YOCTO_DECIMALS), limitRemedy)
  .transform((text) => (text === 'off' ? null : toBaseUnits(text, YOCTO_DECIMALS)))
  .refine((yocto) => yocto === null || yocto > 0n, limitRemedy);

/** Null: no limit. */
export const tokenLimit = z
  .string()
  .regex(/^([1-9]\d{0,14}|off)$/, tokenLimitRemedy)
  .transform((text) => (text === 'off' ? null : text));

/** Remains a decimal: the token defines its base units. */
export const rewardAmount = z
  .string()
  .default('100')
  .refine(
    (text) => isDecimal(text, CHOCO_DECIMALS) && toBaseUnits(text, CHOCO_DECIMALS) > 0n,
    'use CHOCO as a decimal above 0, such as 100 (not base units).',
  );

const ENCRYPTION_KEYS_REMEDY =
  'use version:key pairs separated by commas, each key 32 bytes in base64, the one that encrypts first, such as 1:$(openssl rand -base64 32), or as Vault wrapped it, such as 1:vault:v1:….';

const VERSION_ZERO_REMEDY =
  'the first key encrypts and needs a version of 1 or more; version 0 only opens what was stored before keys had versions. Put a new key in front: 1:$(openssl rand -base64 32),0:….';

const SAME_KEY_REMEDY =
  'the first key, which encrypts, stands under a second version, too. Put a new one in front, such as $(openssl rand -base64 32), under a version of its own.';

export const encryptionKeys = z
  .string()
  .transform((text, context): readonly (EncryptionKey | WrappedKey)[] => {
    const keys = text.split(',').map(parseEncryptionKey);
    const versions = new Set(keys.map((entry) => entry?.version));
    const found = keys.filter((entry) => entry !== null);
    const refuse = (message: string) => {
      // Without the input, which would put a key into a log.
      context.issues.push({ code: 'custom', input: undefined, message });
      return z.NEVER;
    };
    if (found.length !== keys.length || versions.size !== keys.length) {
      return refuse(ENCRYPTION_KEYS_REMEDY);
    }
    if (found.slice(1).some((entry) => isSameKey(entry, found[0]))) return refuse(SAME_KEY_REMEDY);
    return found[0]?.version === 0 ? refuse(VERSION_ZERO_REMEDY) : found;
  });

/** As printed by `npm run wallet -- sealing-key`. */
export const sealingKey = z
  .string()
  .regex(
    /^[1-9]\d{0,8}:[\w-]{43}:[\w-]{43}$/,
    'use what `npm run wallet -- sealing-key` prints with the settings of a worker, such as 1:….',
  )
  .transform((text) => {
    const [version = '', publicKey = '', senderKey = ''] = text.split(':');
    return { version: Number(version), publicKey, senderKey };
  });

/** Rotating to it would change nothing. Older duplicates may stay: what they encrypted must be readable. */
function isSameKey(one: EncryptionKey | WrappedKey, other: EncryptionKey | WrappedKey | undefined) {
  if (other === undefined) return false;
  return 'key' in one
    ? 'key' in other && one.key.equals(other.key)
    : 'ciphertext' in other && one.ciphertext === other.ciphertext;
}

function parseEncryptionKey(text: string): EncryptionKey | WrappedKey | null {
  const wrapped = /^(\d{1,9}):(vault:v\d+:[A-Za-z\d+/]+={0,2})$/.exec(text.trim());
  if (wrapped?.[1] && wrapped[2]) return { version: Number(wrapped[1]), ciphertext: wrapped[2] };
  const match = /^(\d{1,9}):([A-Za-z\d+/]{43}=?)$/.exec(text.trim());
  if (!match?.[1] || !match[2]) return null;
  const key = Buffer.from(match[2], 'base64');
  return key.length === 32 ? { version: Number(match[1]), key } : null;
}

/** In lower case, as better-auth stores addresses. */
export const emails = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim().toLowerCase()))
  .pipe(z.array(z.email('use e-mail addresses separated by commas.')));

/** Four decimal numbers: `010.0.0.0` would be read as octal, 8.0.0.0, and `10.1` as 10.0.0.1. */
const IPV4_NETWORK = /^((0|[1-9]\d{0,2})[./]){4}\d{1,2}$/;

function isNetwork(text: string): boolean {
  return ipaddr.isValidCIDR(text) && (text.includes(':') || IPV4_NETWORK.test(text));
}

function isNarrow(network: string): boolean {
  const [address, bits] = ipaddr.parseCIDR(network);
  return bits >= (address.kind() === 'ipv4' ? 8 : 16);
}

/** `parseAddress` in client-address.server.ts reads addresses of these ranges as IPv4. */
const IPV4_IN_IPV6: readonly string[] = ['ipv4Mapped', 'rfc6052'];

function isIpv4InIpv6(network: string): boolean {
  const [address] = ipaddr.parseCIDR(network);
  return IPV4_IN_IPV6.includes(address.range());
}

export const networks = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(
    z.array(
      z
        .string()
        .refine(
          isNetwork,
          'use networks separated by commas, such as 198.51.100.0/24, 2001:db8::/32.',
        )
        .refine(
          (part) => !ipaddr.isValidCIDR(part) || isNarrow(part),
          'name the networks of your proxies, none wider than a /8 (IPv6: /16): whoever is in one is believed about the address of a client.',
        )
        .refine(
          (part) => !ipaddr.isValidCIDR(part) || !isIpv4InIpv6(part),
          'write an IPv4 network as such, 10.0.0.0/8 instead of ::ffff:10.0.0.0/104: an IPv4 address in IPv6 form is read as IPv4, so that network would match no proxy.',
        ),
    ),
  );

function isDecimal(text: string, decimals: number): boolean {
  return new RegExp(`^\\d{1,15}(\\.\\d{1,${decimals}})?$`).test(text);
}
