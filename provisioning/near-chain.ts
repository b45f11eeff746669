/** What a transaction does, as plain data; the key vault turns it into bytes. */
export type NearAction =
  | { type: 'createAccount' }
  | { type: 'transfer'; amountYocto: bigint }
  | { type: 'addFullAccessKey'; publicKey: string }
  | {
      type: 'functionCall';
      method: string;
      args: Record<string, unknown>;
      gas: bigint;
      depositYocto: bigint;
    };

export interface BlockReference {
  height: number;
  /** Base58. */
  hash: string;
}

export interface FinalBlock extends BlockReference {
  /** The time in the block: the chain's own, whatever the clocks of machines say. */
  timestampMs: number;
}

/** An outcome at `final_execution_status` FINAL: a fact that does not change. */
export interface FinalOutcome {
  succeeded: boolean;
  /** The chain's ActionError, JSON, when it failed. */
  failure: string | null;
  gasBurnt: bigint;
  burntYocto: bigint;
}

/**
 * What a node says of a transaction. Only `final` is an outcome. `included` stands in a block that
 * may still be reverted. `rejected` and `unknown` prove nothing: the bytes may execute later, or
 * have executed already.
 */
export type TransactionAnswer =
  | { kind: 'final'; outcome: FinalOutcome }
  | { kind: 'included' }
  | { kind: 'rejected'; reason: string }
  | { kind: 'unknown' }
  | { kind: 'pending' };

export interface AccessKeyView {
  publicKey: string;
  nonce: number;
  fullAccess: boolean;
}

/** What one endpoint says of itself. */
export type NodeView = { url: string; isArchival: boolean } & (
  | { isAnswering: false; failure: string; finalHeight: 0; finalBlockAtMs: 0 }
  | {
      isAnswering: true;
      /** `mainnet`, `testnet`, … */
      chainId: string;
      genesisHash: string;
      finalHeight: number;
      /** The time in the newest final block. */
      finalBlockAtMs: number;
      /** The oldest block whose transactions it still knows. */
      earliestHeight: number;
    }
);

/**
 * The chain, at final blocks only. Every call has a timeout. All but `sendTransaction` and
 * `readTransaction` throw ServiceFault `NODE_UNREACHABLE` or `RATE_LIMITED` when no endpoint answers.
 */
export interface NearChain {
  /** Asks every endpoint for its state, each alone. Never throws. */
  readNodes(): Promise<NodeView[]>;

  readGenesisHash(): Promise<string>;

  /** The newest final block seen until now; never older than one given before. */
  readFinalBlock(): Promise<FinalBlock>;

  /**
   * Sends stored bytes (`wait_until: INCLUDED`). Never throws: whatever went wrong, the result is
   * unknown until the hash is settled.
   */
  sendTransaction(transaction: { hash: string; signedBytes: string }): Promise<TransactionAnswer>;

  /** Asks for a transaction by hash and waits for FINAL as long as the node does (10 s). Never throws. */
  readTransaction(transaction: { hash: string; signerId: string }): Promise<TransactionAnswer>;

  /**
   * Asks every endpoint, archival ones too, for the hash. `unknown` only when there is an endpoint
   * whose final block is at or after `minFinalHeight` and whose history reaches back to
   * `reachBackTo`, all such say UNKNOWN_TRANSACTION or show an invalid transaction's outcome (which
   * had no effect), and no endpoint was out of reach. Never `rejected`.
   */
  readTransactionEverywhere(transaction: {
    hash: string;
    signerId: string;
    minFinalHeight: number;
    reachBackTo: number;
  }): Promise<TransactionAnswer>;

  /** @param atHeight a final height; the newest final block when left out. Null: no such account. */
  viewAccount(view: {
    accountId: string;
    atHeight?: number;
  }): Promise<{ amountYocto: bigint; height: number } | null>;

  /** Null: the account has no such key, or there is no such account. */
  viewAccessKey(view: {
    accountId: string;
    publicKey: string;
    atHeight?: number;
  }): Promise<(AccessKeyView & { height: number }) | null>;

  /** All keys of an account. */
  viewAccessKeys(view: { accountId: string }): Promise<AccessKeyView[]>;

  /** NEP-145: whether the account is registered with the token. */
  isRegistered(view: {
    tokenContract: string;
    accountId: string;
    atHeight?: number;
  }): Promise<boolean>;

  /** NEP-141 `ft_balance_of`, base units. A failed read throws. */
  viewTokenBalance(view: {
    tokenContract: string;
    accountId: string;
    atHeight?: number;
  }): Promise<bigint>;

  /**
   * NEP-148 `ft_metadata`. @throws ServiceFault `TOKEN_CONTRACT_MISSING` when no token is there.
   */
  viewTokenDecimals(view: { tokenContract: string }): Promise<number>;

  /**
   * NEP-145 `storage_balance_bounds`: the least deposit that registers an account, yoctoNEAR.
   * @throws ServiceFault `TOKEN_CONTRACT_MISSING` when the token names none
   */
  viewRegistrationDeposit(view: { tokenContract: string }): Promise<bigint>;
}
