import type { EngineConfig } from '../core/engine-config.ts';
import {
  ClaimLostError,
  RefusedByChainError,
  ServiceError,
  StoppedError,
  WalletError,
} from '../core/errors.ts';
import type { ClaimedWallet } from '../ports/wallet-store.ts';

/** Whose wallets are claimed. */
export type Claimants = 'owners' | 'stock';

/** A lane signs every block, a wallet takes about six to be final. */
const walletsPerLane = 8;

/**
 * Wallets for the stock are begun only while fewer are at work: half of what the lanes carry, and two
 * blocks' worth of a chunk's gas (1 PGas, some 12 TGas a wallet). More of them would share the chain's gas
 * with the last wallets of a burst, which then took 3 s longer.
 */
const mostBesideStock = { perLane: 4, perChain: 168 };

/** What the treasury or the limits do not cover. */
const shortOfMoney: readonly string[] = [
  'TREASURY_NEAR_LOW',
  'TREASURY_TOKEN_LOW',
  'SPEND_LIMIT_REACHED',
];

export function isOfStock({ ownerId }: Pick<ClaimedWallet, 'ownerId'>): boolean {
  return ownerId === null;
}

/** The work of a process at the moment. */
export interface Load {
  /** Wallets with an owner that are worked on, and wallets of the stock. */
  owned: number;
  stock: number;
  /** Signatures that wait for a lane, and how many of them are for wallets with an owner. */
  waiting: number;
  waitingForOwners: number;
}

/**
 * How many wallets may be claimed now. More than the lanes can sign for would only wait in this process,
 * where no other process could take them.
 */
export function claimRoom(
  of: Claimants,
  { owned, stock, waiting, waitingForOwners }: Load,
  { lanes, batchSize }: Pick<EngineConfig, 'lanes' | 'batchSize'>,
): number {
  if (of === 'owners') {
    const hasRoom = waitingForOwners < lanes && owned < lanes * walletsPerLane + batchSize;
    return hasRoom ? batchSize : 0;
  }
  if (waitingForOwners > 0 || waiting >= lanes) return 0;
  const { perLane, perChain } = mostBesideStock;
  const room = Math.min(lanes * perLane, perChain) - owned - stock;
  return Math.min(Math.max(room, 0), batchSize);
}

/** What follows an error of the work on a wallet. */
export type AfterError =
  /** Another process has the wallet, or this one is stopping. */
  | { step: 'nothing' }
  /** The attempt is given back. The error is reported, or the stock alone makes a break. */
  | { step: 'hand back'; error: ServiceError; isLeftToOwners: boolean }
  /** `isForgiven`: its attempts start again. */
  | { step: 'fail'; errorCode: string; retries: boolean; isForgiven: boolean };

/** Codes with which the chain refuses what was signed for one wallet, or for all of them. */
const refusals: readonly string[] = ['REWARD_REFUSED', 'ACCOUNT_CREATION_REFUSED'];

export function isRefusal(error: unknown): boolean {
  return error instanceof WalletError && refusals.includes(error.code);
}

/**
 * @param areOthersRefused the chain has refused another wallet, too, and none was made since: nothing is wrong
 * with this one. A paused token contract answers like that
 */
export function afterError(
  wallet: Pick<ClaimedWallet, 'ownerId' | 'attempts'>,
  error: unknown,
  { maxAttempts }: Pick<EngineConfig, 'maxAttempts'>,
  { areOthersRefused }: { areOthersRefused: boolean },
): AfterError {
  if (error instanceof ClaimLostError || error instanceof StoppedError) return { step: 'nothing' };
  if (error instanceof ServiceError) {
    // Funds that are kept from the stock may still serve a user: nothing is paused. What the chain refuses, it
    // would refuse the next time, too, at the price of its gas.
    const isLeftToOwners =
      isOfStock(wallet) &&
      shortOfMoney.includes(error.code) &&
      !(error instanceof RefusedByChainError);
    return { step: 'hand back', error, isLeftToOwners };
  }
  const isKnown = error instanceof WalletError;
  const isForgiven = areOthersRefused && isRefusal(error);
  const isRetryable = !isKnown || error.retryable;
  return {
    step: 'fail',
    errorCode: isKnown ? error.code : 'UNEXPECTED_ERROR',
    retries: isForgiven || (isRetryable && wallet.attempts < maxAttempts),
    isForgiven,
  };
}

/** How a claim is reported. */
export function claimKind({
  isFirstClaim,
  takeovers,
}: Pick<ClaimedWallet, 'isFirstClaim' | 'takeovers'>): 'first' | 'takeover' | 'again' {
  if (isFirstClaim) return 'first';
  return takeovers > 0 ? 'takeover' : 'again';
}
