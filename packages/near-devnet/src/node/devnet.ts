import { BlockProducer } from '../chain/block-producer.ts';
import { Chain } from '../chain/chain.ts';
import { Pool } from '../chain/pool.ts';
import { replay } from '../chain/replay.ts';
import { createTokenContract } from '../contracts/token.ts';
import type { Journal, Origin } from '../journal/journal.ts';
import type { Faults } from '../rpc/faults.ts';
import { withFaults } from '../rpc/faulty-rpc.ts';
import { answer, createRpcMethods, type RpcAnswer } from '../rpc/rpc.ts';
import { type SetTimer, TransactionRpc } from '../rpc/rpc-transactions.ts';
import { stateRecords } from '../rpc/state-records.ts';
import { createGenesis, type Genesis } from '../rules/genesis.ts';
import { DEFAULT_PROTOCOL_CONFIG, type ProtocolConfig } from '../rules/protocol-config.ts';
import { ContractModules } from '../wasm/contract-module.ts';
import { type Inspection, inspect } from './inspection.ts';

export interface DevnetOptions {
  /** Changes to the default genesis. A journal that already has a chain keeps its own. */
  readonly genesis?: Partial<Genesis>;
  /** Milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
  /** The timer for the 10 s a caller may wait; returns a function that cancels it. Default setTimeout. */
  readonly setTimer?: SetTimer;
  /** How long a caller may wait for a transaction; default 10 s. */
  readonly waitLimitMs?: number;
  /** Keys that one `view_access_key_list` shows at most; default 100. */
  readonly accessKeysLimit?: number;
  /** Persistent storage of the chain; null or absent: in memory. */
  readonly journal?: Journal | null;
  /** Off by default. */
  readonly faults?: Faults | null;
  /** Changes to the default prices and limits. */
  readonly protocol?: Partial<ProtocolConfig>;
}

/** A NEAR node in this process, without network: deterministic for given calls, `now` and chain instance id. */
export interface Devnet {
  /**
   * Answers one parsed JSON-RPC request. Waits end with produced blocks, or by the timer.
   * Rejects with ConnectionLostError only, and only where a fault asks for it.
   */
  handle(request: unknown): Promise<RpcAnswer>;
  /** Makes one block and answers the requests that waited for it. */
  produceBlock(): void;
  /** The chain at its head, read without RPC. */
  inspect(): Inspection;
  /** The state at the head as records, as a genesis or `sandbox_patch_state` takes them. */
  stateRecords(): object[];
  /** Halts, skips, reverts, prunes, patches, fast-forwards. */
  readonly producer: BlockProducer;
  readonly faults: Faults | null;
  /** The address that `status` and `client_config` report. */
  rpcUrl: string | null;
  /** Ends all waits and closes the journal. */
  close(): void;
}

/** Creates a node in this process, with a new chain or with the one in its journal. */
export function createDevnet(options: DevnetOptions = {}): Devnet {
  const now = options.now ?? Date.now;
  const setTimer = options.setTimer ?? realTimer;
  const journal = options.journal ?? null;
  const faults = options.faults ?? null;
  const chain = openChain(journal, () => newOrigin(options, now()));
  const pool = new Pool();
  const transactions = new TransactionRpc({
    chain,
    pool,
    setTimer,
    waitLimitMs: options.waitLimitMs ?? 10_000,
  });
  const producer = new BlockProducer({
    chain,
    pool,
    journal,
    now,
    forcedError: (tx) => faults?.strikeInclusion([tx.signerId, tx.receiverId]) ?? null,
    onBlock: () => transactions.onBlock(),
  });
  const methods = createRpcMethods({
    chain,
    transactions,
    producer,
    startedMs: now(),
    accessKeysLimit: options.accessKeysLimit ?? 100,
    now,
    rpcUrl: () => devnet.rpcUrl,
  });
  const handle = (request: unknown) => answer({ methods, chain }, request);
  const devnet: Devnet = {
    handle: faults === null ? handle : withFaults(handle, faults, setTimer),
    produceBlock: () => producer.produceBlock(),
    inspect: () => inspect(chain, pool),
    stateRecords: () => stateRecords(chain),
    producer,
    faults,
    rpcUrl: null,
    close() {
      transactions.close();
      producer.close();
    },
  };
  return devnet;
}

function newOrigin({ genesis, protocol }: DevnetOptions, genesisTimeMs: number): Origin {
  return {
    genesis: createGenesis(genesis),
    config: { ...DEFAULT_PROTOCOL_CONFIG, ...protocol },
    genesisTimeMs,
  };
}

function openChain(journal: Journal | null, createOrigin: () => Origin): Chain {
  const contents = journal?.load() ?? null;
  const { genesis, genesisTimeMs, ...origin } = contents?.origin ?? createOrigin();
  // The configuration of a chain of an older devnet lacks later fields.
  const vm = { ...DEFAULT_PROTOCOL_CONFIG.vm, ...origin.config.vm };
  const fees = { ...DEFAULT_PROTOCOL_CONFIG.fees, ...origin.config.fees };
  const config = { ...DEFAULT_PROTOCOL_CONFIG, ...origin.config, vm, fees };
  const contracts = new Map(
    genesis.tokens.map((token) => [token.contractId, createTokenContract(token)]),
  );
  const chain = new Chain({
    genesis,
    rules: {
      chainId: genesis.networkId,
      config,
      contracts,
      modules: new ContractModules(config.vm),
    },
    genesisTimeMs,
  });
  if (contents === null) journal?.begin({ genesis, config, genesisTimeMs });
  else replay(chain, contents);
  if (journal !== null) chain.attachArchive(journal.archive);
  return chain;
}

const realTimer: SetTimer = (callback, delayMs) => {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
};
