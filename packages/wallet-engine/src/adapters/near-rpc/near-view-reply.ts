import type { AccessKeyView, AccountView } from '../../ports/near-chain.ts';
import {
  errorOfNode,
  malformed,
  type ReadAnswer,
  requireAmount,
  requireCount,
  requireSame,
  requireSameIfSaid,
} from './near-reply.ts';
import {
  cut,
  isRecord,
  NoAnswerError,
  parseJson,
  type RpcAnswer,
  type RpcError,
} from './rpc-reply.ts';

/** The parameters of a view. */
export interface AskedView {
  accountId: string;
  publicKey?: string;
  /** The block the view is pinned to; the newest final one when left out. */
  atHeight?: number | undefined;
}

/** The requested item does not exist, as reported by a node that has the block. */
const absences = new Set(['UNKNOWN_ACCOUNT', 'UNKNOWN_ACCESS_KEY']);

export function readAccount(asked: AskedView): ReadAnswer<AccountView | null> {
  return (answer) => {
    const view = readView(answer, asked);
    if (!view) return null;
    const { amount, locked, storage_usage: storedBytes } = view.result;
    const amountYocto = requireAmount(amount, 'amount');
    const lockedYocto = storageLock(
      requireCount(storedBytes, 'storage_usage'),
      requireAmount(locked, 'locked'),
    );
    const spendableYocto = amountYocto > lockedYocto ? amountYocto - lockedYocto : 0n;
    return { amountYocto, spendableYocto, height: view.height };
  };
}

/** The protocol's price of storage, and how much of it an account may have for nothing (NEP-448). */
const yoctoOfByte = 10n ** 19n;
const freeBytes = 770;

/** What must stay on an account for its storage, beside its stake: a transaction that needs it is refused. */
function storageLock(storedBytes: number, stakedYocto: bigint): bigint {
  if (storedBytes <= freeBytes) return 0n;
  const neededYocto = BigInt(storedBytes) * yoctoOfByte;
  return neededYocto > stakedYocto ? neededYocto - stakedYocto : 0n;
}

export function readAccessKey(
  asked: AskedView & { publicKey: string },
): ReadAnswer<(AccessKeyView & { height: number }) | null> {
  return (answer) => {
    const view = readView(answer, asked);
    if (!view) return null;
    const { error } = view.result;
    if (error === undefined) {
      return { ...accessKey(asked.publicKey, view.result, view.height), height: view.height };
    }
    // nearcore reports a missing key like this, inside a result.
    const missing = /^access key (\S+) does not exist while viewing$/.exec(String(error));
    if (!missing) throw new NoAnswerError('own-error', cut(error));
    requireSame(missing[1], asked.publicKey, 'the missing access key');
    return null;
  };
}

/** The longest public key, of secp256k1, has some 100 letters. */
const longestKey = 128;

/** One page of an account's keys. */
export interface KeyPage {
  keys: AccessKeyView[];
  height: number;
  /** The key after which the next page begins; null on the last page. */
  lastKey: string | null;
}

/**
 * A page with a successor must respect the limit and advance: an endless list would fill the memory. A node
 * older than paging returns all keys in one page. No key comes twice: of two nonces neither could be believed.
 * @param limit keys per page
 * @param afterKey null for the first page
 * @param known keys of earlier pages
 * @param isLast no account has keys for another page
 */
export function readKeyPage(
  asked: AskedView,
  {
    limit,
    afterKey,
    known,
    isLast,
  }: { limit: number; afterKey: string | null; known: ReadonlySet<string>; isLast: boolean },
): ReadAnswer<KeyPage | null> {
  return (answer) => {
    const view = readView(answer, asked);
    if (!view) return null;
    const { keys, last_key: lastKey } = view.result;
    if (!Array.isArray(keys)) throw malformed('access keys: no list');
    if (lastKey !== undefined && lastKey !== null && typeof lastKey !== 'string') {
      throw malformed('access keys: last_key');
    }
    const isPage = keys.length > 0 && keys.length <= limit && lastKey !== afterKey && !isLast;
    if (typeof lastKey === 'string' && !(isPage && lastKey.length <= longestKey)) {
      throw malformed('access keys: a page that does not go on, or more than one');
    }
    const page = keys.map((item) => listedKey(item, view.height));
    const names = new Set(page.map(({ publicKey }) => publicKey));
    if (names.size < page.length || page.some(({ publicKey }) => known.has(publicKey))) {
      throw malformed('access keys: one comes twice');
    }
    return { keys: page, height: view.height, lastKey: lastKey ?? null };
  };
}

function listedKey(item: unknown, height: number): AccessKeyView {
  if (!isRecord(item) || typeof item.public_key !== 'string' || !isRecord(item.access_key)) {
    throw malformed('access keys: one of another shape');
  }
  return accessKey(item.public_key, item.access_key, height);
}

function accessKey(
  publicKey: string,
  view: Record<string, unknown>,
  height: number,
): AccessKeyView {
  const { permission } = view;
  if (typeof permission !== 'string' && !isRecord(permission)) throw malformed('no permission');
  const nonce = requireCount(view.nonce, 'nonce');
  if (nonce >= (height + 1) * noncesOfBlock) {
    throw new NoAnswerError(
      'implausible',
      `an access key cannot have nonce ${nonce} at block height ${height}`,
    );
  }
  return { publicKey, nonce, fullAccess: permission === 'FullAccess' };
}

/** A transaction's nonce is below the height times this, and a new key's begins there (nearcore). */
const noncesOfBlock = 1_000_000;

/** Larger than any metadata with its picture. */
const longestViewBytes = 256 * 1024;

/** What a contract's view method returned; null when contract or method does not exist. */
export function readCall<T>(
  asked: AskedView,
  readValue: (value: unknown) => T,
): ReadAnswer<{ value: T } | { missing: string }> {
  return (answer) => {
    const ofContract = 'error' in answer ? contractError(answer.error) : null;
    const view = ofContract === null ? readView(answer, asked) : null;
    if (ofContract !== null) return { missing: ofContract };
    if (!view) return { missing: 'no such account' };
    const { error, result: bytes } = view.result;
    if (error !== undefined) return { missing: requireContractsOwn(error) };
    const value = parseJson(requireText(bytes));
    if (value === undefined) throw malformed('a view gave no JSON');
    return { value: readValue(value) };
  };
}

/** The contract's error. Newer nodes return it as a cause, older ones as a result. */
function contractError({ cause, info, data }: RpcError): string | null {
  if (cause === 'NO_CONTRACT_CODE') return 'no contract';
  if (cause !== 'CONTRACT_EXECUTION_ERROR') return null;
  return requireContractsOwn(info.error_message ?? info.vm_error ?? data);
}

/**
 * Errors of the contract itself. A node's own (a broken cache, a wasm runtime it cannot start) come
 * with the same cause and the same first words: `wasm execution failed with error: …`.
 */
const contractsOwn =
  /CodeDoesNotExist|PrepareError|LinkError|MethodResolveError|MethodNotFound|MethodInvalidSignature|MethodEmptyName|GuestPanic|Smart contract panicked|WasmTrap/;
const nodesOwn = /CacheError|ReadError|WriteError|StorageError|Nondeterministic|WasmUnknownError/;

function requireContractsOwn(error: unknown): string {
  const text = typeof error === 'string' ? error : JSON.stringify(error ?? null);
  if (contractsOwn.test(text) && !nodesOwn.test(text)) return cut(text);
  throw new NoAnswerError('own-error', cut(text));
}

function requireText(bytes: unknown): string {
  if (!Array.isArray(bytes) || bytes.length > longestViewBytes) {
    throw malformed('a view gave no bytes, or too many');
  }
  const isByte = (value: unknown) =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) < 256;
  if (!bytes.every(isByte)) throw malformed('a view gave something else than bytes');
  return Buffer.from(bytes).toString('utf8');
}

/** NEP-141 `ft_balance_of`. */
export const readTokenBalance = (value: unknown): bigint => requireAmount(value, 'ft_balance_of');

/** NEP-145 `storage_balance_of`: null when not registered. */
export function readRegistration(value: unknown): boolean {
  if (value === null) return false;
  const balance = isRecord(value) ? value : {};
  requireAmount(balance.total, 'storage_balance_of: total');
  requireAmount(balance.available, 'storage_balance_of: available');
  return true;
}

/** NEP-145 `storage_balance_bounds`: the least deposit. */
export const readLeastDeposit = (value: unknown): bigint =>
  requireAmount(isRecord(value) ? value.min : undefined, 'storage_balance_bounds: min');

/** No more decimals than a 128-bit amount has digits. */
const mostDecimals = 38;

/** NEP-148 `ft_metadata`. */
export function readDecimals(value: unknown): number {
  const decimals = requireCount(
    isRecord(value) ? value.decimals : undefined,
    'ft_metadata: decimals',
  );
  if (decimals > mostDecimals) throw malformed(`ft_metadata: ${decimals} decimals`);
  return decimals;
}

/** @returns null when the requested item does not exist at that block */
function readView(
  answer: RpcAnswer,
  { accountId, publicKey, atHeight }: AskedView,
): { result: Record<string, unknown>; height: number } | null {
  if ('error' in answer) {
    const { cause, info } = answer.error;
    if (!absences.has(cause)) throw errorOfNode(answer.error);
    requireSameIfSaid(info.requested_account_id, accountId, 'the unknown account');
    if (publicKey) requireSameIfSaid(info.public_key, publicKey, 'the unknown access key');
    if (atHeight !== undefined) {
      requireSameIfSaid(info.block_height, atHeight, 'the block of the view');
    }
    return null;
  }
  if (!isRecord(answer.result)) throw malformed('the result of a view is no object');
  const height = requireCount(answer.result.block_height, 'the block height of a view');
  if (atHeight !== undefined) requireSame(height, atHeight, 'the block of the view');
  return { result: answer.result, height };
}
