import { Chain } from './chain.ts';
import { createGenesis, type Genesis } from './genesis.ts';
import { Pool } from './pool.ts';
import { DEFAULT_PROTOCOL_CONFIG, type ProtocolConfig } from './protocol-config.ts';
import { answer, createRpcMethods, type RpcAnswer } from './rpc.ts';
import { type SetTimer, TransactionRpc } from './rpc-transactions.ts';
import { createTokenContract } from './token.ts';

export interface DevnetOptions {
  /** What differs from the default genesis. */
  readonly genesis?: Partial<Genesis>;
  /** Milliseconds since 1970; default Date.now. */
  readonly now?: () => number;
  /** For the 10 s a caller may wait; answers a function that cancels. Default setTimeout. */
  readonly setTimer?: SetTimer;
  /** What differs from the default prices and limits. */
  readonly protocol?: Partial<ProtocolConfig>;
}

/** A NEAR node in this process, without network: deterministic given its calls, `now` and a chain instance id. */
export interface Devnet {
  /** Answers one JSON-RPC request (or batch), already parsed. Waits end with the blocks produced, or by the timer. */
  handle(request: unknown): Promise<RpcAnswer>;
  /** Makes one block; whoever waited for it is answered. */
  produceBlock(): void;
  /** Ends all waits. */
  close(): void;
  readonly chain: Chain;
  readonly pool: Pool;
  /** The address to report, once there is one. */
  rpcUrl: string | null;
}

/** Creates a node in this process. */
export function createDevnet(options: DevnetOptions = {}): Devnet {
  const now = options.now ?? Date.now;
  const genesis = createGenesis(options.genesis);
  const config = { ...DEFAULT_PROTOCOL_CONFIG, ...options.protocol };
  const contracts = new Map(
    genesis.tokens.map((token) => [token.contractId, createTokenContract(token)]),
  );
  const chain = new Chain({ genesis, rules: { config, contracts }, genesisTimeMs: now() });
  const pool = new Pool();
  const transactions = new TransactionRpc({
    chain,
    pool,
    setTimer: options.setTimer ?? realTimer,
  });
  const methods = createRpcMethods({
    chain,
    transactions,
    startedMs: now(),
    now,
    rpcUrl: () => devnet.rpcUrl,
  });
  const devnet: Devnet = {
    handle: (request) => answer(methods, request),
    produceBlock() {
      chain.produce({ take: () => pool.take(), forcedError: () => null }, now());
      transactions.onBlock();
    },
    close: () => transactions.close(),
    chain,
    pool,
    rpcUrl: null,
  };
  return devnet;
}

const realTimer: SetTimer = (callback, delayMs) => {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
};
