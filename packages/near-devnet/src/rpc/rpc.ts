import type { BlockProducer } from '../chain/block-producer.ts';
import type { Chain } from '../chain/chain.ts';
import { clientConfig } from './client-config.ts';
import { protocolConfig } from './protocol-config-view.ts';
import { block, chunk, gasPrice, status } from './rpc-blocks.ts';
import { changes, changesInBlock } from './rpc-changes.ts';
import { internalError, methodNotFound, parseError, RpcError } from './rpc-error.ts';
import {
  congestionLevel,
  genesisConfig,
  lightClientBlockProof,
  lightClientProof,
  maintenanceWindows,
  networkInfo,
  nextLightClientBlock,
  splitStorageInfo,
  validators,
  validatorsOrdered,
} from './rpc-network.ts';
import { isObject, RpcParams } from './rpc-params.ts';
import { QUERY_METHODS, query, view } from './rpc-query.ts';
import { fastForward, patchState } from './rpc-sandbox.ts';
import type { TransactionRpc } from './rpc-transactions.ts';

export interface RpcAnswer {
  readonly httpStatus: number;
  /** JSON, or text when `isText`. */
  readonly body: unknown;
  readonly isText?: boolean;
}

/** Handles one method; throws RpcError for every error of a node. */
export type RpcMethod = (params: unknown) => unknown;

export interface RpcNode {
  readonly chain: Chain;
  readonly transactions: TransactionRpc;
  readonly producer: BlockProducer;
  readonly startedMs: number;
  /** Keys that one `view_access_key_list` shows at most. */
  readonly accessKeysLimit: number;
  readonly now: () => number;
  readonly rpcUrl: () => string | null;
}

/** The methods of a node by name. */
export function createRpcMethods(node: RpcNode): ReadonlyMap<string, RpcMethod> {
  const { chain, transactions, producer } = node;
  const statusNow = () =>
    status(chain, { startedMs: node.startedMs, nowMs: node.now(), rpcUrl: node.rpcUrl() });
  return new Map<string, RpcMethod>([
    ['block', (params) => block(chain, params)],
    ['broadcast_tx_async', (params) => transactions.broadcastAsync(params)],
    ['broadcast_tx_commit', (params) => transactions.broadcastCommit(params)],
    ['block_effects', (params) => changesInBlock(chain, params)],
    ['chunk', (params) => chunk(chain, params)],
    ['gas_price', (params) => gasPrice(chain, params)],
    ['health', () => null],
    ['network_info', () => networkInfo()],
    ['query', (params) => query(chain, params, node)],
    ['sandbox_fast_forward', (params) => fastForward(producer, params)],
    ['sandbox_patch_state', (params) => patchState(producer, params)],
    ['send_tx', (params) => transactions.send(params)],
    ['status', statusNow],
    ['tx', (params) => transactions.status(params, false)],
    ['tx_status', (params) => transactions.status(params, false)],
    ['validators', (params) => validators(chain, params)],
    ['changes', (params) => changes(chain, params)],
    ['EXPERIMENTAL_changes', (params) => changes(chain, params)],
    ['EXPERIMENTAL_changes_in_block', (params) => changesInBlock(chain, params)],
    ['EXPERIMENTAL_congestion_level', (params) => congestionLevel(chain, params)],
    ['EXPERIMENTAL_genesis_config', () => genesisConfig(chain)],
    ['EXPERIMENTAL_light_client_block_proof', (params) => lightClientBlockProof(chain, params)],
    ['EXPERIMENTAL_light_client_proof', (params) => lightClientProof(chain, params)],
    ['EXPERIMENTAL_maintenance_windows', (params) => maintenanceWindows(chain, params)],
    ['EXPERIMENTAL_split_storage_info', () => splitStorageInfo(chain)],
    ['EXPERIMENTAL_validators_ordered', (params) => validatorsOrdered(chain, params)],
    ['client_config', () => clientConfig(chain, node.rpcUrl())],
    ['genesis_config', () => genesisConfig(chain)],
    ['light_client_proof', (params) => lightClientProof(chain, params)],
    ['maintenance_windows', (params) => maintenanceWindows(chain, params)],
    ['next_light_client_block', (params) => nextLightClientBlock(chain, params)],
    ['EXPERIMENTAL_protocol_config', (params) => protocolConfig(chain, params)],
    ['EXPERIMENTAL_receipt', (params) => transactions.receipt(params)],
    ['EXPERIMENTAL_receipt_to_tx', (params) => transactions.transactionOfReceipt(params)],
    ...QUERY_METHODS.map((type): [string, RpcMethod] => [
      `EXPERIMENTAL_${type}`,
      (params) =>
        view(chain, new RpcParams({ ...new RpcParams(params).all, request_type: type }), node),
    ]),
    ['EXPERIMENTAL_tx_status', (params) => transactions.status(params, true)],
  ]);
}

/** Answers one JSON-RPC request; a batch is a parse error, as on a real node. Never throws. */
export async function answer(
  { methods, chain }: { methods: ReadonlyMap<string, RpcMethod>; chain: Pick<Chain, 'head'> },
  request: unknown,
): Promise<RpcAnswer> {
  if (!isRequest(request)) {
    return envelope(null, parseError('JSON RPC Request format was expected'));
  }
  const { id, method, params } = request;
  const run = methods.get(method);
  if (run === undefined) return envelope(id, methodNotFound(method));
  try {
    const result = await run(params);
    return { httpStatus: 200, body: { jsonrpc: '2.0', result, id } };
  } catch (error) {
    if (error instanceof RpcError) return withBlockStatus(envelope(id, error), params, chain.head);
    return envelope(id, internalError(error instanceof Error ? error.message : String(error)));
  }
}

/**
 * nearcore (from 2.4 on) tells a height that the chain has skipped, or this node has pruned, from one that is
 * not reached yet by the HTTP status alone.
 */
function withBlockStatus(answer: RpcAnswer, params: unknown, head: number): RpcAnswer {
  const { error } = Object(answer.body);
  if (Object(error?.cause).name !== 'UNKNOWN_BLOCK' || !isObject(params)) return answer;
  const { block_id: height } = params;
  const isPast = typeof height === 'number' && height < head;
  return isPast ? { ...answer, httpStatus: 422 } : answer;
}

function envelope(id: unknown, { httpStatus, body }: RpcError): RpcAnswer {
  return { httpStatus, body: { jsonrpc: '2.0', error: body, id } };
}

interface JsonRpcRequest {
  readonly id: unknown;
  readonly method: string;
  readonly params?: unknown;
}

const REQUEST_FIELDS = new Set(['jsonrpc', 'id', 'method', 'params']);

/** nearcore accepts an id of any type, but no request without one, and no other fields. */
function isRequest(value: unknown): value is JsonRpcRequest {
  return (
    isObject(value) &&
    value.jsonrpc === '2.0' &&
    typeof value.method === 'string' &&
    value.id !== undefined &&
    Object.keys(value).every((name) => REQUEST_FIELDS.has(name))
  );
}
