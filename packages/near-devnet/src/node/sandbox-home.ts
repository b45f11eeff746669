import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecords } from '../rpc/patch-request.ts';
import { DataError } from '../rules/data-errors.ts';
import { developmentKey, type Genesis } from '../rules/genesis.ts';
import { DEFAULT_PROTOCOL_CONFIG } from '../rules/protocol-config.ts';

const NEAR = 10n ** 24n;
const INITIAL_BALANCE = 1_000_000_000n * NEAR;

/** The chain that a node's folder describes. */
export interface SandboxHome {
  readonly genesis: Partial<Genesis>;
  /** The directory of the chain. */
  readonly dataDir: string;
  readonly blockTimeMs: number;
}

/**
 * `init`: writes the files of a new node's folder, in nearcore's format as far as test tools read and change them. The
 * keys are development keys, the same every time.
 */
export function initHome(
  home: string,
  { chainId, accountId }: { chainId: string; accountId: string },
): void {
  mkdirSync(home, { recursive: true });
  const { publicKey, secretKey } = developmentKey(accountId);
  const write = (name: string, content: object) =>
    writeFileSync(join(home, name), `${JSON.stringify(content, null, 2)}\n`);
  write('genesis.json', genesisFile(chainId, accountId, publicKey));
  write('config.json', CONFIG_FILE);
  const key = { public_key: publicKey, secret_key: secretKey };
  write('validator_key.json', { account_id: accountId, ...key });
  write('node_key.json', { account_id: '', ...key });
}

/** Reads the folder of a node; throws DataError if `init` has not run there. */
export function readHome(home: string): SandboxHome {
  const genesis = readJson(home, 'genesis.json');
  const config = readJson(home, 'config.json');
  const { min_block_production_delay: delay } = config.consensus ?? {};
  return {
    genesis: {
      networkId: String(genesis.chain_id),
      height: Number(genesis.genesis_height),
      // Each folder has its own chain, even with an equal genesis.
      chainInstanceId: String(genesis.genesis_time),
      accounts: [],
      tokens: [],
      records: readRecords(genesis.records),
    },
    dataDir: join(home, 'data'),
    blockTimeMs: delay === undefined ? 600 : delay.secs * 1_000 + delay.nanos / 1_000_000,
  };
}

interface HomeFile {
  readonly chain_id?: unknown;
  readonly genesis_height?: unknown;
  readonly genesis_time?: unknown;
  readonly records?: unknown;
  readonly consensus?: {
    readonly min_block_production_delay?: { readonly secs: number; readonly nanos: number };
  };
}

function readJson(home: string, name: string): HomeFile {
  const path = join(home, name);
  if (!existsSync(path)) {
    throw new DataError(`There is no ${path}. Run near-devnet --home ${home} init first.`);
  }
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new DataError(`${path} is not JSON: ${String(error)}`);
  }
}

function genesisFile(chainId: string, accountId: string, publicKey: string) {
  const stake = 50_000_000n * NEAR;
  const records = [
    ['near', INITIAL_BALANCE, 0n] as const,
    [accountId, INITIAL_BALANCE, stake] as const,
  ].flatMap(([id, amount, locked]) => accountRecords(id, publicKey, { amount, locked }));
  const config = DEFAULT_PROTOCOL_CONFIG;
  return {
    protocol_version: config.protocolVersion,
    genesis_time: new Date().toISOString(),
    chain_id: chainId,
    genesis_height: 0,
    epoch_length: 500,
    gas_limit: Number(config.chunkGasLimit),
    min_gas_price: config.gasPriceYocto.toString(),
    max_gas_price: (config.gasPriceYocto * 100n).toString(),
    transaction_validity_period: config.transactionValidityBlocks,
    protocol_treasury_account: 'near',
    validators: [{ account_id: accountId, public_key: publicKey, amount: stake.toString() }],
    total_supply: (2n * INITIAL_BALANCE + stake).toString(),
    records,
  };
}

function accountRecords(
  accountId: string,
  publicKey: string,
  { amount, locked }: { amount: bigint; locked: bigint },
): object[] {
  const account = {
    amount: amount.toString(),
    locked: locked.toString(),
    code_hash: '11111111111111111111111111111111',
    storage_usage: 182,
    version: 'V1',
  };
  const access_key = { nonce: 0, permission: 'FullAccess' };
  return [
    { Account: { account_id: accountId, account } },
    { AccessKey: { account_id: accountId, public_key: publicKey, access_key } },
  ];
}

const CONFIG_FILE = {
  genesis_file: 'genesis.json',
  validator_key_file: 'validator_key.json',
  node_key_file: 'node_key.json',
  rpc: { addr: '0.0.0.0:3030', limits_config: { json_payload_max_size: 10_485_760 } },
  network: { addr: '0.0.0.0:24567' },
  consensus: { min_block_production_delay: { secs: 0, nanos: 100_000_000 } },
  store: { max_open_files: 10_000 },
};
