/** Every variable the app reads. One name per setting. */
const KNOWN_NAMES = [
  'NODE_ENV',
  'PORT',
  'DEVNET_PORT',
  'DATA_DIR',
  'DATABASE_URL',
  'DATABASE_CONNECTIONS',
  'BETTER_AUTH_URL',
  'BETTER_AUTH_SECRET',
  'NEAR_NETWORK_ID',
  'NEAR_NODE_URL',
  'NEAR_ARCHIVAL_NODE_URL',
  'NEAR_SERVICE_ACCOUNT_ID',
  'NEAR_SERVICE_PRIVATE_KEY',
  'NEAR_INITIAL_BALANCE',
  'NEAR_RESERVE',
  'CHOCO_TOKEN_CONTRACT',
  'SIGNUP_REWARD_CHOCO',
  'SIGNUP_LIMIT_PER_IP',
  'TRUSTED_PROXIES',
  'WALLET_ENCRYPTION_KEYS',
  'WALLET_SEALING_KEY',
  'VAULT_ADDR',
  'VAULT_TOKEN',
  'VAULT_TRANSIT_KEY',
  'WALLET_CREATION',
  'WALLET_QUEUE',
  'WALLET_WORKER',
  'WALLET_SPEND_LIMIT_HOUR_NEAR',
  'WALLET_SPEND_LIMIT_DAY_NEAR',
  'WALLET_SPEND_LIMIT_HOUR_CHOCO',
  'WALLET_SPEND_LIMIT_DAY_CHOCO',
  'WALLET_RUNWAY_WARNING',
  'WALLET_STOCK',
  'WALLET_TICK_SECONDS',
  'WALLET_BATCH_SIZE',
  'WALLET_MAX_ATTEMPTS',
  'SERVICE_KEY_LANES',
  'ADMIN_EMAILS',
  'TERMS_URL',
  'PRIVACY_URL',
  'MINIMUM_AGE',
  'SUPPORT_EMAIL',
  'SMTP_URL',
  'MAIL_FROM',
  'SIGNUP_VERIFICATION',
  'SIGN_IN_APPLE_ID',
  'SIGN_IN_APPLE_TEAM_ID',
  'SIGN_IN_APPLE_KEY_ID',
  'SIGN_IN_APPLE_KEY',
  'SIGN_IN_APPLE_ISSUER',
  'SIGN_IN_GOOGLE_ID',
  'SIGN_IN_GOOGLE_SECRET',
  'SIGN_IN_KAKAO_ID',
  'SIGN_IN_KAKAO_SECRET',
  'SIGN_IN_NAVER_ID',
  'SIGN_IN_NAVER_SECRET',
  'SIGN_IN_OPENID_ID',
  'SIGN_IN_OPENID_SECRET',
  'SIGN_IN_OPENID_ISSUER',
  'SIGN_IN_OPENID_NAME',
  'DEVNET_BLOCK_MS',
  'DEVNET_FAULTS',
  'LOG_LEVEL',
  'REDIS_URL',
  'CRON_SECRET',
  'METRICS_TOKEN',
  'METRICS_PORT',
  'CHAT_MODEL',
  'CHAT_API_KEY',
  'CHAT_BASE_URL',
  'CHAT_REPLIES_PER_DAY',
  'CHAT_REPLIES_PER_DAY_IN_ALL',
  'CLEAR_TEXT_HOSTS',
] as const;

/**
 * Secrets: each can be a file instead (`NAME_FILE`) and is removed from
 * `process.env` once it is read. Addresses may contain a password or a provider's key.
 */
export const SECRET_NAMES = [
  'BETTER_AUTH_SECRET',
  'DATABASE_URL',
  'NEAR_NODE_URL',
  'NEAR_ARCHIVAL_NODE_URL',
  'NEAR_SERVICE_PRIVATE_KEY',
  'WALLET_ENCRYPTION_KEYS',
  'WALLET_SEALING_KEY',
  'VAULT_TOKEN',
  'REDIS_URL',
  'CRON_SECRET',
  'METRICS_TOKEN',
  'CHAT_API_KEY',
  'SMTP_URL',
  'SIGN_IN_APPLE_KEY',
  'SIGN_IN_GOOGLE_SECRET',
  'SIGN_IN_KAKAO_SECRET',
  'SIGN_IN_NAVER_SECRET',
  'SIGN_IN_OPENID_SECRET',
] as const satisfies readonly KnownName[];

type KnownName = (typeof KNOWN_NAMES)[number];

const SECRET_FILE_NAMES = SECRET_NAMES.map((name) => `${name}_FILE` as const);
const READ_NAMES: readonly string[] = [...KNOWN_NAMES, ...SECRET_FILE_NAMES];

/** Prefixes used by this app only, or left of one of its names (`SPEND_`). Platforms use REDIS_, DATABASE_, SERVICE_ and the like. */
const OUR_PREFIX = /^(NEAR|WALLET|SPEND|CHOCO|DEVNET|SIGNUP|BETTER_AUTH)_/;

/** Set by platforms in several forms at once: accepted if the one that is read is set, too. */
const SET_BY_PLATFORMS: readonly string[] = [
  'REDIS_URL',
  'DATABASE_URL',
  'SMTP_URL',
] satisfies KnownName[];

/** Names used by other NEAR apps or older versions, or likely guesses that resemble none of ours enough. */
const RIGHT_NAMES = new Map<string, KnownName>([
  ['NEAR_CHOCO_TOKEN_CONTRACT', 'CHOCO_TOKEN_CONTRACT'],
  ['NEAR_TOKEN_CONTRACT', 'CHOCO_TOKEN_CONTRACT'],
  ['CHOCO_CONTRACT_ID', 'CHOCO_TOKEN_CONTRACT'],
  ['NEAR_SERVICE_ACCOUNT_PRIVATE_KEY', 'NEAR_SERVICE_PRIVATE_KEY'],
  ['NEAR_SERVICE_ACCOUNT_KEY', 'NEAR_SERVICE_PRIVATE_KEY'],
  ['NEAR_RPC_URL', 'NEAR_NODE_URL'],
  ['NEAR_ENV', 'NEAR_NETWORK_ID'],
  ['NEAR_KEY_ENCRYPTION_KEY', 'WALLET_ENCRYPTION_KEYS'],
  ['KEY_ENCRYPTION_KEY', 'WALLET_ENCRYPTION_KEYS'],
  ['WALLET_KEY', 'WALLET_ENCRYPTION_KEYS'],
  ['BETTER_AUTH_BASE_URL', 'BETTER_AUTH_URL'],
  ['TRUSTED_PROXY', 'TRUSTED_PROXIES'],
  // The former limit by e-mail domain let anyone lock out others.
  ['SIGNUP_LIMIT_PER_DOMAIN', 'SIGNUP_LIMIT_PER_IP'],
  ['SMTP_HOST', 'SMTP_URL'],
  ['SMTP_PORT', 'SMTP_URL'],
  ['SMTP_USER', 'SMTP_URL'],
  ['SMTP_PASSWORD', 'SMTP_URL'],
  ['REDIS_HOST', 'REDIS_URL'],
  ['REDIS_PORT', 'REDIS_URL'],
  ['REDIS_PASSWORD', 'REDIS_URL'],
]);

/**
 * Copies the variables and removes the secrets from the original, where a child process, a crash
 * report or a library could find them. The initial environment stays in /proc: `NAME_FILE`
 * keeps a secret out of there, too.
 */
export function takeSecrets(
  source: Record<string, string | undefined>,
): Record<string, string | undefined> {
  const copy = { ...source };
  for (const name of SECRET_NAMES) delete source[name];
  return copy;
}

export interface SettingError {
  readonly name: string;
  /** The problem and the remedy, one sentence each. */
  readonly remedy: string;
}

/**
 * Whether Kubernetes or a container link has set the variable: for a service called `redis` they
 * set `REDIS_PORT=tcp://…`, `REDIS_SERVICE_HOST` and more in every container beside it.
 */
export function isOfServiceLink(name: string, value: string | undefined): boolean {
  return (
    /_SERVICE_HOST$|_SERVICE_PORT(_\w+)?$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(
      name,
    ) ||
    (name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value ?? ''))
  );
}

/**
 * Errors of names, not of values: a variable that resembles one of ours but is not read is a
 * misspelling whose value would silently not apply. All other variables are ignored.
 */
export function findNameErrors(source: Readonly<Record<string, string | undefined>>) {
  const errors: SettingError[] = [];
  for (const name of Object.keys(source).sort()) {
    if (READ_NAMES.includes(name)) continue;
    const rightName = RIGHT_NAMES.get(name) ?? misspelt(name);
    if (rightName === null) continue;
    if (SET_BY_PLATFORMS.includes(rightName) && source[rightName]) continue;
    errors.push({ name, remedy: `this name is not read. Use ${rightName}.` });
  }
  return errors;
}

/** The name that was probably meant; null if it resembles none of ours. */
function misspelt(name: string): string | null {
  const ofFile = name.replace(/_FILE$/, '');
  if (ofFile !== name && READ_NAMES.includes(ofFile)) return ofFile;
  let nearest: string | null = null;
  let nearestDistance = slipsAllowed(name) + 1;
  for (const candidate of READ_NAMES) {
    // PORT is two letters away from HOST and POST.
    if (!candidate.includes('_')) continue;
    const distance = editDistance(name, candidate);
    if (distance < nearestDistance) {
      nearest = candidate;
      nearestDistance = distance;
    }
  }
  return nearest ?? shortenedOrExtended(name);
}

/** What people append to a name whose value has a unit. */
const UNITS = /^(NEAR|YOCTO|CHOCO|AMOUNT|COUNT|SIZE|MAX|MIN|MS|SECONDS|LIMIT)$/;

/**
 * The name with words left out, such as `WALLET_SPEND_LIMIT_HOUR`, with a unit appended, or in lower case: only
 * names with a prefix of ours, because platforms compose theirs of the same words.
 */
function shortenedOrExtended(name: string): string | null {
  const upper = name.toUpperCase();
  if (!OUR_PREFIX.test(upper)) return null;
  const words = upper.split('_');
  const withoutUnit = UNITS.test(words.at(-1) ?? '') ? words.slice(0, -1).join('_') : upper;
  const isMeant = (candidate: string) =>
    candidate === withoutUnit || isWithin(words, candidate.split('_'));
  return KNOWN_NAMES.find(isMeant) ?? null;
}

/** Whether all words occur there, in this order. */
function isWithin(words: readonly string[], there: readonly string[]): boolean {
  let at = 0;
  for (const word of there) if (word === words[at]) at += 1;
  return at === words.length;
}

/** Tolerated wrong letters: in a short name a second one makes another common name. */
function slipsAllowed(name: string): number {
  if (OUR_PREFIX.test(name)) return 3;
  return name.length < 10 ? 1 : 2;
}

function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution =
        (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const insertion = (current[column - 1] ?? 0) + 1;
      const deletion = (previous[column] ?? 0) + 1;
      current.push(Math.min(substitution, insertion, deletion));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
