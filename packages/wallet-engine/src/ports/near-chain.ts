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
  /** The time in the block: the chain's own, independent of any machine's clock. */
  timestampMs: number;
}

/** Which chain it is. A network's name alone is not enough: anyone may start a `testnet`. */
export interface ChainIdentity {
  /** `mainnet`, `testnet`, … */
  chainId: string;
  /** Base58. */
  genesisHash: string;
}

/** An outcome at `final_execution_status` FINAL: a fact that does not change. */
export interface FinalOutcome {
  succeeded: boolean;
  /** The chain's ActionError, JSON, when it failed. */
  failure: string | null;
  /** Null when the node's figures cannot be read. */
  gasBurnt: bigint | null;
  /**
   * What the signer lost: gas burnt at its price, including the contracts' rewards, and charges. One
   * node's answer, unconfirmed; null as `gasBurnt`.
   */
  burntYocto: bigint | null;
}

/**
 * What nodes answer about a transaction. Only `final` is an outcome; a failure, after which the purpose
 * may be signed again, only when a second endpoint shows it too, where several of this chain are
 * configured. `included`: in a block that may still be reverted. `rejected` and `unknown` prove nothing:
 * the bytes may execute later, or have executed already.
 */
export type TransactionAnswer =
  | { kind: 'final'; outcome: FinalOutcome }
  | { kind: 'included' }
  | { kind: 'rejected'; reason: string }
  | { kind: 'unknown' }
  | { kind: 'pending' };

export interface AccountView {
  amountYocto: bigint;
  spendableYocto: bigint;
  height: number;
}

export interface AccessKeyView {
  publicKey: string;
  nonce: number;
  fullAccess: boolean;
}

/** What one endpoint reports about itself. */
export type NodeView = { url: string; isArchival: boolean } & (
  | {
      isAnswering: false;
      failure: string;
      /** `unreachable`, `timeout`, `rate-limited`, `own-error`, …: what was received instead of an answer. */
      failureKind: string;
      finalHeight: 0;
      finalBlockAtMs: 0;
    }
  | (ChainIdentity & {
      isAnswering: true;
      finalHeight: number;
      /** The time in the newest final block. */
      finalBlockAtMs: number;
      /** The oldest block whose transactions it still knows. */
      earliestHeight: number;
    })
);

/**
 * The chain, at final blocks only. A reply counts when it answers the question and its endpoint has
 * proven its chain; otherwise the next endpoint is asked. Every call has a timeout. All but
 * `sendTransaction` and `readTransaction` throw ServiceError `NODE_UNREACHABLE` or `RATE_LIMITED`
 * when no endpoint answers.
 */
export interface NearChain {
  /** Asks each endpoint for its state. Never throws. */
  readNodes(): Promise<NodeView[]>;

  /**
   * From now on only endpoints of this chain count; before it is called, those of the chain on which
   * all that answer agree.
   * @param genesisHash of the stored deployment; null: nothing is stored, all that answer must agree
   * @returns the chain of the endpoints that answer
   * @throws ServiceError `WRONG_CHAIN` when all endpoints serve another chain (or network), or when
   * nothing is stored and they disagree; `NODE_UNREACHABLE` when the right one may be out of reach
   */
  requireChain(expected: { genesisHash: string | null }): Promise<ChainIdentity>;

  /** The newest final block seen until now; never older than one given before. */
  readFinalBlock(): Promise<FinalBlock>;

  /**
   * The final height that two endpoints have reached, where several of this chain are configured; 0: none,
   * or no second endpoint answers. One without an answer or a new block for 10 min does not count.
   */
  readAgreedHeight(): Promise<number>;

  /**
   * Sends stored bytes (`wait_until: INCLUDED`), to one endpoint after another until one shows them in a
   * block: one that accepted them may never forward them. Never throws: whatever went wrong, the result
   * is unknown until the hash is settled.
   * @param everywhere send to the remaining endpoints even after one shows them in a block
   */
  sendTransaction(transaction: {
    hash: string;
    signerId: string;
    signedBytes: string;
    everywhere?: boolean;
  }): Promise<TransactionAnswer>;

  /**
   * Asks for a transaction by hash and waits for FINAL as long as the node does (10 s). A hash that
   * the node does not know is `pending` after that wait: only `lookUpTransaction` can deny a hash.
   * Where the first endpoint shows no outcome, the others are asked. Never throws.
   */
  readTransaction(transaction: { hash: string; signerId: string }): Promise<TransactionAnswer>;

  /**
   * What the first endpoint that answers knows of a hash now, without waiting (`wait_until: NONE`, the
   * only level at which nearcore denies a hash at once). `pending`: it knows the transaction, but
   * not in a block.
   */
  lookUpTransaction(transaction: { hash: string; signerId: string }): Promise<TransactionAnswer>;

  /**
   * Asks every endpoint of this chain, archival ones too, for the hash. A success or an inclusion
   * counts from any endpoint; two different outcomes are `pending`, and so is a failure that only one of
   * several endpoints shows. `unknown` only when there is an endpoint whose final block is at or after
   * `minFinalHeight` and whose history reaches back to `reachBackTo`, all such answer UNKNOWN_TRANSACTION
   * or show an invalid transaction's outcome (which had no effect), and no endpoint of this chain was out
   * of reach. Never `rejected`.
   */
  readTransactionEverywhere(transaction: {
    hash: string;
    signerId: string;
    minFinalHeight: number;
    reachBackTo: number;
  }): Promise<TransactionAnswer>;

  /**
   * @param atHeight a final height; the newest final block when left out
   * @param confirmAbsence null only when a second endpoint confirms it, where several are configured
   * @param confirmBelowYocto with it, also spendable funds below this only when a second one shows less, too
   * @param confirmAboveYocto spendable funds above this only when a second one shows the same
   * @param agreed existence as a second endpoint shows it, too, where several are configured
   * @returns null: no such account. `spendableYocto`: the amount without what the account's storage locks
   * @throws ServiceError `UNCONFIRMED` when a second endpoint is needed and none answers (a block
   * behind, say); `NODES_DISAGREE`
   */
  viewAccount(view: {
    accountId: string;
    atHeight?: number;
    confirmAbsence?: boolean;
    confirmBelowYocto?: bigint;
    confirmAboveYocto?: bigint;
    agreed?: boolean;
  }): Promise<AccountView | null>;

  /**
   * Null: the account has no such key, or there is no such account.
   * @param confirmAbsence as of `viewAccount`, also for a key without full access
   * @param confirmSpent such a nonce, or a higher one, only when a second endpoint shows one, too
   * @param agreed as of `viewAccount`; with it, full access or not
   */
  viewAccessKey(view: {
    accountId: string;
    publicKey: string;
    atHeight?: number;
    confirmAbsence?: boolean;
    confirmSpent?: number;
    agreed?: boolean;
  }): Promise<(AccessKeyView & { height: number }) | null>;

  /**
   * All keys of an account, however many, at one final block. Empty: none, or no such account.
   * @param agreed keys and nonces only as a second endpoint shows them too, where several are configured
   */
  viewAccessKeys(view: { accountId: string; agreed?: boolean }): Promise<AccessKeyView[]>;

  /**
   * NEP-145: whether the account is registered with the token.
   * @param agreed as of `viewAccount`
   */
  isRegistered(view: {
    tokenContract: string;
    accountId: string;
    atHeight?: number;
    agreed?: boolean;
  }): Promise<boolean>;

  /**
   * NEP-141 `ft_balance_of`, base units. A failed read throws.
   * @param confirmBelow less than that only when a second endpoint shows less, too, where several are
   * configured
   * @param confirmAbove more than that only when a second one shows the same
   * @param agreed as of `viewAccount`, to the last unit
   */
  viewTokenBalance(view: {
    tokenContract: string;
    accountId: string;
    atHeight?: number;
    confirmBelow?: bigint;
    confirmAbove?: bigint;
    agreed?: boolean;
  }): Promise<bigint>;

  /**
   * NEP-148 `ft_metadata`.
   * @param expected others than these only when a second endpoint shows them, too, where several are configured
   * @throws ServiceError `TOKEN_CONTRACT_MISSING` when no token is there, and a second endpoint
   * confirms it where several are configured; likewise in all other reads of a token
   */
  viewTokenDecimals(view: { tokenContract: string; expected?: number }): Promise<number>;

  /**
   * NEP-145 `storage_balance_bounds`: the least deposit that registers an account, yoctoNEAR.
   * @param expected another one only when a second endpoint shows it, too, where several are configured;
   * unless given, what most tokens ask for
   * @throws ServiceError `TOKEN_CONTRACT_MISSING` when the token states none
   */
  viewRegistrationDeposit(view: { tokenContract: string; expected?: bigint }): Promise<bigint>;
}
