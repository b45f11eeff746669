import { decodeBase58 } from '../bytes/base58.ts';
import { hashToBase58, sha256 } from '../bytes/hash.ts';
import { parsePublicKey } from '../bytes/public-key.ts';
import { u64Json } from '../bytes/u64-json.ts';
import type { Chain } from '../chain/chain.ts';
import type { FunctionCallError } from '../runtime/call-result.ts';
import { viewContract } from '../runtime/function-call.ts';
import { referenceBytes } from '../state/contract-reference.ts';
import type { Account, StateView } from '../state/state.ts';
import { handlerError, parseError, RpcError } from './rpc-error.ts';
import { withoutProofs } from './rpc-network.ts';
import { RpcParams, requireBlock } from './rpc-params.ts';
import { accessKeyView, accountView, builtInCode } from './views.ts';

interface Query {
  readonly chain: Chain;
  readonly state: StateView;
  readonly params: RpcParams;
  readonly block: { readonly block_height: number; readonly block_hash: string };
  readonly accessKeysLimit: number;
}

const KINDS: ReadonlyMap<string, (query: Query) => object> = new Map<
  string,
  (query: Query) => object
>([
  ['view_account', viewAccount],
  ['view_access_key', viewAccessKey],
  ['view_access_key_list', viewAccessKeyList],
  ['view_gas_key_nonces', viewGasKeyNonces],
  ['view_code', viewCode],
  ['view_global_contract_code', viewGlobalCode],
  ['view_global_contract_code_by_account_id', viewGlobalCodeOfAccount],
  ['call_function', callFunction],
  ['view_state', viewState],
]);

/** The request types of `query` that are also methods, named `EXPERIMENTAL_` and the type. */
export const QUERY_METHODS = [
  'call_function',
  'view_access_key',
  'view_access_key_list',
  'view_account',
  'view_code',
  'view_gas_key_nonces',
  'view_state',
] as const;

interface QueryLimits {
  /** Keys that one list shows at most. */
  readonly accessKeysLimit: number;
}

/**
 * The `query` method: the state at the end of a block. Also takes the old path form of its parameters.
 * A missing access key and a failed view are results here, as in nearcore.
 */
export function query(chain: Chain, rawParams: unknown, limits: QueryLimits): object {
  const params = Array.isArray(rawParams) ? pathParams(rawParams) : new RpcParams(rawParams);
  try {
    return view(chain, params, limits);
  } catch (error) {
    if (error instanceof FailedView) return error.asResult();
    throw error;
  }
}

/** A method of one request type: the state at the end of a block. */
export function view(chain: Chain, params: RpcParams, { accessKeysLimit }: QueryLimits): object {
  const kind = KINDS.get(params.string('request_type'));
  if (kind === undefined) {
    throw parseError('Failed parsing args: unknown variant in `request_type`');
  }
  const height = requireViewedBlock(chain, params);
  const block = { block_height: height, block_hash: hashToBase58(chain.blocks.hashAt(height)) };
  if (height < chain.earliestStateHeight) {
    throw handlerError(
      'GARBAGE_COLLECTED_BLOCK',
      block,
      `The data for block #${height} is garbage collected on this node, use an archival node to fetch historical data`,
    );
  }
  const state = chain.state.at(height);
  return { ...kind({ chain, params, block, state, accessKeysLimit }), ...block };
}

function requireViewedBlock(chain: Chain, params: RpcParams): number {
  try {
    return requireBlock(chain, params);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    if (Object(error.body.cause).name !== 'UNKNOWN_BLOCK') throw error;
    const id = params.value('block_id');
    const name = params.has('block_id') ? 'block_id' : 'sync_checkpoint';
    const info = { block_reference: { [name]: params.value(name) } };
    const text =
      typeof id === 'string' ? `DB Not Found Error: BLOCK HEADER: ${id}` : error.body.data;
    throw handlerError('UNKNOWN_BLOCK', info, text);
  }
}

/** A view without a result, which `query` shows as one. */
class FailedView extends RpcError {
  readonly #block: Query['block'];
  readonly #shown: string;

  /** @param failure.shown the error in the result of `query` */
  constructor(
    { block }: Query,
    failure: { name: string; info: object; data: string; shown: string },
  ) {
    const info = { ...failure.info, ...block };
    const { httpStatus, body } = handlerError(failure.name, info, failure.data);
    super(httpStatus, body);
    this.#block = block;
    this.#shown = failure.shown;
  }

  asResult(): object {
    return { error: this.#shown, logs: [], ...this.#block };
  }
}

// The greatest size of a path with its data, as nearcore has it.
const MAX_PATH_BYTES = 10_240;

/** `["account/alice.devnet", ""]`, the legacy form of parameters; always the head. */
function pathParams(rawParams: readonly unknown[]): RpcParams {
  const [path, data] = rawParams;
  if (rawParams.length !== 2 || typeof path !== 'string' || typeof data !== 'string') {
    throw parseError('Failed parsing args: expected a path and data');
  }
  const [kind, accountId, ...rest] = path.split('/');
  const detail = rest.length === 0 ? undefined : rest.join('/');
  const base = { finality: 'optimistic', account_id: accountId };
  switch (kind) {
    case 'account':
      return new RpcParams({ ...base, request_type: 'view_account' });
    case 'access_key':
      return detail === undefined
        ? new RpcParams({ ...base, request_type: 'view_access_key_list' })
        : new RpcParams({ ...base, request_type: 'view_access_key', public_key: detail });
    case 'code':
      return new RpcParams({ ...base, request_type: 'view_code' });
    case 'contract': {
      const prefix_base64 = legacyBytes(data, path);
      return new RpcParams({ ...base, request_type: 'view_state', prefix_base64 });
    }
    case 'call': {
      const args_base64 = legacyBytes(data, path);
      const call = { request_type: 'call_function', method_name: detail, args_base64 };
      return new RpcParams({ ...base, ...call });
    }
    default:
      throw parseError(`Failed parsing args: unknown path ${kind}`);
  }
}

/** Only this form has its data in base58. */
function legacyBytes(data: string, path: string): string {
  const bytes = data.length <= MAX_PATH_BYTES - path.length ? decodeBase58(data) : null;
  if (bytes === null) throw parseError('Failed parsing args: the data is too large or not base58');
  return Buffer.from(bytes).toString('base64');
}

function requireAccount({ state, params, block }: Query): { accountId: string; account: Account } {
  const accountId = params.accountId('account_id');
  const account = state.account(accountId);
  if (account !== undefined) return { accountId, account };
  throw handlerError(
    'UNKNOWN_ACCOUNT',
    { requested_account_id: accountId, ...block },
    `account ${accountId} does not exist while viewing`,
  );
}

function viewAccount(query: Query) {
  const { account } = requireAccount(query);
  return accountView(account);
}

/** Key views never check the account: a missing one has no keys. */
function viewAccessKey(query: Query) {
  const accountId = query.params.accountId('account_id');
  const publicKey = query.params.publicKey('public_key');
  const key = query.state.accessKey(accountId, publicKey);
  if (key !== undefined) return accessKeyView(key);
  const { block_height: height } = query.block;
  throw new FailedView(query, {
    name: 'UNKNOWN_ACCESS_KEY',
    info: { public_key: publicKey },
    data: `Access key for public key ${publicKey} has never been observed on the node at block #${height}`,
    shown: `access key ${publicKey} does not exist while viewing`,
  });
}

function viewGasKeyNonces(query: Query) {
  const accountId = query.params.accountId('account_id');
  const publicKey = query.params.publicKey('public_key');
  const gasKey = query.state.accessKey(accountId, publicKey)?.gasKey;
  if (gasKey !== undefined) return { nonces: gasKey.nonces.map(u64Json) };
  throw handlerError(
    'UNKNOWN_GAS_KEY',
    { public_key: publicKey, ...query.block },
    `gas key ${publicKey} does not exist while viewing`,
  );
}

function viewAccessKeyList(query: Query) {
  const { params, state, accessKeysLimit } = query;
  const accountId = params.accountId('account_id');
  const limit = params.optionalCount('limit');
  const afterKey = params.has('after_key') ? params.publicKey('after_key') : null;
  const isPaged = limit !== null || afterKey !== null;
  const all = inNodeOrder(state.account(accountId)?.publicKeys ?? []);
  if (!isPaged && all.length > accessKeysLimit) {
    throw handlerError(
      'TOO_MANY_ACCESS_KEYS',
      { requested_account_id: accountId, limit: accessKeysLimit, ...query.block },
      `account ${accountId} has more than ${accessKeysLimit} access keys, ask for pages with limit and after_key`,
    );
  }
  const left = afterKey === null ? all : all.filter((key) => compareKeys(key, afterKey) > 0);
  const page = left.slice(0, Math.min(limit ?? accessKeysLimit, accessKeysLimit));
  const keys = page.flatMap((publicKey) => {
    const key = state.accessKey(accountId, publicKey);
    return key === undefined ? [] : [{ public_key: publicKey, access_key: accessKeyView(key) }];
  });
  return page.length < left.length ? { keys, last_key: page.at(-1) } : { keys };
}

/** By curve and bytes, the order of nearcore's state. */
function inNodeOrder(publicKeys: readonly string[]): string[] {
  return [...publicKeys].sort(compareKeys);
}

function compareKeys(a: string, b: string): number {
  return Buffer.compare(keyBytes(a), keyBytes(b));
}

function keyBytes(publicKey: string): Buffer {
  const key = parsePublicKey(publicKey);
  return key === null ? Buffer.alloc(0) : Buffer.concat([Buffer.of(key.curve), key.bytes]);
}

function viewCode(query: Query) {
  const { accountId, account } = requireAccount(query);
  const { contract } = account;
  const code =
    contract?.kind === 'built-in' ? builtInCode(contract.name) : query.state.code(accountId);
  if (code === undefined) {
    throw handlerError(
      'NO_CONTRACT_CODE',
      { contract_account_id: accountId, ...query.block },
      `Contract code for contract ID #${accountId} has never been observed on the node`,
    );
  }
  return {
    code_base64: Buffer.from(code).toString('base64'),
    hash: hashToBase58(sha256(code)),
  };
}

function viewGlobalCode({ params, state, block }: Query) {
  const hash = params.hash('code_hash');
  const code = state.globalCode({ hash });
  return globalCodeView(code, { hash: hashToBase58(hash) }, block);
}

function viewGlobalCodeOfAccount({ params, state, block }: Query) {
  const accountId = params.accountId('account_id');
  return globalCodeView(state.globalCode({ accountId }), { account_id: accountId }, block);
}

function globalCodeView(code: Uint8Array | undefined, identifier: object, block: object) {
  if (code !== undefined) {
    return { code_base64: Buffer.from(code).toString('base64'), hash: hashToBase58(sha256(code)) };
  }
  throw handlerError(
    'NO_GLOBAL_CONTRACT_CODE',
    { identifier, ...block },
    `Global contract code with identifier ${JSON.stringify(identifier)} has never been observed on the node`,
  );
}

// nearcore's limit for unpaged state.
const MAX_VIEWED_STATE_BYTES = 50_000;

function viewState(query: Query) {
  const { accountId, account } = requireAccount(query);
  const { params, state, block } = query;
  const prefix = latin1(params.bytes('prefix_base64'));
  if (params.value('include_proof') === true) throw withoutProofs();
  const limit = params.optionalCount('limit');
  const isPaged = limit !== null || params.has('after_key_base64');
  const isTooLarge = !isPaged && stateBytes(account) > MAX_VIEWED_STATE_BYTES;
  if (account.contract?.kind === 'built-in' || isTooLarge) {
    throw handlerError(
      'TOO_LARGE_CONTRACT_STATE',
      { contract_account_id: accountId, ...block },
      `State of contract ${accountId} is too large to be viewed`,
    );
  }
  const after = params.has('after_key_base64') ? latin1(params.bytes('after_key_base64')) : null;
  const left = state
    .storageKeys(accountId, prefix)
    .filter((key) => after === null || key > after)
    .sort(compareLatin1);
  const page = left.slice(0, limit ?? left.length);
  const values = page.map((key) => ({
    key: Buffer.from(key, 'latin1').toString('base64'),
    value: Buffer.from(state.storageValue(accountId, key) ?? []).toString('base64'),
  }));
  return {
    values,
    ...(page.length < left.length ? { last_key: values.at(-1)?.key } : {}),
  };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function stateBytes({ storageUsage, contract }: Account): number {
  return storageUsage - referenceBytes(contract);
}

function compareLatin1(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function callFunction(query: Query) {
  const { accountId } = requireAccount(query);
  const methodName = query.params.string('method_name');
  const args = query.params.bytes('args_base64');
  const result = viewContract(query.chain.rules, query.state, {
    contractId: accountId,
    methodName,
    args,
    block: query.chain.blockContext(query.block.block_height),
  });
  if (result.ok) return { result: [...result.value], logs: result.logs };
  throw new FailedView(query, {
    name: 'CONTRACT_EXECUTION_ERROR',
    info: { vm_error: withPanicAsJson(result.error) },
    data: `Function call returned an error: ${result.shown}`,
    shown: `wasm execution failed with error: ${result.shown}`,
  });
}

/** nearcore shows the JSON of a panic's text as JSON. */
function withPanicAsJson(
  error: FunctionCallError,
): FunctionCallError | { ExecutionError: unknown } {
  if (!('ExecutionError' in error)) return error;
  const [, text] = /^Smart contract panicked: (.*)$/s.exec(error.ExecutionError) ?? [];
  try {
    return text === undefined ? error : { ExecutionError: JSON.parse(text) };
  } catch {
    return error;
  }
}
