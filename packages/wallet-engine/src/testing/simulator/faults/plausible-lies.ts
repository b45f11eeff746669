import { hashToBase58, sha256 } from '../../../../../near-devnet/src/bytes/hash.ts';
import { isRecord } from '../../../adapters/near-rpc/rpc-reply.ts';
import { type HttpReply, handlerError, type RpcRequest } from '../../suites/false-replies.ts';
import type { SeededRandom } from '../world/seeded-random.ts';
import { blockTimeMs, type World, worldConfig } from '../world/world.ts';
import { askedHash } from './asked-hash.ts';
import type { Distortion } from './simulated-network.ts';

/** Input of a lie: the true chain and what the node has drawn. */
export interface LiarParts {
  world: World;
  random: SeededRandom;
  /** Whether the status of the node agrees with the blocks it shows. */
  isConsistent: boolean;
}

/** False replies that a healthy node could have given to the same request. */
export interface Lie {
  name: string;
  begin: (parts: LiarParts) => Distortion;
}

type Result = Record<string, unknown>;

export const plausibleLies: readonly [Lie, ...Lie[]] = [
  { name: 'shows balances too low', begin: falseBalances('low') },
  { name: 'shows balances too high', begin: falseBalances('high') },
  { name: 'shows nonces too low', begin: falseNonces('low') },
  { name: 'shows nonces too high', begin: falseNonces('high') },
  { name: 'leaves keys out of lists', begin: incompleteKeys },
  { name: 'keeps bytes to itself', begin: withheldBytes },
  { name: 'shows inclusion for ever', begin: includedForEver },
  { name: 'makes up failures', begin: madeUpFailures },
  { name: 'denies hashes', begin: deniedHashes },
  { name: 'denies accounts and registrations', begin: deniedAccounts },
  { name: 'makes up accounts and registrations', begin: madeUpAccounts },
  { name: 'shows an old head as its own', begin: standingHead },
  { name: 'runs ahead of the chain', begin: runningHead },
  { name: 'jumps ahead of the chain', begin: (parts) => runningHead(parts, jumpBlocks) },
];

/** More than any validity. */
const jumpBlocks = 100_000;
const nothingYocto = '1000000000000000000';
const richesYocto = `1${'0'.repeat(33)}`;

/** NEAR and token balances; the same false amount for as long as the lie lasts. */
function falseBalances(direction: 'low' | 'high'): Lie['begin'] {
  return () => {
    const amount = direction === 'low' ? nothingYocto : richesYocto;
    return onResult('query', (request, result) => {
      const { request_type: type, method_name: method } = paramsOf(request);
      if (type === 'view_account') return { ...result, amount };
      if (type !== 'call_function' || method !== 'ft_balance_of') return null;
      if (!Array.isArray(result.result)) return null;
      return { ...result, result: bytesOf(amount) };
    });
  };
}

/** Shifted by at most what a busy lane signs in a minute. */
function falseNonces(direction: 'low' | 'high'): Lie['begin'] {
  return ({ random }) => {
    const by = random.between(1, 20) * (direction === 'low' ? -1 : 1);
    // A node that calls the nonce spent must reject the transaction, too.
    const refuses = direction === 'high' && random.chance(0.5);
    const shifted = (key: Result): Result => ({
      ...key,
      nonce: Math.max(Number(key.nonce) + by, 0),
    });
    const shown = onResult('query', (request, result) => {
      const { request_type: type } = paramsOf(request);
      if (type === 'view_access_key' && typeof result.nonce === 'number') return shifted(result);
      if (type !== 'view_access_key_list' || !Array.isArray(result.keys)) return null;
      const keys = result.keys.map((item: Result) => ({
        ...item,
        access_key: shifted(item.access_key as Result),
      }));
      return { ...result, keys };
    });
    return async (request, honest) =>
      request.method === 'send_tx' && refuses
        ? refusal(request, { InvalidNonce: { tx_nonce: 1, ak_nonce: 2 } })
        : shown(request, honest);
  };
}

/** The same keys are missing for as long as the lie lasts. */
function incompleteKeys({ random }: LiarParts): Distortion {
  const missing = new Map<unknown, boolean>();
  return onResult('query', (request, result) => {
    if (paramsOf(request).request_type !== 'view_access_key_list') return null;
    if (!Array.isArray(result.keys)) return null;
    const keys = result.keys.filter((item: Result) => {
      const isMissing = missing.get(item.public_key) ?? random.chance(0.5);
      missing.set(item.public_key, isMissing);
      return !isMissing;
    });
    return { ...result, keys };
  });
}

/** Accepts transactions and forwards none. */
function withheldBytes({ random }: LiarParts): Distortion {
  const saysTaken = random.chance(0.5);
  return async (request, honest) => {
    if (request.method !== 'send_tx') return honest();
    return saysTaken
      ? resultReply(request, { final_execution_status: 'NONE' })
      : handlerError(request.id, 'TIMEOUT_ERROR', null);
  };
}

/** For every hash, whether it is in no block or has long been final. */
function includedForEver(): Distortion {
  return async (request, honest) => {
    if (!isOfTransaction(request)) return honest();
    await honest();
    return resultReply(request, { final_execution_status: 'INCLUDED' });
  };
}

/** Well formed, for the right hash, at FINAL, whatever really happens to the transaction. */
function madeUpFailures({ random }: LiarParts): Distortion {
  const kind = random.pick<unknown>([
    { AccountAlreadyExists: { account_id: 'x.choonsim.devnet' } },
    { AccountDoesNotExist: { account_id: worldConfig.tokenContract } },
    {
      FunctionCallError: {
        ExecutionError: 'Smart contract panicked: The account is not registered',
      },
    },
    { LackBalanceForState: { account_id: worldConfig.serviceAccountId, amount: '1' } },
  ]);
  const isForwarded = random.chance(0.8);
  return async (request, honest) => {
    const hash = askedHash(request);
    if (hash === null) return honest();
    if (isForwarded) await honest();
    const outcome = { gas_burnt: 223182562500, tokens_burnt: '22318256250000000000' };
    return resultReply(request, {
      final_execution_status: 'FINAL',
      status: { Failure: { ActionError: { index: 0, kind } } },
      transaction: { hash, signer_id: worldConfig.serviceAccountId },
      transaction_outcome: { id: hash, outcome },
      receipts_outcome: [],
    });
  };
}

function deniedHashes(): Distortion {
  return async (request, honest) => {
    if (request.method !== 'tx') return honest();
    return handlerError(request.id, 'UNKNOWN_TRANSACTION', null);
  };
}

/** Wallets have no account, no key, no registration. */
function deniedAccounts(): Distortion {
  return async (request, honest) => {
    const { request_type: type, account_id: accountId, public_key: publicKey } = paramsOf(request);
    if (request.method !== 'query') return honest();
    if (isRegistrationView(request)) {
      return changedResult(await honest(), (result) => ({ ...result, result: bytesOf(null) }));
    }
    if (!String(accountId).endsWith(`.${worldConfig.serviceAccountId}`)) return honest();
    if (type === 'view_account') return handlerError(request.id, 'UNKNOWN_ACCOUNT', null);
    if (type !== 'view_access_key') return honest();
    const error = `access key ${publicKey} does not exist while viewing`;
    return changedResult(await honest(), ({ block_height, block_hash }) => ({
      error,
      logs: [],
      block_height,
      block_hash,
    }));
  };
}

/** Wallets without an account have a foreign one, and a registration. */
function madeUpAccounts({ world }: LiarParts): Distortion {
  return async (request, honest) => {
    const reply = await honest();
    if (isRegistrationView(request)) {
      return changedResult(reply, (result) => {
        if (!Array.isArray(result.result)) return null;
        const registered = { total: '1250000000000000000000', available: '0' };
        return { ...result, result: bytesOf(registered) };
      });
    }
    const params = paramsOf(request);
    const parsed: unknown = JSON.parse(reply.body);
    if (params.request_type !== 'view_account' || !isRecord(parsed) || !isRecord(parsed.error)) {
      return reply;
    }
    const cause = isRecord(parsed.error.cause) ? parsed.error.cause.name : null;
    if (cause !== 'UNKNOWN_ACCOUNT') return reply;
    const { finalHeight, finalBlockHash } = world.devnet.inspect();
    const height = typeof params.block_id === 'number' ? params.block_id : finalHeight;
    return resultReply(request, {
      amount: nothingYocto,
      locked: '0',
      storage_usage: 182,
      block_height: height,
      block_hash: hashToBase58(finalBlockHash),
    });
  };
}

function isRegistrationView(request: RpcRequest): boolean {
  const { request_type: type, method_name: method } = paramsOf(request);
  return type === 'call_function' && method === 'storage_balance_of';
}

function bytesOf(value: unknown): number[] {
  return [...Buffer.from(JSON.stringify(value))];
}

/** Only its head is false; it answers queries at newer blocks all the same. */
function standingHead({ world, isConsistent }: LiarParts): Distortion {
  const height = world.devnet.inspect().finalHeight;
  return async (request, honest) => {
    const params = paramsOf(request);
    if (request.method === 'block' && params.finality === 'final') {
      const asked = { ...request, params: { block_id: height } };
      const { httpStatus, body } = await world.devnet.handle(asked);
      return { httpStatus, body: JSON.stringify({ ...Object(body), id: request.id }) };
    }
    const reply = await honest();
    if (request.method !== 'status' || !isConsistent) return reply;
    return changedResult(reply, (result) => withHead(result, (head) => Math.min(head, height + 2)));
  };
}

/** Its lead grows as if blocks took 150 ms, up to three minutes' worth of blocks. */
function runningHead({ world, random, isConsistent }: LiarParts, jumpedBy = 0): Distortion {
  const startedAtMs = world.clock.now();
  const mostBlocks = random.pick([3, 40, 300]);
  const lead = () =>
    jumpedBy + Math.min(Math.floor((world.clock.now() - startedAtMs) / 200), mostBlocks);
  // A node past the validity of a transaction must reject it, too, so that its signer gives it up.
  const refuses = random.chance(0.5);
  return async (request, honest) => {
    const by = lead();
    const params = paramsOf(request);
    if (request.method === 'send_tx' && refuses && by > 0) return refusal(request, 'Expired');
    if (request.method === 'status') {
      const reply = await honest();
      if (!isConsistent) return reply;
      return changedResult(reply, (result) => withHead(result, (head) => head + by));
    }
    if (request.method === 'block') {
      return changedResult(await honest(), (result) => blockAhead(result, by));
    }
    if (request.method !== 'query') return honest();
    return viewAhead(world, request, typeof params.block_id === 'number' ? params.block_id : by);
  };
}

function blockAhead(result: Result, by: number): Result | null {
  const { header } = result;
  if (!isRecord(header)) return null;
  const timestamp = Number(header.timestamp) + by * blockTimeMs * 1e6;
  const height = Number(header.height) + by;
  const hash = by === 0 ? header.hash : hashToBase58(sha256(`ahead ${height}`));
  return {
    ...result,
    header: { ...header, height, hash, timestamp, timestamp_nanosec: String(timestamp) },
  };
}

/** A view at a block that does not exist yet, answered at the newest one. */
async function viewAhead(world: World, request: RpcRequest, at: number): Promise<HttpReply> {
  const { block_id: pinned, ...params } = paramsOf(request);
  const { finalHeight } = world.devnet.inspect();
  const isAhead = pinned === undefined || Number(pinned) > finalHeight;
  const asked = isAhead ? { ...params, finality: 'final' } : { ...params, block_id: pinned };
  const { httpStatus, body } = await world.devnet.handle(
    JSON.parse(JSON.stringify({ ...request, params: asked })),
  );
  const reply = { httpStatus, body: JSON.stringify(body) };
  const height = pinned === undefined ? finalHeight + at : Number(pinned);
  return changedResult(reply, (result) => ({ ...result, block_height: height }));
}

function withHead(result: Result, newHead: (head: number) => number): Result | null {
  const { sync_info: sync } = result;
  if (!isRecord(sync)) return null;
  const head = Number(sync.latest_block_height);
  const height = newHead(head);
  const atMs = Date.parse(String(sync.latest_block_time)) + (height - head) * blockTimeMs;
  return {
    ...result,
    sync_info: {
      ...sync,
      latest_block_height: height,
      latest_block_time: new Date(atMs).toISOString(),
    },
  };
}

function onResult(
  method: string,
  change: (request: RpcRequest, result: Result) => Result | null,
): Distortion {
  return async (request, honest) => {
    const reply = await honest();
    if (request.method !== method) return reply;
    return changedResult(reply, (result) => change(request, result));
  };
}

function changedResult(reply: HttpReply, change: (result: Result) => Result | null): HttpReply {
  const parsed: unknown = JSON.parse(reply.body);
  if (!isRecord(parsed) || !isRecord(parsed.result)) return reply;
  const result = change(parsed.result);
  return result ? { ...reply, body: JSON.stringify({ ...parsed, result }) } : reply;
}

function resultReply({ id }: RpcRequest, result: object): HttpReply {
  return { httpStatus: 200, body: JSON.stringify({ jsonrpc: '2.0', id, result }) };
}

function refusal({ id }: RpcRequest, InvalidTxError: unknown): HttpReply {
  return handlerError(id, 'INVALID_TRANSACTION', { TxExecutionError: { InvalidTxError } });
}

function isOfTransaction({ method }: RpcRequest): boolean {
  return method === 'tx' || method === 'send_tx';
}

function paramsOf({ params }: RpcRequest): Result {
  return isRecord(params) ? params : {};
}
