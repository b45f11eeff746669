import { hashToBase58 } from '../bytes/hash.ts';
import { type Chain, EPOCH_BLOCKS } from '../chain/chain.ts';
import { developmentKey } from '../rules/genesis.ts';
import { genesisConfigView } from './protocol-config-view.ts';
import { epochId, epochStart, requireChunkBlock, VALIDATOR } from './rpc-blocks.ts';
import { handlerError, internalError, parseError, RpcError } from './rpc-error.ts';
import { isObject, onlyItem, RpcParams, requireBlockId } from './rpc-params.ts';

/** The validator with its key and stake. */
export function validatorStake() {
  const { publicKey } = developmentKey(VALIDATOR);
  return { account_id: VALIDATOR, public_key: publicKey, stake: '50000000000000000000000000' };
}

/** The `validators` method: always the same one. */
export function validators(chain: Chain, rawParams: unknown) {
  requireEpoch(chain, rawParams);
  const start = epochStart(chain, chain.head);
  const blocks = chain.head - start;
  const validator = { ...validatorStake(), shards: [0] };
  return {
    current_validators: [
      {
        ...validator,
        is_slashed: false,
        num_produced_blocks: blocks,
        num_expected_blocks: blocks,
        num_produced_chunks: blocks,
        num_expected_chunks: blocks,
        num_produced_chunks_per_shard: [blocks],
        num_expected_chunks_per_shard: [blocks],
        num_produced_endorsements: 0,
        num_expected_endorsements: 0,
        num_produced_endorsements_per_shard: [0],
        num_expected_endorsements_per_shard: [0],
        shards_endorsed: [0],
      },
    ],
    next_validators: [validator],
    current_fishermen: [],
    next_fishermen: [],
    current_proposals: [],
    prev_epoch_kickout: [],
    epoch_start_height: start,
    epoch_height: Math.floor((chain.head - chain.genesis.height) / EPOCH_BLOCKS) + 1,
  };
}

function requireEpoch(chain: Chain, rawParams: unknown): void {
  if (Array.isArray(rawParams)) {
    const blockId = onlyItem(rawParams);
    if (blockId !== null) requireEpochOf(chain, blockId);
    return;
  }
  if (rawParams === 'latest') return;
  if (!isObject(rawParams)) {
    throw parseError('Failed parsing args: expected latest, epoch_id or block_id');
  }
  if (rawParams.latest !== undefined) return;
  if (rawParams.epoch_id === undefined) {
    requireEpochOf(chain, rawParams.block_id);
  } else if (rawParams.epoch_id !== epochId(chain)) {
    throw unknownEpoch();
  }
}

/** nearcore has the validators of a finished epoch only, by its last block; a block it does not know has no epoch. */
function requireEpochOf(chain: Chain, blockId: unknown): void {
  const height = requireEpochBlock(chain, blockId);
  const next = height + 1;
  if (!chain.blocks.has(next)) throw unknownEpoch();
  if (epochStart(chain, next) === next) return;
  throw handlerError('VALIDATOR_INFO_UNAVAILABLE', undefined, 'Validator info unavailable');
}

function requireEpochBlock(chain: Chain, blockId: unknown): number {
  try {
    return requireBlockId(chain, blockId);
  } catch (error) {
    if (!(error instanceof RpcError) || error.httpStatus !== 200) throw error;
    throw unknownEpoch();
  }
}

function unknownEpoch(): RpcError {
  return handlerError('UNKNOWN_EPOCH', undefined, 'Epoch not found');
}

/** The `network_info` method: a node without peers. */
export function networkInfo() {
  return {
    active_peers: [],
    num_active_peers: 0,
    peer_max_count: 0,
    sent_bytes_per_sec: 0,
    received_bytes_per_sec: 0,
    known_producers: [
      {
        account_id: VALIDATOR,
        addr: null,
        peer_id: developmentKey(VALIDATOR).publicKey,
        next_hops: null,
      },
    ],
  };
}

/** `EXPERIMENTAL_congestion_level`: always 0 on a chain of one shard. */
export function congestionLevel(chain: Chain, rawParams: unknown) {
  requireChunkBlock(chain, rawParams);
  return { congestion_level: 0 };
}

/** `genesis_config` */
export function genesisConfig(chain: Chain) {
  return genesisConfigView(chain, validatorStake());
}

/** `maintenance_windows`: the blocks of this epoch in which an account produces nothing. */
export function maintenanceWindows(chain: Chain, rawParams: unknown) {
  const accountId = new RpcParams(rawParams).accountId('account_id');
  if (accountId === VALIDATOR) return [];
  return [{ start: chain.head, end: epochStart(chain, chain.head) + EPOCH_BLOCKS }];
}

/** `EXPERIMENTAL_split_storage_info`: all storage is of one kind. */
export function splitStorageInfo(chain: Chain) {
  return {
    head_height: chain.head,
    final_head_height: chain.finalHeight,
    cold_head_height: null,
    hot_db_kind: 'RPC',
  };
}

/** `EXPERIMENTAL_validators_ordered`: the one validator, for any block. */
export function validatorsOrdered(chain: Chain, rawParams: unknown) {
  const blockId = Array.isArray(rawParams)
    ? onlyItem(rawParams)
    : new RpcParams(rawParams).value('block_id');
  if (blockId !== null && blockId !== undefined) requireEpochBlock(chain, blockId);
  return [{ validator_stake_struct_version: 'V1', ...validatorStake() }];
}

/** `next_light_client_block`: an empty answer, as from a node whose epoch has no newer block to prove. */
export function nextLightClientBlock(chain: Chain, rawParams: unknown) {
  const hash = Array.isArray(rawParams)
    ? new RpcParams({ last_block_hash: onlyItem(rawParams) }).hash('last_block_hash')
    : new RpcParams(rawParams).hash('last_block_hash');
  requireBlockId(chain, hashToBase58(hash));
  return {};
}

/** `light_client_proof`: always an error, since the devnet builds no Merkle trees. */
export function lightClientProof(chain: Chain, rawParams: unknown): RpcError {
  const params = new RpcParams(rawParams);
  params.hash('light_client_head');
  const isReceipt = params.string('type') === 'receipt';
  const id = params.hash(isReceipt ? 'receipt_id' : 'transaction_hash');
  params.accountId(isReceipt ? 'receiver_id' : 'sender_id');
  const isKnown = isReceipt
    ? chain.records.receipt(id) !== undefined
    : chain.record(id) !== undefined;
  if (isKnown) throw withoutProofs();
  const text = hashToBase58(id);
  throw handlerError(
    'UNKNOWN_TRANSACTION_OR_RECEIPT',
    { transaction_or_receipt_id: text },
    `${text} has not been confirmed`,
  );
}

/** `EXPERIMENTAL_light_client_block_proof`: always an error, for the same reason. */
export function lightClientBlockProof(chain: Chain, rawParams: unknown): RpcError {
  const params = new RpcParams(rawParams);
  params.hash('light_client_head');
  requireBlockId(chain, params.string('block_hash'));
  throw withoutProofs();
}

/** The error for every request of a proof. */
export function withoutProofs(): RpcError {
  return internalError('The devnet builds no Merkle trees, so it has no proofs for light clients');
}
