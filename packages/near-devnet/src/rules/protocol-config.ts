import type { InstrumentLimits } from '../wasm/module-content.ts';

/** A fee in gas: for sending to oneself, for sending to another account, for executing. */
export interface Fee {
  readonly sendSir: bigint;
  readonly sendNotSir: bigint;
  readonly execution: bigint;
}

/** Prices and limits of the network. Defaults: as published with nearcore 2.13, NEP-642 in force. */
export interface ProtocolConfig {
  readonly protocolVersion: number;
  readonly gasPriceYocto: bigint;
  /** NEP-642: receipts buy their gas at this price at least; the surplus is refunded. */
  readonly minGasPurchasePriceYocto: bigint;
  /** NEP-642: the least a new account burns. */
  readonly accountCreationChargeYocto: bigint;
  readonly storagePricePerByteYocto: bigint;
  /** Burnt per byte of global code. */
  readonly globalCodePricePerByteYocto: bigint;
  readonly accountStorageBytes: number;
  readonly recordStorageBytes: number;
  /** NEP-448: an account of at most this many bytes needs no balance. */
  readonly zeroBalanceStorageLimit: number;
  /** Blocks after its reference block in which a transaction may be included. */
  readonly transactionValidityBlocks: number;
  readonly chunkGasLimit: bigint;
  /** Gas a chunk may spend on converting transactions to receipts, so that receipts are not starved. */
  readonly chunkTransactionGasLimit: bigint;
  readonly maxTotalPrepaidGas: bigint;
  readonly maxActions: number;
  readonly maxTransactionBytes: number;
  readonly maxMethodNameLength: number;
  readonly maxArgumentsLength: number;
  readonly maxMethodNamesBytes: number;
  readonly maxContractSize: number;
  readonly maxGasKeyNonces: number;
  /** A gas key, or an account with gas keys, of a higher balance cannot be deleted: deletion burns it. */
  readonly maxBurntGasKeyBalanceYocto: bigint;
  readonly minTopLevelAccountLength: number;
  readonly registrarAccountId: string;
  /** The share of a call's burnt gas that its contract earns, in percent. */
  readonly contractRewardPercent: bigint;
  /** Limits of a contract and of one call. */
  readonly vm: VmLimits;
  readonly fees: FeeSchedule;
}

/** Limits of one call of a contract, and of its code. */
export interface VmLimits extends InstrumentLimits {
  /** Bytes, as the protocol counts activations, locals and operands. */
  readonly maxStackHeight: number;
  readonly maxRegisterSize: number;
  readonly maxRegisters: number;
  readonly registersMemory: number;
  readonly maxLogs: number;
  readonly maxLogLength: number;
  readonly maxReturnedLength: number;
  readonly maxStorageKeyLength: number;
  readonly maxStorageValueLength: number;
  readonly maxPromisesPerCall: number;
  readonly maxInputDataDependencies: number;
  readonly maxYieldPayload: number;
  /** Blocks after which a yielded promise that was not resumed continues with a failure. */
  readonly yieldTimeoutBlocks: number;
}

export type FeeName = keyof FeeSchedule;

interface FeeSchedule {
  readonly actionReceipt: Fee;
  readonly dataReceiptBase: Fee;
  readonly dataReceiptPerByte: Fee;
  readonly createAccount: Fee;
  readonly deployContract: Fee;
  readonly deployContractPerByte: Fee;
  readonly deployGlobalContract: Fee;
  readonly deployGlobalContractPerByte: Fee;
  readonly useGlobalContract: Fee;
  readonly useGlobalContractPerByte: Fee;
  readonly stateInit: Fee;
  readonly stateInitPerEntry: Fee;
  readonly stateInitPerByte: Fee;
  readonly functionCall: Fee;
  readonly functionCallPerByte: Fee;
  readonly transfer: Fee;
  readonly stake: Fee;
  readonly addFullAccessKey: Fee;
  readonly addFunctionCallKey: Fee;
  readonly addFunctionCallKeyPerByte: Fee;
  readonly gasKeyTransfer: Fee;
  readonly gasKeyByte: Fee;
  readonly gasKeyNonce: Fee;
  readonly deleteKey: Fee;
  readonly deleteAccount: Fee;
  readonly delegate: Fee;
}

function fee(sendSir: bigint, sendNotSir = sendSir, execution = sendSir): Fee {
  return { sendSir, sendNotSir, execution };
}

export const DEFAULT_PROTOCOL_CONFIG: ProtocolConfig = {
  protocolVersion: 86,
  gasPriceYocto: 100_000_000n,
  minGasPurchasePriceYocto: 1_000_000_000n,
  accountCreationChargeYocto: 7_000_000_000_000_000_000_000n,
  storagePricePerByteYocto: 10_000_000_000_000_000_000n,
  globalCodePricePerByteYocto: 100_000_000_000_000_000_000n,
  accountStorageBytes: 100,
  recordStorageBytes: 40,
  zeroBalanceStorageLimit: 770,
  transactionValidityBlocks: 86_400,
  chunkGasLimit: 1_000_000_000_000_000n,
  chunkTransactionGasLimit: 500_000_000_000_000n,
  maxTotalPrepaidGas: 1_000_000_000_000_000n,
  maxActions: 100,
  maxTransactionBytes: 1_572_864,
  maxMethodNameLength: 256,
  maxArgumentsLength: 4_194_304,
  maxMethodNamesBytes: 2_000,
  maxContractSize: 4_194_304,
  maxGasKeyNonces: 1_024,
  maxBurntGasKeyBalanceYocto: 1_000_000_000_000_000_000_000_000n,
  minTopLevelAccountLength: 65,
  registrarAccountId: 'registrar',
  contractRewardPercent: 30n,
  vm: {
    instructionGas: 822_756,
    maxStackHeight: 262_144,
    maxMemoryPages: 2_048,
    maxTypes: 1_024,
    maxFunctions: 10_000,
    maxFunctionBodyBytes: 196_608,
    maxLocals: 1_000_000,
    maxParametersPerFunction: 64,
    maxParametersPerContract: 50_000,
    maxBlocksPerFunction: 5_000,
    maxBlocksPerContract: 50_000,
    maxOperandBytes: 8_192,
    maxTables: 1,
    maxTableElements: 10_000,
    maxRegisterSize: 104_857_600,
    maxRegisters: 100,
    registersMemory: 1_073_741_824,
    maxLogs: 100,
    maxLogLength: 16_384,
    maxReturnedLength: 4_194_304,
    maxStorageKeyLength: 2_048,
    maxStorageValueLength: 4_194_304,
    maxPromisesPerCall: 1_024,
    maxInputDataDependencies: 128,
    maxYieldPayload: 1_024,
    yieldTimeoutBlocks: 200,
  },
  fees: {
    actionReceipt: fee(108_059_500_000n),
    dataReceiptBase: fee(36_486_732_312n),
    dataReceiptPerByte: fee(17_212_011n, 47_683_715n, 17_212_011n),
    createAccount: fee(500_000_000_000n, 500_000_000_000n, 7_200_000_000_000n),
    deployContract: fee(184_765_750_000n),
    deployContractPerByte: fee(6_812_999n, 47_683_715n, 64_572_944n),
    deployGlobalContract: fee(184_765_750_000n),
    deployGlobalContractPerByte: fee(6_812_999n, 47_683_715n, 70_000_000n),
    useGlobalContract: fee(184_765_750_000n),
    useGlobalContractPerByte: fee(6_812_999n, 47_683_715n, 64_572_944n),
    stateInit: fee(3_850_000_000_000n, 3_850_000_000_000n, 4_080_000_000_000n),
    stateInitPerEntry: fee(0n, 0n, 200_000_000_000n),
    stateInitPerByte: fee(72_000_000n, 72_000_000n, 70_000_000n),
    functionCall: fee(200_000_000_000n, 200_000_000_000n, 780_000_000_000n),
    functionCallPerByte: fee(2_235_934n, 47_683_715n, 2_235_934n),
    transfer: fee(115_123_062_500n),
    stake: fee(141_715_687_500n, 141_715_687_500n, 102_217_625_000n),
    addFullAccessKey: fee(101_765_125_000n),
    addFunctionCallKey: fee(102_217_625_000n),
    addFunctionCallKeyPerByte: fee(1_925_331n, 47_683_715n, 1_925_331n),
    gasKeyTransfer: fee(115_123_062_500n, 115_123_062_500n, 235_676_644_250n),
    gasKeyByte: fee(59_357_464n, 59_357_464n, 101_435_400n),
    gasKeyNonce: fee(0n, 0n, 64_196_736_000n),
    deleteKey: fee(94_946_625_000n),
    deleteAccount: fee(147_489_000_000n),
    delegate: fee(200_000_000_000n),
  },
};
