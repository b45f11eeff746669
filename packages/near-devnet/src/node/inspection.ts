import { type Hash, hashFromBase58, hashToBase58 } from '../bytes/hash.ts';
import type { Chain } from '../chain/chain.ts';
import type { Pool } from '../chain/pool.ts';
import { balanceKey, SUPPLY_KEY } from '../contracts/token-account.ts';
import { CHOCO_TOKEN } from '../rules/genesis.ts';
import type { SignedTransaction } from '../rules/transaction.ts';
import type { AccessKey, Account } from '../state/state.ts';
import {
  levelOf,
  resultOf,
  type TransactionRecord,
  type WaitLevel,
} from '../state/transaction-record.ts';

/** A transaction on the chain, for tests. */
interface InspectedTransaction {
  /** base58 */
  readonly hash: string;
  readonly transaction: SignedTransaction;
  readonly includedHeight: number;
  readonly level: WaitLevel;
  /** Its value, the error it failed with, or null while it has no result. */
  readonly result: ReturnType<typeof resultOf>;
  readonly record: TransactionRecord;
}

/** The chain at its head, read without RPC. */
export interface Inspection {
  readonly height: number;
  readonly finalHeight: number;
  readonly finalBlockHash: Hash;
  /** Whether nothing is in flight: no transaction in the pool, no receipt. */
  readonly isQuiet: boolean;
  account(accountId: string): Account | undefined;
  accessKey(accountId: string, publicKey: string): AccessKey | undefined;
  accountIds(): string[];
  /** Base units, or null when the account is not registered; of CHOCO by default. */
  tokenBalance(accountId: string, contractId?: string): bigint | null;
  tokenSupply(contractId?: string): bigint;
  /** By base58 hash. */
  transaction(hash: string): InspectedTransaction | null;
  /** All transactions in memory, in the order they were included. */
  transactions(): InspectedTransaction[];
  /** Invariant: balances + inFlight + burnt = genesisSupply + patched. */
  totals(): {
    readonly balancesYocto: bigint;
    readonly inFlightYocto: bigint;
    readonly burntYocto: bigint;
    readonly genesisSupplyYocto: bigint;
    readonly patchedYocto: bigint;
  };
}

/** Reads the chain as it is now; the methods read it when they are called. */
export function inspect(chain: Chain, pool: Pool): Inspection {
  const { state } = chain;
  const view = (record: TransactionRecord): InspectedTransaction => ({
    hash: hashToBase58(record.transaction.hash),
    transaction: record.transaction,
    includedHeight: record.outcome.height,
    level: levelOf(record, chain.finalHeight),
    result: resultOf(record),
    record,
  });
  return {
    height: chain.head,
    finalHeight: chain.finalHeight,
    get finalBlockHash() {
      return chain.blocks.hashAt(chain.finalHeight);
    },
    isQuiet: pool.size === 0 && chain.isIdle,
    account: (accountId) => state.account(accountId),
    accessKey: (accountId, publicKey) => state.accessKey(accountId, publicKey),
    accountIds: () => [...state.accounts.entries()].map(([accountId]) => accountId),
    tokenBalance: (accountId, contractId = CHOCO_TOKEN) =>
      state.data(contractId, balanceKey(accountId)) ?? null,
    tokenSupply: (contractId = CHOCO_TOKEN) => state.data(contractId, SUPPLY_KEY) ?? 0n,
    transaction(hash) {
      const record = chain.record(hashFromBase58(hash) ?? '');
      return record === undefined ? null : view(record);
    },
    transactions: () => [...chain.records.recent()].map(view),
    totals: () => ({
      balancesYocto: chain.balancesYocto(),
      inFlightYocto: chain.inFlightYocto(),
      burntYocto: chain.burntYocto,
      genesisSupplyYocto: chain.genesisSupplyYocto,
      patchedYocto: chain.patchedYocto,
    }),
  };
}
