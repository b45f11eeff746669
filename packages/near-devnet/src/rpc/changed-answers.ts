import { hashFromBase58, hashToBase58, sha256 } from '../bytes/hash.ts';
import type { FaultOf } from './faults.ts';
import type { RpcAnswer } from './rpc.ts';
import { unknownTransaction } from './rpc-error.ts';
import { isObject } from './rpc-params.ts';

type ChangingKind =
  | 'view-error'
  | 'frozen'
  | 'foreign-chain'
  | 'future-block'
  | 'misshapen'
  | 'huge-reply';

interface Call {
  readonly handle: (request: unknown) => Promise<RpcAnswer>;
  readonly request: Readonly<Record<string, unknown>>;
  readonly subject: { readonly txHash: string };
}

type Json = Record<string, unknown>;

/** The answer of a lying or broken node, wrong in a way a JSON-RPC client cannot see. */
export async function changedAnswer(fault: FaultOf<ChangingKind>, call: Call): Promise<RpcAnswer> {
  switch (fault.kind) {
    case 'view-error':
      return viewError(fault, call);
    case 'frozen':
      return frozen(fault, call);
    case 'foreign-chain':
      return foreignChain(fault, call);
    case 'future-block':
      return change(await call.handle(call.request), (answer) =>
        shiftBlocks(answer, fault.aheadBlocks ?? 0, fault.aheadMs ?? 0),
      );
    case 'misshapen':
      return change(await call.handle(call.request), (answer) =>
        setAt(answer, fault.path.split('.'), fault.value),
      );
    case 'huge-reply':
      return change(await call.handle(call.request), (answer) => {
        answer.padding = ' '.repeat(fault.bytes);
      });
  }
}

/** A node reports a view that it could not run as a result, like the panic of a contract. */
async function viewError({ error }: FaultOf<'view-error'>, call: Call): Promise<RpcAnswer> {
  return change(await call.handle(call.request), ({ result }) => {
    if (!isObject(result)) return;
    for (const name of Object.keys(result)) {
      if (!name.startsWith('block_')) Reflect.deleteProperty(result, name);
    }
    Object.assign(result, { error, logs: [] });
  });
}

/** A node that is stuck at a block and answers: it knows nothing newer and includes no transaction. */
async function frozen({ atHeight }: FaultOf<'frozen'>, call: Call): Promise<RpcAnswer> {
  const { method, params } = call.request;
  const { finality, ...rest } = isObject(params) ? params : {};
  if (finality !== undefined) {
    return call.handle({ ...call.request, params: { ...rest, block_id: atHeight } });
  }
  if (isOneOf(TAKING, method) || isOneOf(STATUS, method)) return neverIncluded(call);
  const answer = await call.handle(call.request);
  if (method !== 'status') return answer;
  const atHeightParams = { block_id: atHeight };
  const at = await call.handle({
    jsonrpc: '2.0',
    id: null,
    method: 'block',
    params: atHeightParams,
  });
  const header = objectAt(at.body, ['result', 'header']);
  return change(answer, (body) => {
    Object.assign(objectAt(body, ['result', 'sync_info']), {
      latest_block_height: atHeight,
      latest_block_hash: header.hash,
      latest_block_time: new Date(Number(header.timestamp) / 1e6).toISOString(),
    });
  });
}

/** Waits as a node does for a transaction that no block will include. */
async function neverIncluded(call: Call): Promise<RpcAnswer> {
  const { method, params, id = null } = call.request;
  const wanted = isObject(params) ? params.wait_until : undefined;
  if (wanted === 'NONE' && isOneOf(STATUS, method)) return unknownAnswer(call);
  if (wanted === 'NONE') {
    return {
      httpStatus: 200,
      body: { jsonrpc: '2.0', result: { final_execution_status: wanted }, id },
    };
  }
  const unknown = { tx_hash: UNKNOWN_HASH, sender_account_id: 'nobody', wait_until: 'FINAL' };
  return call.handle({ jsonrpc: '2.0', id, method: 'tx', params: unknown });
}

/** A node of another network: its own identity, heights and blocks, and none of this chain's transactions. */
async function foreignChain(fault: FaultOf<'foreign-chain'>, call: Call): Promise<RpcAnswer> {
  const { method } = call.request;
  if (isOneOf(STATUS, method)) return unknownAnswer(call);
  return change(await call.handle(call.request), (answer) => {
    shiftBlocks(answer, fault.aheadBlocks ?? 120_000, 0);
    renameHashes(answer);
    const { result } = answer;
    if (isObject(result) && 'chain_id' in result) {
      Object.assign(result, { chain_id: fault.chainId ?? 'foreign' });
    }
  });
}

const TAKING = ['send_tx', 'broadcast_tx_commit'] as const;
const STATUS = ['tx', 'tx_status', 'EXPERIMENTAL_tx_status'] as const;
const UNKNOWN_HASH = '11111111111111111111111111111112';
const ALL_HASHES = /_hash$|^hash$/;
const ALL_HEIGHTS = /(^|_)height$/;

function isOneOf(methods: readonly string[], method: unknown): boolean {
  return typeof method === 'string' && methods.includes(method);
}

function unknownAnswer({ request, subject }: Call): RpcAnswer {
  const { httpStatus, body } = unknownTransaction(subject.txHash);
  return { httpStatus, body: { jsonrpc: '2.0', error: body, id: request.id ?? null } };
}

/** A changed copy of the answer: the node's own objects are never modified. */
function change(answer: RpcAnswer, edit: (body: Json) => void): RpcAnswer {
  if (!isObject(answer.body)) return answer;
  const body: Json = JSON.parse(JSON.stringify(answer.body));
  edit(body);
  return { ...answer, body };
}

/** Shifts every block that the answer names ahead, in height and in time. */
function shiftBlocks(value: unknown, aheadBlocks: number, aheadMs: number): void {
  visit(value, (parent, name, item) => {
    if (typeof item === 'number' && ALL_HEIGHTS.test(name)) parent[name] = item + aheadBlocks;
    else if (name === 'timestamp') parent[name] = Number(item) + aheadMs * 1e6;
    else if (name === 'timestamp_nanosec') {
      parent[name] = (BigInt(String(item)) + BigInt(aheadMs) * 1_000_000n).toString();
    } else if (name === 'latest_block_time') {
      parent[name] = new Date(Date.parse(String(item)) + aheadMs).toISOString();
    }
  });
}

/** Replaces every hash by another one, equal ones by equal ones. */
function renameHashes(value: unknown): void {
  visit(value, (parent, name, item) => {
    const hash = ALL_HASHES.test(name) && typeof item === 'string' ? hashFromBase58(item) : null;
    if (hash !== null) parent[name] = hashToBase58(sha256(Buffer.from(hash, 'hex'), 'foreign'));
  });
}

function visit(value: unknown, edit: (parent: Json, name: string, item: unknown) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, edit);
  } else if (isMutable(value)) {
    for (const [name, item] of Object.entries(value)) {
      edit(value, name, item);
      visit(item, edit);
    }
  }
}

function setAt(target: unknown, path: readonly string[], value: unknown): void {
  const last = path.at(-1);
  const parent = objectAt(target, path.slice(0, -1));
  if (last === undefined) return;
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value;
}

/** The object at a path through objects and arrays, or a detached one where there is none. */
function objectAt(target: unknown, path: readonly string[]): Json {
  let value = target;
  for (const name of path) {
    value = isMutable(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return isMutable(value) ? value : {};
}

function isMutable(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
