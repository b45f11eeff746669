import type { Chain } from '../chain/chain.ts';
import { NODE_VERSION } from './rpc-blocks.ts';

const seconds = (count: number) => [count, 0];
const milliseconds = (count: number) => [0, count * 1_000_000];

/**
 * `client_config`: the configuration of a node with one validator and no peers. Most of it has no effect here and shows
 * nearcore's defaults.
 */
export function clientConfig(chain: Chain, rpcUrl: string | null) {
  const { config } = chain.rules;
  return {
    version: NODE_VERSION,
    chain_id: chain.genesis.networkId,
    rpc_addr: rpcUrl === null ? null : new URL(rpcUrl).host,
    expected_shutdown: 'no shutdown',
    archive: false,
    save_trie_changes: true,
    save_tx_outcomes: true,
    tracked_shards_config: 'AllShards',
    epoch_length: 43_200,
    num_block_producer_seats: 1,
    min_num_peers: 0,
    produce_empty_blocks: true,
    skip_sync_wait: true,
    max_gas_burnt_view: Number(config.maxTotalPrepaidGas),
    trie_viewer_state_size_limit: 50_000,
    transaction_pool_size_limit: null,
    protocol_version_check: 'Next',
    resharding_config: 'default',
    gc: {
      gc_blocks_limit: 2,
      gc_fork_clean_step: 100,
      gc_num_epochs_to_keep: 5,
      gc_step_period: { secs: 1, nanos: 0 },
    },
    ...TIMES,
    ...SIZES,
  };
}

const TIMES = {
  block_production_tracking_delay: milliseconds(100),
  min_block_production_delay: milliseconds(600),
  max_block_production_delay: seconds(2),
  max_block_wait_delay: seconds(6),
  chunk_wait_mult: [1, 3],
  catchup_step_period: milliseconds(100),
  chunk_request_retry_period: milliseconds(400),
  doomslug_step_period: milliseconds(100),
  header_sync_initial_timeout: seconds(10),
  header_sync_progress_timeout: seconds(2),
  header_sync_stall_ban_timeout: seconds(120),
  log_summary_period: seconds(10),
  state_request_throttle_period: seconds(30),
  state_sync_external_backoff: seconds(60),
  state_sync_external_timeout: seconds(60),
  state_sync_p2p_timeout: seconds(10),
  state_sync_retry_backoff: seconds(1),
  sync_check_period: seconds(10),
  sync_step_period: milliseconds(10),
  ttl_account_id_router: seconds(3_600),
  produce_chunk_add_transactions_time_limit: '{"secs":0,"nanos":200000000}',
};

const SIZES = {
  block_fetch_horizon: 50,
  block_header_fetch_horizon: 50,
  chunk_distribution_network: null,
  chunk_validation_threads: 1,
  client_background_migration_threads: 1,
  enable_multiline_logging: false,
  enable_statistics_export: false,
  epoch_sync: {
    disable_epoch_sync_for_bootstrapping: false,
    epoch_sync_horizon: 172_800,
    ignore_epoch_sync_network_requests: false,
    timeout_for_epoch_sync: { secs: 60, nanos: 0 },
  },
  header_sync_expected_height_per_second: 10,
  log_summary_style: 'plain',
  orphan_state_witness_max_size: 40_000_000,
  orphan_state_witness_pool_size: 25,
  save_invalid_witnesses: false,
  save_latest_witnesses: false,
  state_request_server_threads: 1,
  state_requests_per_throttle_period: 30,
  state_sync: {
    concurrency: { apply: 1, apply_during_catchup: 1, peer_downloads: 1, per_shard: 1 },
    dump: null,
    parts_compression_lvl: 1,
    sync: 'Peers',
  },
  state_sync_enabled: false,
  sync_height_threshold: 1,
  sync_max_block_requests: 10,
  transaction_request_handler_threads: 1,
  tx_routing_height_horizon: 4,
  view_client_threads: 1,
};
