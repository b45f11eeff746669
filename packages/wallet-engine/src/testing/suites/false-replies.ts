import { isRecord } from '../../adapters/near-rpc/rpc-reply.ts';
import type { SeededRandom } from '../simulator/world/seeded-random.ts';

export interface HttpReply {
  httpStatus: number;
  body: string;
}

export type RpcRequest = Record<string, unknown>;

/** Errors about the node itself or a provider's limits, and empty replies: none answers the request. */
export const pointlessReplies: readonly [
  (id: unknown) => HttpReply,
  ...((id: unknown) => HttpReply)[],
] = [
  (id) => rpcError(id, { code: -429, message: 'Too many requests' }),
  (id) => rpcError(id, { code: -32005, message: 'Limit exceeded' }),
  (id) => rpcError(id, { code: -32007, message: '50/second request limit reached' }),
  (id) => rpcError(id, { code: -32029, message: 'Rate limited', data: 'daily' }),
  (id) => handlerError(id, 'NO_SYNCED_BLOCKS', 'There are no fully synchronized blocks yet'),
  (id) => handlerError(id, 'NOT_SYNCED_YET', 'The node is still syncing'),
  (id) => handlerError(id, 'UNAVAILABLE_SHARD', 'The node does not track the shard'),
  (id) => handlerError(id, 'TIMEOUT_ERROR', null),
  (id) =>
    rpcError(id, {
      name: 'INTERNAL_ERROR',
      cause: { name: 'INTERNAL_ERROR', info: { error_message: 'The node is broken' } },
      code: -32000,
    }),
  () => ({ httpStatus: 200, body: '<html><body>One moment, please</body></html>' }),
  () => ({ httpStatus: 403, body: '<html><body>Forbidden</body></html>' }),
  () => ({ httpStatus: 200, body: '' }),
  () => ({ httpStatus: 200, body: 'null' }),
  () => ({ httpStatus: 200, body: '[]' }),
  (id) => ({ httpStatus: 200, body: JSON.stringify({ jsonrpc: '2.0', id }) }),
  (id) => ({ httpStatus: 200, body: JSON.stringify({ jsonrpc: '2.0', id, result: null }) }),
  (id) => ({ httpStatus: 200, body: JSON.stringify({ jsonrpc: '2.0', id, result: {} }) }),
  (id) => ({ httpStatus: 200, body: JSON.stringify({ jsonrpc: '2.0', id, error: null }) }),
];

export function handlerError(id: unknown, cause: string, data: unknown): HttpReply {
  return rpcError(id, {
    name: 'HANDLER_ERROR',
    cause: { name: cause, info: {} },
    code: -32000,
    message: 'Server error',
    data,
  });
}

function rpcError(id: unknown, error: object): HttpReply {
  return { httpStatus: 200, body: JSON.stringify({ jsonrpc: '2.0', id, error }) };
}

/** The reply to a contract view from a node with a broken contract cache; null for other requests. */
export function brokenContractCache(request: RpcRequest): HttpReply | null {
  if (!isRecord(request.params) || request.params.request_type !== 'call_function') return null;
  const error = 'wasm execution failed with error: CacheError(ReadError)';
  const result = { error, logs: [], block_height: 1, block_hash: '1'.repeat(32) };
  return {
    httpStatus: 200,
    body: JSON.stringify({ jsonrpc: '2.0', id: request.id, result }),
  };
}

/** A block dated ahead; null if no block was requested. */
export function datedAhead(
  request: RpcRequest,
  reply: HttpReply,
  aheadMs: number,
): HttpReply | null {
  if (request.method !== 'block') return null;
  return changed(reply, (result) => {
    if (!isRecord(result.header)) return null;
    const timestamp = Number(result.header.timestamp) + aheadMs * 1e6;
    const header = { ...result.header, timestamp, timestamp_nanosec: String(timestamp) };
    return { ...result, header };
  });
}

/** Another transaction's final failure under this request's id; null if there is none. */
export function anothersFailure(
  request: RpcRequest,
  { own, anothers }: { own: HttpReply; anothers: HttpReply },
): HttpReply | null {
  if (request.method !== 'tx' && request.method !== 'send_tx') return null;
  const failure = {
    ActionError: { index: 0, kind: { AccountDoesNotExist: { account_id: 'x.devnet' } } },
  };
  const ownHash = transactionHash(own);
  const reply = changed(anothers, (result) =>
    ownHash !== null && transactionHash(anothers) !== null && transactionHash(anothers) !== ownHash
      ? { ...result, status: { Failure: failure }, final_execution_status: 'FINAL' }
      : null,
  );
  return reply && withId(reply, request.id);
}

/** Another transaction's outcome in reply to this request; null if the request is about none. */
export function anothersOutcome(request: RpcRequest, anothers: HttpReply): HttpReply | null {
  if (request.method !== 'tx' && request.method !== 'send_tx') return null;
  return transactionHash(anothers) === null ? null : withId(anothers, request.id);
}

function transactionHash({ body }: HttpReply): string | null {
  const parsed: unknown = JSON.parse(body);
  const result = isRecord(parsed) && isRecord(parsed.result) ? parsed.result : {};
  return isRecord(result.transaction) ? String(result.transaction.hash) : null;
}

/** A malformed outcome; null if the reply holds no outcome. */
export function misshapen(
  request: RpcRequest,
  reply: HttpReply,
  random: SeededRandom,
): HttpReply | null {
  if (request.method !== 'tx' && request.method !== 'send_tx') return null;
  return changed(reply, (result) => {
    if (!isRecord(result.status)) return null;
    const garble = random.pick(garbling);
    return garble(result);
  });
}

type Garbling = (result: Record<string, unknown>) => unknown;

/** None claims a false success or ActionError: that would be a lie, not a malformed reply. */
const garbling: readonly [Garbling, ...Garbling[]] = [
  (result) => ({ ...result, status: 'Started' }),
  (result) => ({ ...result, status: 'Unknown' }),
  (result) => ({ ...result, status: {} }),
  (result) => ({ ...result, status: null }),
  (result) => ({ ...result, status: { SuccessReceiptId: '1'.repeat(32) } }),
  (result) => ({ ...result, status: { Failure: null } }),
  (result) => ({ ...result, status: { Failure: {} } }),
  (result) => ({ ...result, status: undefined }),
  (result) => ({ ...result, final_execution_status: 'WHATEVER' }),
  (result) => ({ ...result, final_execution_status: 3 }),
  (result) => ({ ...result, transaction: null }),
  (result) => ({ ...result, transaction: undefined, transaction_outcome: undefined }),
  ({ final_execution_status }) => ({ final_execution_status }),
  () => [],
  () => 'FINAL',
  () => 0,
];

/** If only the figures of cost are unreadable, the outcome still counts. */
export function withUnreadableFigures(request: RpcRequest, reply: HttpReply): HttpReply | null {
  if (request.method !== 'tx' && request.method !== 'send_tx') return null;
  return changed(reply, (result) => {
    if (!isRecord(result.transaction_outcome)) return null;
    const outcome = { gas_burnt: -1.5, tokens_burnt: 'many', status: null };
    return { ...result, transaction_outcome: { outcome }, receipts_outcome: [null, 7, {}] };
  });
}

function withId(reply: HttpReply, id: unknown): HttpReply {
  const parsed: unknown = JSON.parse(reply.body);
  return { ...reply, body: JSON.stringify({ ...Object(parsed), id }) };
}

function changed(
  reply: HttpReply,
  change: (result: Record<string, unknown>) => unknown,
): HttpReply | null {
  const parsed: unknown = JSON.parse(reply.body);
  if (!isRecord(parsed) || !isRecord(parsed.result)) return null;
  const result = change(parsed.result);
  return result === null ? null : { ...reply, body: JSON.stringify({ ...parsed, result }) };
}
