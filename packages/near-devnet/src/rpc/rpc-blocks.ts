import { hashToBase58, sha256 } from '../bytes/hash.ts';
import { type Chain, EPOCH_BLOCKS } from '../chain/chain.ts';
import { DEVELOPMENT_ACCOUNTS, developmentKey } from '../rules/genesis.ts';
import { handlerError, parseError } from './rpc-error.ts';
import { isObject, onlyItem, RpcParams, requireBlock, requireBlockId } from './rpc-params.ts';
import { receiptView, transactionView, ZERO_SIGNATURE } from './views.ts';

/** The single validator and author of every block. */
export const VALIDATOR = DEVELOPMENT_ACCOUNTS[0];
/** The root of an empty list, and of every tree the devnet does not build. */
const ZERO_HASH = '11111111111111111111111111111111';

const hashAt = (chain: Chain, height: number) => hashToBase58(chain.blocks.hashAt(height));

/** A placeholder for a hash that the devnet does not compute, like a state root. */
function standIn(chain: Chain, height: number, what: string): string {
  return hashToBase58(sha256(Buffer.from(chain.blocks.hashAt(height), 'hex'), what));
}

/** The id of the epoch that the newest block belongs to. */
export function epochId(chain: Chain): string {
  return standIn(chain, epochStart(chain, chain.head), 'epoch');
}

/** The first block of the epoch that a block belongs to. */
export function epochStart(chain: Chain, height: number): number {
  const { height: genesisHeight } = chain.genesis;
  const epochs = Math.floor((height - genesisHeight) / EPOCH_BLOCKS);
  return genesisHeight + epochs * EPOCH_BLOCKS;
}

/** The `block` method. */
export function block(chain: Chain, rawParams: unknown) {
  const height = requireBlock(chain, blockParams(rawParams));
  return {
    author: VALIDATOR,
    header: headerView(chain, height),
    chunks: [chunkHeaderView(chain, height)],
  };
}

function blockParams(rawParams: unknown): RpcParams {
  if (Array.isArray(rawParams)) return new RpcParams({ block_id: onlyItem(rawParams) });
  // nearcore accepts the reference alone, without other keys.
  if (isObject(rawParams) && Object.keys(rawParams).length > 1) {
    throw parseError('Failed parsing args: expected map with a single key');
  }
  return new RpcParams(rawParams);
}

function headerView(chain: Chain, height: number) {
  const previous = chain.blocks.previous(height);
  const isGenesis = height === chain.genesis.height;
  const timestampMs = chain.timestamps.at(height);
  const timestampNanosec = (BigInt(Math.round(timestampMs)) * 1_000_000n).toString();
  return {
    height,
    prev_height: isGenesis ? null : previous,
    epoch_id: standIn(chain, epochStart(chain, height), 'epoch'),
    next_epoch_id: standIn(chain, epochStart(chain, height), 'next epoch'),
    hash: hashAt(chain, height),
    prev_hash: isGenesis ? ZERO_HASH : hashAt(chain, previous),
    prev_state_root: standIn(chain, previous, 'state'),
    block_body_hash: standIn(chain, height, 'body'),
    chunk_receipts_root: standIn(chain, height, 'receipts'),
    chunk_headers_root: standIn(chain, height, 'chunks'),
    chunk_tx_root: standIn(chain, height, 'transactions'),
    outcome_root: standIn(chain, height, 'outcomes'),
    chunks_included: isGenesis ? 0 : 1,
    challenges_root: ZERO_HASH,
    timestamp: Number(timestampNanosec),
    timestamp_nanosec: timestampNanosec,
    random_value: standIn(chain, height, 'random'),
    validator_proposals: [],
    chunk_mask: [true],
    gas_price: chain.rules.config.gasPriceYocto.toString(),
    block_ordinal: height - chain.genesis.height + 1,
    rent_paid: '0',
    validator_reward: '0',
    total_supply: (chain.genesisSupplyYocto + chain.patchedYocto - chain.burntYocto).toString(),
    challenges_result: [],
    last_final_block: isGenesis ? ZERO_HASH : hashAt(chain, chain.blocks.previous(previous)),
    last_ds_final_block: isGenesis ? ZERO_HASH : hashAt(chain, previous),
    next_bp_hash: standIn(chain, chain.genesis.height, 'block producers'),
    block_merkle_root: standIn(chain, height, 'merkle'),
    epoch_sync_data_hash: null,
    approvals: [ZERO_SIGNATURE],
    signature: ZERO_SIGNATURE,
    latest_protocol_version: chain.rules.config.protocolVersion,
    chunk_endorsements: null,
  };
}

function chunkHeaderView(chain: Chain, height: number) {
  const content = chain.blocks.content(height);
  const previous = chain.blocks.previous(height);
  return {
    chunk_hash: standIn(chain, height, 'chunk'),
    prev_block_hash: height === chain.genesis.height ? ZERO_HASH : hashAt(chain, previous),
    outcome_root: standIn(chain, height, 'outcomes'),
    prev_state_root: standIn(chain, previous, 'state'),
    encoded_merkle_root: standIn(chain, height, 'encoded'),
    encoded_length: 8,
    height_created: height,
    height_included: height,
    shard_id: 0,
    gas_used: Number(content?.gasUsed ?? 0n),
    gas_limit: Number(chain.rules.config.chunkGasLimit),
    rent_paid: '0',
    validator_reward: '0',
    balance_burnt: (content?.burntYocto ?? 0n).toString(),
    outgoing_receipts_root: standIn(chain, height, 'outgoing'),
    tx_root: standIn(chain, height, 'transactions'),
    validator_proposals: [],
    congestion_info: {
      delayed_receipts_gas: '0',
      buffered_receipts_gas: '0',
      receipt_bytes: 0,
      allowed_shard: 0,
    },
    bandwidth_requests: null,
    signature: ZERO_SIGNATURE,
  };
}

/** The `chunk` method, by chunk hash or by block and shard. */
export function chunk(chain: Chain, rawParams: unknown) {
  const height = requireChunkBlock(chain, rawParams);
  const content = chain.blocks.content(height);
  const transactions = (content?.transactions ?? []).flatMap((hash) => {
    const record = chain.record(hash);
    return record === undefined ? [] : [transactionView(record.transaction)];
  });
  return {
    author: VALIDATOR,
    header: chunkHeaderView(chain, height),
    transactions,
    receipts: (content?.receipts ?? []).flatMap((place) => {
      const receipt = chain.receipt(place);
      return receipt === undefined ? [] : [receiptView(receipt)];
    }),
  };
}

/** The block of the chunk named by `chunk_id`, or by `block_id` and `shard_id`; throws if it is unknown. */
export function requireChunkBlock(chain: Chain, rawParams: unknown): number {
  const params = Array.isArray(rawParams) ? chunkParams(rawParams) : new RpcParams(rawParams);
  if (params.has('chunk_id')) {
    return requireChunk(chain, hashToBase58(params.hash('chunk_id')));
  }
  const shardId = params.wholeNumber('shard_id');
  const height = requireBlockId(chain, params.value('block_id'));
  if (shardId !== 0) {
    throw handlerError(
      'INVALID_SHARD_ID',
      { shard_id: shardId },
      `Shard id ${shardId} does not exist`,
    );
  }
  return height;
}

/** `[chunk]`, `[block, shard]` or, as clients send it, `[[block, shard]]`. */
function chunkParams(rawParams: readonly unknown[]): RpcParams {
  const [first] = rawParams;
  const [id, shardId] = Array.isArray(first) ? first : rawParams;
  const isPair = Array.isArray(first) || rawParams.length > 1;
  return new RpcParams(isPair ? { block_id: id, shard_id: shardId } : { chunk_id: id });
}

/** A chunk hash does not contain its height, so the last blocks are searched. */
function requireChunk(chain: Chain, chunkHash: string): number {
  const oldest = chain.earliestStateHeight;
  for (let height = chain.head; height >= oldest; height = chain.blocks.previous(height)) {
    if (standIn(chain, height, 'chunk') === chunkHash) return height;
    if (height === chain.genesis.height) break;
  }
  throw handlerError(
    'UNKNOWN_CHUNK',
    { chunk_hash: chunkHash },
    `Chunk Missing (unavailable on the node): ChunkHash(\`${chunkHash}\`) \n Cause: Unknown`,
  );
}

/** The version that `status` reports. */
export const NODE_VERSION = {
  version: 'devnet',
  build: 'choonsim',
  commit: 'devnet',
  rustc_version: 'none',
};

/** The `status` method, also `GET /status`. */
export function status(
  chain: Chain,
  { startedMs, nowMs, rpcUrl }: { startedMs: number; nowMs: number; rpcUrl: string | null },
) {
  const { head } = chain;
  const earliestHeight = chain.blocks.earliest;
  const time = (height: number) => new Date(chain.timestamps.at(height)).toISOString();
  const { protocolVersion } = chain.rules.config;
  const start = epochStart(chain, head);
  return {
    version: NODE_VERSION,
    chain_id: chain.genesis.networkId,
    genesis_hash: hashToBase58(chain.genesisHash),
    protocol_version: protocolVersion,
    latest_protocol_version: protocolVersion,
    rpc_addr: rpcUrl === null ? null : new URL(rpcUrl).host,
    validators: [{ account_id: VALIDATOR }],
    sync_info: {
      latest_block_hash: hashAt(chain, head),
      latest_block_height: head,
      latest_state_root: standIn(chain, head, 'state'),
      latest_block_time: time(head),
      syncing: false,
      earliest_block_hash: hashAt(chain, earliestHeight),
      earliest_block_height: earliestHeight,
      earliest_block_time: time(earliestHeight),
      epoch_id: standIn(chain, start, 'epoch'),
      epoch_start_height: start,
    },
    validator_account_id: VALIDATOR,
    validator_public_key: developmentKey(VALIDATOR).publicKey,
    node_public_key: developmentKey(VALIDATOR).publicKey,
    node_key: null,
    uptime_sec: Math.max(0, Math.floor((nowMs - startedMs) / 1000)),
    detailed_debug_status: null,
  };
}

/** The `gas_price` method: `[null]`, `[block]` or `{block_id}`. */
export function gasPrice(chain: Chain, rawParams: unknown) {
  const blockId = Array.isArray(rawParams)
    ? onlyItem(rawParams)
    : isObject(rawParams)
      ? rawParams.block_id
      : undefined;
  if (blockId !== null && blockId !== undefined) requireBlockId(chain, blockId);
  return { gas_price: chain.rules.config.gasPriceYocto.toString() };
}
