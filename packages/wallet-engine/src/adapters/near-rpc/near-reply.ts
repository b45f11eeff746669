import { baseDecode } from 'near-api-js';
import type { ChainIdentity, FinalBlock } from '../../ports/near-chain.ts';
import { cut, isRecord, NoAnswerError, type RpcAnswer, type RpcError } from './rpc-reply.ts';

/** Reads the answer to one question. @throws NoAnswerError when it does not answer it */
export type ReadAnswer<T> = (answer: RpcAnswer) => T;

/** A node's status and its chain. */
export interface NodeStatus extends ChainIdentity {
  /** Height of its newest block, final or not. */
  headHeight: number;
  headAtMs: number;
  /** It reports that it is still syncing. */
  isSyncing: boolean;
  /** The oldest block whose transactions it still knows; null when it does not report one. */
  earliestHeight: number | null;
}

export const readStatus: ReadAnswer<NodeStatus> = (answer) => {
  const { chain_id: chainId, genesis_hash: genesisHash, sync_info: sync } = resultOf(answer);
  if (typeof chainId !== 'string' || chainId === '' || chainId.length > 64) {
    throw malformed('status: no chain id');
  }
  if (!isRecord(sync)) throw malformed('status: no sync_info');
  const headAtMs = Date.parse(String(sync.latest_block_time));
  if (!Number.isFinite(headAtMs)) throw malformed('status: no time of the latest block');
  const earliest = sync.earliest_block_height ?? null;
  return {
    chainId,
    genesisHash: requireHash(genesisHash, 'status: genesis_hash'),
    headHeight: requireCount(sync.latest_block_height, 'status: latest_block_height'),
    headAtMs,
    isSyncing: sync.syncing === true,
    earliestHeight: earliest === null ? null : requireCount(earliest, 'status: earliest height'),
  };
};

export const readBlock: ReadAnswer<FinalBlock> = (answer) => {
  const { header } = resultOf(answer);
  if (!isRecord(header)) throw malformed('block: no header');
  return {
    height: requireCount(header.height, 'block: height'),
    hash: requireHash(header.hash, 'block: hash'),
    timestampMs: requireNanoseconds(header.timestamp),
  };
};

/** A time of the chain: a number, above 2^53 an inexact one, or its digits. `Number` makes 0 of null and of ''. */
function requireNanoseconds(value: unknown): number {
  const isTime = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
  const ms = Math.floor(Number(isTime ? value : Number.NaN) / 1e6);
  if (Number.isSafeInteger(ms) && ms >= 0) return ms;
  throw malformed(`block: timestamp is ${cut(value)}`);
}

/**
 * The result of an answer that cannot be an error.
 * @throws NoAnswerError when it is one: then it is about the node itself
 */
export function resultOf(answer: RpcAnswer): Record<string, unknown> {
  if ('error' in answer) throw errorOfNode(answer.error);
  if (!isRecord(answer.result)) throw malformed('the result is no object');
  return answer.result;
}

/** The named block is pruned or not yet known here: other nodes may have it. */
const missingBlock = new Set(['UNKNOWN_BLOCK', 'GARBAGE_COLLECTED_BLOCK']);

/** An error that no caller expects as an answer is about the node itself. */
export function errorOfNode({ cause, data }: RpcError): NoAnswerError {
  const kind = missingBlock.has(cause) ? 'stale' : 'own-error';
  const detail = data === undefined || data === null ? '' : ` (${cut(data)})`;
  return new NoAnswerError(kind, `${cut(cause)}${detail}`);
}

export function malformed(what: string): NoAnswerError {
  return new NoAnswerError('malformed', what);
}

/** @throws NoAnswerError when a reply is about something else than was asked for */
export function requireSame(said: unknown, asked: unknown, what: string): void {
  if (said === asked) return;
  throw new NoAnswerError('mismatched', `${what} is ${cut(said)}, but ${cut(asked)} was asked for`);
}

/** As {@link requireSame}, for fields that older nodes omit. */
export function requireSameIfSaid(said: unknown, asked: unknown, what: string): void {
  if (said !== undefined && said !== null) requireSame(said, asked, what);
}

/** A height, a nonce: an integer that JSON carries exactly. */
export function requireCount(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw malformed(`${what} is ${cut(value)}`);
}

/** An amount of at most 128 bits, as nearcore writes it: decimal digits in a string. */
export function requireAmount(value: unknown, what: string): bigint {
  if (typeof value === 'string' && /^\d{1,39}$/.test(value)) return BigInt(value);
  throw malformed(`${what} is ${cut(value)}`);
}

/** 32 bytes in base58, of 32 to 44 digits. With a hash of another length nothing could be signed. */
function requireHash(value: unknown, what: string): string {
  const isBase58 = typeof value === 'string' && /^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(value);
  if (isBase58 && baseDecode(value).length === 32) return value;
  throw malformed(`${what} is ${cut(value)}`);
}
