import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { verifyPassword as verifyScrypt } from 'better-auth/crypto';
import { askingNetworks } from '../limits/asking-networks.server.ts';
import { hashingLine } from '../limits/hashing-line.server.ts';
import { setVerified } from './verified-password.server.ts';

/**
 * Of the parameters that OWASP's password storage cheat sheet calls equivalent, those with the least
 * memory: 7 MiB, five passes, one lane. Two concurrent hashes delay each other less than with 19 MiB, two passes.
 */
const PARAMETERS = { memory: 7 * 1024, passes: 5, parallelism: 1 } as const;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** More than any hash of ours needs: a stored hash must not be able to exhaust the memory. */
const MOST_MEMORY_KIB = 256 * 1024;
const MOST_PASSES = 16;

const derive = promisify(argon2);

interface ArgonHash {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

/**
 * Argon2id as a PHC string, on the thread pool.
 * @throws APIError 503 if too many passwords are being hashed
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await tagOf(password, { ...PARAMETERS, salt, tagLength: TAG_BYTES });
  const { memory, passes, parallelism } = PARAMETERS;
  const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

/**
 * Also verifies the auth library's scrypt hashes, which were stored earlier. A right password is remembered for
 * the request: see `verified-password.server.ts`.
 * @throws APIError 503 if too many passwords are being hashed
 */
export async function verifyPassword({
  hash,
  password,
}: {
  hash: string;
  password: string;
}): Promise<boolean> {
  const isRight = await isPasswordOf(hash, password);
  if (isRight) setVerified({ hash, password });
  return isRight;
}

async function isPasswordOf(hash: string, password: string): Promise<boolean> {
  const stored = parse(hash);
  if (!stored) return hashingLine().run(() => verifyScrypt({ hash, password }), askingNetworks());
  const tag = await tagOf(password, { ...stored, tagLength: stored.tag.length });
  return timingSafeEqual(tag, stored.tag);
}

/** Whether a right password should be rehashed: its hash has another algorithm, or weaker parameters. */
export function isHashOutdated(hash: string): boolean {
  const stored = parse(hash);
  if (!stored) return true;
  return stored.memory * stored.passes < PARAMETERS.memory * PARAMETERS.passes;
}

function tagOf(
  password: string,
  { salt, ...parameters }: Omit<ArgonHash, 'tag'> & { tagLength: number },
): Promise<Buffer> {
  const { memory, passes, parallelism, tagLength } = parameters;
  // A password typed on two systems may arrive in two compositions, Hangul above all.
  const message = Buffer.from(password.normalize('NFKC'));
  return hashingLine().run(
    () => derive('argon2id', { message, nonce: salt, memory, passes, parallelism, tagLength }),
    askingNetworks(),
  );
}

function parse(text: string): ArgonHash | null {
  const found =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([\w+/]{11,86})\$([\w+/]{22,86})$/.exec(
      text,
    );
  if (!found) return null;
  const [memory = 0, passes = 0, parallelism = 0] = found.slice(1, 4).map(Number);
  if (memory > MOST_MEMORY_KIB || passes > MOST_PASSES) return null;
  const [salt, tag] = found.slice(4).map((part) => Buffer.from(part, 'base64'));
  return salt && tag ? { memory, passes, parallelism, salt, tag } : null;
}
