import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { isPublishedKey, secretSeed } from './development-keys.ts';
import { encryptionKeys } from './env-fields.server.ts';
import { SECRET_NAMES, type SettingError } from './env-names.server.ts';

type Source = Readonly<Record<string, string | undefined>>;

const FILE_LIMIT_BYTES = 64 * 1024;

/**
 * Replaces each `NAME_FILE` of a secret by the content of that file, as container platforms provide
 * secrets.
 * @returns the variables, and errors of files or of a variable set in both forms
 */
export function readSecretFiles(given: Source): { values: Source; errors: SettingError[] } {
  const values: Record<string, string | undefined> = { ...given };
  const errors: SettingError[] = [];
  for (const name of SECRET_NAMES) {
    const path = given[`${name}_FILE`];
    if (!path) continue;
    delete values[`${name}_FILE`];
    if (given[name]) {
      const remedy = `${name}_FILE is set too. Remove one of the two.`;
      errors.push({ name, remedy });
      continue;
    }
    const content = readSecretFile(path);
    if ('error' in content) errors.push({ name: `${name}_FILE`, remedy: content.error });
    // On an error the missing value is reported by its file only.
    else values[name] = content.text;
  }
  return { values, errors };
}

function readSecretFile(path: string): { text: string } | { error: string } {
  let text: string;
  try {
    // O_NONBLOCK, or a pipe without a writer would block for ever.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!fstatSync(file).isFile()) return { error: `${path} is no file. Name a file.` };
      const bytes = readBeginning(file);
      if (bytes.length > FILE_LIMIT_BYTES) return { error: `${path} is too large for a secret.` };
      const read = decode(bytes);
      if (read === null) return { error: `${path} is no text in UTF-8. Write the secret as such.` };
      text = read.replace(/(\r?\n)+$/, '');
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { error: `the file cannot be read (${reason}). Name a file this process may read.` };
  }
  if (text.trim() === '') return { error: `${path} is empty. Write the secret into it.` };
  // The line breaks of a PEM key are insignificant.
  if (text.startsWith('-----BEGIN ')) return { text: text.replace(/\r?\n/g, '') };
  if (/[\r\n]/.test(text)) return { error: `${path} has several lines. Write the secret alone.` };
  return { text };
}

/** At most one byte more than the limit; the reported size cannot be trusted, as in /proc. */
function readBeginning(file: number): Buffer {
  const bytes = Buffer.alloc(FILE_LIMIT_BYTES + 1);
  let length = 0;
  for (;;) {
    const more = readSync(file, bytes, length, bytes.length - length, null);
    length += more;
    if (more === 0 || length === bytes.length) return bytes.subarray(0, length);
  }
}

/** Without a byte order mark. @returns null for bytes that are no UTF-8 text */
function decode(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Strength, and separation of purposes; the form of values is checked elsewhere. */
export function findWeakSecrets(given: Source): SettingError[] {
  const errors: SettingError[] = [];
  for (const name of ['BETTER_AUTH_SECRET', 'CRON_SECRET', 'METRICS_TOKEN'] as const) {
    const value = given[name];
    if (!value) continue;
    if (isPlaceholder(value)) {
      const remedy = 'this is a placeholder. Set a random text: openssl rand -base64 32';
      errors.push({ name, remedy });
    } else if (isRegular(Buffer.from(value))) {
      const remedy = 'this can be guessed. Set a random text: openssl rand -base64 32';
      errors.push({ name, remedy });
    }
  }
  return [...errors, ...findWeakMasterKey(given), ...findSharedSecrets(given)];
}

/**
 * Only the first key encrypts. A weak one behind it must stay readable, or it could not be rotated
 * away.
 */
function findWeakMasterKey({ WALLET_ENCRYPTION_KEYS: text }: Source): SettingError[] {
  const [first] = encryptionKeys.safeParse(text).data ?? [];
  if (!first || !('key' in first)) return [];
  const isText = first.key.every((byte) => byte >= 0x20 && byte < 0x7f);
  if (!isText && !isRegular(first.key)) return [];
  const next = first.version + 1;
  const remedy = `the first key is not random. Put a random one in front, ${next}:$(openssl rand -base64 32), keep this one behind it and run: npm run wallet -- rotate-keys`;
  return [{ name: 'WALLET_ENCRYPTION_KEYS', remedy }];
}

interface NamedSecret {
  readonly name: string;
  /** Without version, prefix and padding. */
  readonly text: string;
  /** Of a key: its bytes in hex, whatever it is written in. */
  readonly bytes: string | null;
}

/** A secret used for two purposes would give the holder of one access to the other. */
function findSharedSecrets(given: Source): SettingError[] {
  const earlier: NamedSecret[] = [];
  const errors: SettingError[] = [];
  for (const name of SECRET_NAMES.filter((each) => !each.endsWith('_URL'))) {
    const own = secretsOf(name, given);
    for (const owner of new Set(earlier.map((each) => each.name))) {
      const others = earlier.filter((each) => each.name === owner);
      const likeness = own.flatMap((one) => others.map((other) => likenessOf(one, other)));
      const told = likeness.find((each) => each !== null);
      if (!told) continue;
      errors.push({ name, remedy: `${told} of ${owner}. Set one of its own.` });
      break;
    }
    earlier.push(...own);
  }
  return errors;
}

/** Shorter secrets, as some providers give them, may stand in a longer one by chance. */
const SHORTEST_PART = 12;

function likenessOf(one: NamedSecret, other: NamedSecret): string | null {
  if (one.text === other.text) return 'this is the value';
  if (one.bytes !== null && one.bytes === other.bytes) return 'this is, in another form, the key';
  const [text, otherText] = [one.text.toLowerCase(), other.text.toLowerCase()];
  if (text === otherText) return 'this is, but for capital letters, the value';
  if (Math.min(text.length, otherText.length) < SHORTEST_PART) return null;
  if (otherText.includes(text)) return 'this is a part of the value';
  return text.includes(otherText) ? 'this contains the value' : null;
}

function secretsOf(name: (typeof SECRET_NAMES)[number], given: Source): NamedSecret[] {
  const value = given[name] ?? '';
  const parts = name === 'WALLET_ENCRYPTION_KEYS' ? value.split(',') : [value];
  return parts
    .map((part) => ({ name, text: bare(part), bytes: bytesOf(name, part) }))
    .filter(({ text }) => text !== '');
}

function bare(text: string): string {
  return text
    .trim()
    .replace(/^(\d+|ed25519):/, '')
    .replace(/=+$/, '');
}

function bytesOf(name: string, text: string): string | null {
  if (name === 'NEAR_SERVICE_PRIVATE_KEY') return secretSeed(text)?.toString('hex') ?? null;
  if (name !== 'WALLET_ENCRYPTION_KEYS') return null;
  const [entry] = encryptionKeys.safeParse(`1:${text.trim().replace(/^\d+:/, '')}`).data ?? [];
  return entry && 'key' in entry ? entry.key.toString('hex') : null;
}

/** A service key that is public or guessable; the devnet's is meant to be public. */
export function findPublishedServiceKey(given: Source): SettingError[] {
  const { NEAR_SERVICE_PRIVATE_KEY: key, NEAR_SERVICE_ACCOUNT_ID: account = '' } = given;
  const seed = key ? secretSeed(key) : null;
  if (!key || seed === null || !(isPublishedKey(key, account) || isRegular(seed))) return [];
  const remedy =
    'this key is published with this project or can be guessed: anybody can spend with it. Add a new key to the account, set it here and remove the published one from the account.';
  return [{ name: 'NEAR_SERVICE_PRIVATE_KEY', remedy }];
}

/** Placeholders, including those of this project's own tests. */
const PLACEHOLDER =
  /change[-_ ]?(me|this|it)|replace[-_ ]?(me|this|with)|your[-_ ]|placeholder|example|password|insert[-_ ]|secret[-_ ]?(here|key)|of-the-tests?\b|<.*>|…|\.\.\./i;

function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text);
}

/**
 * Whether bytes follow a pattern that no random source produces: few distinct ones, a repeated part, or
 * constant steps. Of random secrets as long as ours at most one in a hundred thousand is taken for
 * regular: 32 digits with six distinct ones.
 */
function isRegular(bytes: Buffer): boolean {
  const least = Math.min(7, bytes.length / 4);
  if (new Set(bytes).size < least) return true;
  for (let period = 1; period <= bytes.length / 2; period++) {
    if (bytes.every((byte, at) => at < period || byte === bytes[at - period])) return true;
  }
  const steps = new Map<number, number>();
  for (let at = 1; at < bytes.length; at++) {
    const step = ((bytes[at] ?? 0) - (bytes[at - 1] ?? 0)) & 0xff;
    steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  return Math.max(0, ...steps.values()) > bytes.length / 2;
}
