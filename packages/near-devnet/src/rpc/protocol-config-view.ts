import type { Chain } from '../chain/chain.ts';
import { HOST_COSTS } from '../rules/host-costs.ts';
import type { Fee } from '../rules/protocol-config.ts';
import { RpcParams, requireBlock } from './rpc-params.ts';

const feeView = ({ sendSir, sendNotSir, execution }: Fee) => ({
  send_sir: Number(sendSir),
  send_not_sir: Number(sendNotSir),
  execution: Number(execution),
});

/** `EXPERIMENTAL_protocol_config`: the prices and limits that this chain applies, in nearcore's format. */
export function protocolConfig(chain: Chain, rawParams: unknown) {
  requireBlock(chain, new RpcParams(rawParams));
  return { ...chainConfig(chain), runtime_config: runtimeConfigView(chain) };
}

/** `genesis_config`, with the one validator. */
export function genesisConfigView(
  chain: Chain,
  { account_id, public_key, stake }: { account_id: string; public_key: string; stake: string },
) {
  return {
    ...chainConfig(chain),
    validators: [{ account_id, public_key, amount: stake }],
    total_supply: chain.genesisSupplyYocto.toString(),
    use_production_config: false,
  };
}

/** The fields of the chain itself, common to both. */
function chainConfig(chain: Chain) {
  const { config } = chain.rules;
  const start = new Date(chain.timestamps.at(chain.genesis.height)).toISOString();
  return {
    protocol_version: config.protocolVersion,
    genesis_time: start,
    chain_id: chain.genesis.networkId,
    genesis_height: chain.genesis.height,
    num_block_producer_seats: 1,
    num_block_producer_seats_per_shard: [1],
    avg_hidden_validator_seats_per_shard: [0],
    dynamic_resharding: false,
    protocol_upgrade_stake_threshold: [4, 5],
    epoch_length: 43_200,
    gas_limit: Number(config.chunkGasLimit),
    min_gas_price: config.gasPriceYocto.toString(),
    max_gas_price: (config.gasPriceYocto * 20n).toString(),
    block_producer_kickout_threshold: 80,
    chunk_producer_kickout_threshold: 80,
    chunk_validator_only_kickout_threshold: 70,
    target_validator_mandates_per_shard: 1,
    online_min_threshold: [9, 10],
    online_max_threshold: [99, 100],
    gas_price_adjustment_rate: [0, 1],
    max_inflation_rate: [0, 1],
    protocol_reward_rate: [1, 10],
    minimum_stake_divisor: 10,
    minimum_stake_ratio: [1, 6250],
    minimum_validators_per_shard: 1,
    max_kickout_stake_perc: 30,
    num_blocks_per_year: 31_536_000,
    num_chunk_only_producer_seats: 0,
    num_chunk_producer_seats: 1,
    num_chunk_validator_seats: 1,
    num_shards_per_chunk_producer: 1,
    shuffle_shard_assignment_for_chunk_producers: false,
    chunk_producer_assignment_changes_limit: 5,
    protocol_treasury_account: 'devnet',
    transaction_validity_period: config.transactionValidityBlocks,
    fishermen_threshold: '340282366920938463463374607431768211455',
    shard_layout: {
      V1: { boundary_accounts: [], shards_split_map: null, to_parent_shard_map: null, version: 1 },
    },
  };
}

function runtimeConfigView(chain: Chain) {
  const { config } = chain.rules;
  return {
    storage_amount_per_byte: config.storagePricePerByteYocto.toString(),
    min_gas_purchase_price: config.minGasPurchasePriceYocto.toString(),
    account_creation_charge: config.accountCreationChargeYocto.toString(),
    transaction_costs: transactionCosts(chain),
    wasm_config: wasmConfig(chain),
    congestion_control_config: CONGESTION_CONTROL,
    witness_config: {
      main_storage_proof_size_soft_limit: 4_000_000,
      combined_transactions_size_limit: 4_194_304,
      new_transactions_validation_state_size_soft_limit: 572_864,
    },
    account_creation_config: {
      min_allowed_top_level_account_length: config.minTopLevelAccountLength,
      registrar_account_id: config.registrarAccountId,
    },
  };
}

function transactionCosts(chain: Chain) {
  const { config } = chain.rules;
  const { fees } = config;
  return {
    action_receipt_creation_config: feeView(fees.actionReceipt),
    data_receipt_creation_config: {
      base_cost: feeView(fees.dataReceiptBase),
      cost_per_byte: feeView(fees.dataReceiptPerByte),
    },
    action_creation_config: {
      create_account_cost: feeView(fees.createAccount),
      deploy_contract_cost: feeView(fees.deployContract),
      deploy_contract_cost_per_byte: feeView(fees.deployContractPerByte),
      function_call_cost: feeView(fees.functionCall),
      function_call_cost_per_byte: feeView(fees.functionCallPerByte),
      transfer_cost: feeView(fees.transfer),
      stake_cost: feeView(fees.stake),
      add_key_cost: {
        full_access_cost: feeView(fees.addFullAccessKey),
        function_call_cost: feeView(fees.addFunctionCallKey),
        function_call_cost_per_byte: feeView(fees.addFunctionCallKeyPerByte),
      },
      delete_key_cost: feeView(fees.deleteKey),
      delete_account_cost: feeView(fees.deleteAccount),
      delegate_cost: feeView(fees.delegate),
    },
    storage_usage_config: {
      num_bytes_account: config.accountStorageBytes,
      num_extra_bytes_record: config.recordStorageBytes,
    },
    burnt_gas_reward: [Number(config.contractRewardPercent), 100],
    pessimistic_gas_price_inflation_ratio: [1, 1],
  };
}

// The devnet has one shard and no congestion; these are the published values.
const CONGESTION_CONTROL = {
  max_congestion_incoming_gas: 400_000_000_000_000_000,
  max_congestion_outgoing_gas: 10_000_000_000_000_000,
  max_congestion_memory_consumption: 1_000_000_000,
  max_congestion_missed_chunks: 125,
  max_outgoing_gas: 300_000_000_000_000_000,
  min_outgoing_gas: 1_000_000_000_000_000,
  allowed_shard_outgoing_gas: 1_000_000_000_000_000,
  max_tx_gas: 500_000_000_000_000,
  min_tx_gas: 20_000_000_000_000,
  reject_tx_congestion_threshold: 0.8,
  outgoing_receipts_usual_size_limit: 102_400,
  outgoing_receipts_big_size_limit: 4_718_592,
};

function wasmConfig(chain: Chain) {
  return {
    ext_costs: HOST_COSTS,
    grow_mem_cost: 1,
    regular_op_cost: chain.rules.config.vm.instructionGas,
    linear_op_base_cost: chain.rules.config.vm.instructionGas * 32,
    linear_op_unit_cost: chain.rules.config.vm.instructionGas,
    vm_kind: 'Wasmtime',
    discard_custom_sections: true,
    saturating_float_to_int: true,
    global_contract_host_fns: true,
    reftypes_bulk_memory: true,
    storage_get_mode: 'FlatStorage',
    fix_contract_loading_cost: false,
    implicit_account_creation: true,
    eth_implicit_accounts: true,
    limit_config: limitConfig(chain),
  };
}

function limitConfig(chain: Chain) {
  const { config } = chain.rules;
  const { vm } = config;
  return {
    max_total_prepaid_gas: Number(config.maxTotalPrepaidGas),
    max_actions_per_receipt: config.maxActions,
    max_number_bytes_method_names: config.maxMethodNamesBytes,
    max_length_method_name: config.maxMethodNameLength,
    max_arguments_length: config.maxArgumentsLength,
    max_contract_size: config.maxContractSize,
    max_transaction_size: config.maxTransactionBytes,
    max_gas_burnt: Number(config.maxTotalPrepaidGas),
    max_stack_height: vm.maxStackHeight,
    initial_memory_pages: 1_024,
    max_memory_pages: vm.maxMemoryPages,
    registers_memory_limit: vm.registersMemory,
    max_register_size: vm.maxRegisterSize,
    max_number_registers: vm.maxRegisters,
    max_number_logs: vm.maxLogs,
    max_total_log_length: vm.maxLogLength,
    max_length_returned_data: vm.maxReturnedLength,
    max_receipt_size: 4_194_304,
    max_length_storage_key: vm.maxStorageKeyLength,
    max_length_storage_value: vm.maxStorageValueLength,
    max_promises_per_function_call_action: vm.maxPromisesPerCall,
    max_number_input_data_dependencies: vm.maxInputDataDependencies,
    max_types_per_contract: vm.maxTypes,
    max_functions_number_per_contract: vm.maxFunctions,
    max_function_body_size: vm.maxFunctionBodyBytes,
    max_locals_per_contract: vm.maxLocals,
    max_params_per_function: vm.maxParametersPerFunction,
    max_params_per_contract: vm.maxParametersPerContract,
    max_blocks_per_function: vm.maxBlocksPerFunction,
    max_blocks_per_contract: vm.maxBlocksPerContract,
    max_operand_stack_bytes_per_function: vm.maxOperandBytes,
    max_tables_per_contract: vm.maxTables,
    max_elements_per_contract_table: vm.maxTableElements,
    account_id_validity_rules_version: 2,
    yield_timeout_length_in_blocks: vm.yieldTimeoutBlocks,
    max_yield_payload_size: vm.maxYieldPayload,
    per_receipt_storage_proof_size_limit: 4_000_000,
  };
}
