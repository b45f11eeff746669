/** The gas of one thing: sending to oneself, sending to another account, executing. */
export interface Fee {
  readonly sendSir: bigint;
  readonly sendNotSir: bigint;
  readonly execution: bigint;
}

/**
 * Prices and limits of the network. Defaults: as published with nearcore 2.13. The version is the last one before gas
 * keys, transactions of version 1 and DelegateV2, none of which is served here; the prices are those in force (NEP-642).
 */
export interface ProtocolConfig {
  readonly protocolVersion: number;
  readonly gasPriceYocto: bigint;
  /** NEP-642: receipts buy their gas at this price at least; what burning leaves over is refunded. */
  readonly minGasPurchasePriceYocto: bigint;
  /** NEP-642: the least a new account burns. */
  readonly accountCreationChargeYocto: bigint;
  readonly storagePricePerByteYocto: bigint;
  readonly accountStorageBytes: number;
  readonly recordStorageBytes: number;
  /** NEP-448: an account of at most so many bytes needs no balance. */
  readonly zeroBalanceStorageLimit: number;
  /** Blocks after its reference block in which a transaction may be included. */
  readonly transactionValidityBlocks: number;
  readonly chunkGasLimit: bigint;
  /** Gas a chunk may spend on turning transactions into receipts, so that receipts are not starved. */
  readonly chunkTransactionGasLimit: bigint;
  readonly maxTotalPrepaidGas: bigint;
  readonly maxActions: number;
  readonly maxTransactionBytes: number;
  readonly maxMethodNameLength: number;
  readonly maxArgumentsLength: number;
  readonly maxMethodNamesBytes: number;
  readonly maxContractSize: number;
  readonly minTopLevelAccountLength: number;
  readonly registrarAccountId: string;
  /** The share of a call's burnt gas that its contract earns, in percent. */
  readonly contractRewardPercent: bigint;
  readonly fees: FeeSchedule;
}

interface FeeSchedule {
  readonly actionReceipt: Fee;
  readonly dataReceiptBase: Fee;
  readonly dataReceiptPerByte: Fee;
  readonly createAccount: Fee;
  readonly deployContract: Fee;
  readonly deployContractPerByte: Fee;
  readonly functionCall: Fee;
  readonly functionCallPerByte: Fee;
  readonly transfer: Fee;
  readonly stake: Fee;
  readonly addFullAccessKey: Fee;
  readonly addFunctionCallKey: Fee;
  readonly addFunctionCallKeyPerByte: Fee;
  readonly deleteKey: Fee;
  readonly deleteAccount: Fee;
  readonly delegate: Fee;
}

function fee(sendSir: bigint, sendNotSir = sendSir, execution = sendSir): Fee {
  return { sendSir, sendNotSir, execution };
}

export const DEFAULT_PROTOCOL_CONFIG: ProtocolConfig = {
  protocolVersion: 84,
  gasPriceYocto: 100_000_000n,
  minGasPurchasePriceYocto: 1_000_000_000n,
  accountCreationChargeYocto: 7_000_000_000_000_000_000_000n,
  storagePricePerByteYocto: 10_000_000_000_000_000_000n,
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
  minTopLevelAccountLength: 65,
  registrarAccountId: 'registrar',
  contractRewardPercent: 30n,
  fees: {
    actionReceipt: fee(108_059_500_000n),
    dataReceiptBase: fee(36_486_732_312n),
    dataReceiptPerByte: fee(17_212_011n, 47_683_715n, 17_212_011n),
    createAccount: fee(500_000_000_000n, 500_000_000_000n, 7_200_000_000_000n),
    deployContract: fee(184_765_750_000n),
    deployContractPerByte: fee(6_812_999n, 47_683_715n, 64_572_944n),
    functionCall: fee(200_000_000_000n, 200_000_000_000n, 780_000_000_000n),
    functionCallPerByte: fee(2_235_934n, 47_683_715n, 2_235_934n),
    transfer: fee(115_123_062_500n),
    stake: fee(141_715_687_500n, 141_715_687_500n, 102_217_625_000n),
    addFullAccessKey: fee(101_765_125_000n),
    addFunctionCallKey: fee(102_217_625_000n),
    addFunctionCallKeyPerByte: fee(1_925_331n, 47_683_715n, 1_925_331n),
    deleteKey: fee(94_946_625_000n),
    deleteAccount: fee(147_489_000_000n),
    delegate: fee(200_000_000_000n),
  },
};
