import type { RpcTransport } from '../../adapters/near-rpc/rpc-transport.ts';

/** A part of a JSON-RPC reply, or what is sent instead of one. */
export type FakeReply = object | { httpStatus: number; body: string } | 'no connection';

/** A node with answers set by the test; otherwise it answers as a healthy node. */
export interface FakeNode {
  chainId?: string;
  genesisHash?: string;
  /** Height of its final block; its head is two blocks ahead. */
  height?: number;
  timestampMs?: number;
  earliestHeight?: number | null;
  isSyncing?: boolean;
  /** Null: the default answer. */
  reply?: (call: {
    method: string;
    params: Record<string, unknown>;
    id: string;
  }) => FakeReply | null;
}

export const fakeGenesis = 'G'.repeat(43);
export const fakeHash = (letter: string): string => letter.repeat(43);
const account = { amount: '1', locked: '0', storage_usage: 182 };

/** Nodes by their address. `asked` holds `address method` of every call but `status`. */
export function fakeNodes(nodes: Record<string, FakeNode>): {
  transport: RpcTransport;
  asked: string[];
  proofs: string[];
} {
  const asked: string[] = [];
  const proofs: string[] = [];
  const transport: RpcTransport = async ({ url, body }) => {
    const { method, params, id } = body as {
      method: string;
      params: Record<string, unknown>;
      id: string;
    };
    if (method === 'status') proofs.push(url);
    else asked.push(`${url} ${method}`);
    const node = nodes[url];
    if (!node) throw new Error('connect ECONNREFUSED');
    const reply = node.reply?.({ method, params, id }) ?? usualReply(node, method);
    if (reply === 'no connection') throw new Error('connect ECONNREFUSED');
    if ('httpStatus' in reply) return reply as { httpStatus: number; body: string };
    return { httpStatus: 200, body: JSON.stringify({ jsonrpc: '2.0', id, ...reply }) };
  };
  return { transport, asked, proofs };
}

export const fakeError = (
  name: string,
  more: { info?: object; data?: unknown } = {},
): FakeReply => ({
  error: {
    name: 'HANDLER_ERROR',
    code: -32000,
    cause: { name, info: more.info ?? {} },
    data: more.data,
  },
});

function usualReply(
  {
    chainId = 'devnet',
    genesisHash = fakeGenesis,
    height = 100,
    timestampMs = 0,
    earliestHeight = 0,
    isSyncing = false,
  }: FakeNode,
  method: string,
): FakeReply {
  switch (method) {
    case 'status':
      return {
        result: {
          chain_id: chainId,
          genesis_hash: genesisHash,
          sync_info: {
            latest_block_height: height + 2,
            latest_block_time: new Date(timestampMs + 1_200).toISOString(),
            syncing: isSyncing,
            ...(earliestHeight !== null && { earliest_block_height: earliestHeight }),
          },
        },
      };
    case 'block':
      return {
        result: { header: { height, hash: fakeHash('B'), timestamp: timestampMs * 1e6 } },
      };
    case 'query':
      return { result: { ...account, block_height: height, block_hash: fakeHash('B') } };
    default:
      return fakeError('UNKNOWN_TRANSACTION');
  }
}
