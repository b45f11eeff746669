import { isPauseReason, ServiceError } from '../core/errors.ts';
import type { CommitRefusal, WalletPurpose } from '../ports/transaction-ledger.ts';
import { maxRewardsInTransaction } from '../service/transaction-plan.ts';

/** The part of a signing request that decides where it goes. */
interface Waiting {
  purpose: WalletPurpose;
  /** The most wallets in its transaction (REWARD only). */
  maxWallets: number;
  /** Its wallet has no owner: no user waits for it. */
  isStock: boolean;
}

export interface Draft<Lane, Intent> {
  lane: Lane;
  purpose: WalletPurpose;
  /** One for CREATE, up to 50 for REWARD. */
  intents: Intent[];
}

/** The most lanes that the stock may use; the others stay free for users who come in the next moment. */
export function lanesForStock(lanes: number): number {
  return Math.max(lanes - Math.ceil(lanes / 4), 1);
}

/**
 * How many lanes there is work for: one for each account, rewards share theirs.
 * @param stockLanes the most that the stock may use
 */
export function lanesWanted(waiting: Waiting[], stockLanes: number): number {
  const { owned, stock } = apart(waiting);
  return lanesFor(owned) + Math.min(lanesFor(stock), stockLanes);
}

function lanesFor(waiting: Waiting[]): number {
  const creates = waiting.filter(({ purpose }) => purpose === 'CREATE').length;
  return creates + Math.ceil((waiting.length - creates) / maxRewardsInTransaction);
}

function apart<Intent extends Waiting>(waiting: Intent[]): { owned: Intent[]; stock: Intent[] } {
  return {
    owned: waiting.filter(({ isStock }) => !isStock),
    stock: waiting.filter(({ isStock }) => isStock),
  };
}

/** Reward transactions without an outcome. */
export interface RewardsInFlight {
  owned: number;
  stock: number;
}

/**
 * Which waiting requests go into which transaction, on which lane. The stock gets the lanes that are left,
 * in transactions of its own: no user waits behind it or fails with it.
 * @param stockLanes the most that the stock may use now
 * @returns the drafts in signing order, and the requests that keep waiting
 */
export function draftTransactions<Lane, Intent extends Waiting>({
  waiting,
  lanes,
  rewardsInFlight,
  stockLanes,
}: {
  waiting: Intent[];
  lanes: Lane[];
  rewardsInFlight: RewardsInFlight;
  stockLanes: number;
}): { drafts: Draft<Lane, Intent>[]; waiting: Intent[] } {
  const { owned, stock } = apart(waiting);
  const first = draftAlike({ waiting: owned, lanes, rewardsInFlight: rewardsInFlight.owned });
  const left = lanes.slice(first.drafts.length);
  const second = draftAlike({
    waiting: stock,
    lanes: left.slice(0, stockLanes),
    rewardsInFlight: rewardsInFlight.stock,
  });
  return {
    drafts: [...first.drafts, ...second.drafts],
    waiting: [...first.waiting, ...second.waiting],
  };
}

function draftAlike<Lane, Intent extends Waiting>({
  waiting,
  lanes,
  rewardsInFlight,
}: {
  waiting: Intent[];
  lanes: Lane[];
  rewardsInFlight: number;
}): { drafts: Draft<Lane, Intent>[]; waiting: Intent[] } {
  const drafts: Draft<Lane, Intent>[] = [];
  const free = [...lanes];
  let left = waiting;
  const take = (purpose: WalletPurpose, intents: Intent[]) => {
    const lane = intents.length > 0 ? free.shift() : undefined;
    if (lane === undefined) return false;
    left = left.filter((intent) => !intents.includes(intent));
    drafts.push({ lane, purpose, intents });
    return true;
  };
  const takeRewards = () => take('REWARD', firstRewardGroup(left));
  const rewards = () => left.filter(({ purpose }) => purpose === 'REWARD').length;
  // One lane for the waiting rewards unless some are in flight: the later ones then gather into a fuller
  // transaction. A full one never waits.
  if (rewardsInFlight === 0 || rewards() >= maxRewardsInTransaction) takeRewards();
  while (rewards() >= maxRewardsInTransaction && takeRewards());
  for (const intent of left.filter(({ purpose }) => purpose === 'CREATE')) {
    if (!take('CREATE', [intent])) break;
  }
  // With lanes to spare no reward waits to share one: it would cost a single sign-up four seconds.
  while (takeRewards());
  return { drafts, waiting: left };
}

/** The first waiting reward, and those that may share its transaction. */
function firstRewardGroup<Intent extends Waiting>(waiting: Intent[]): Intent[] {
  const group: Intent[] = [];
  let most = maxRewardsInTransaction;
  for (const intent of waiting) {
    if (intent.purpose !== 'REWARD') continue;
    if (group.length >= Math.min(most, intent.maxWallets)) continue;
    most = Math.min(most, intent.maxWallets);
    group.push(intent);
  }
  return group;
}

/** What happens to the wallets of a commit that was refused as a whole: nothing was written. */
export type AfterRefusal =
  /** Those whose claim is still held go back to the front of the queue; the others are rejected. */
  | { step: 'sort out lost claims' }
  /** Lanes now held by another process are dropped, and all wallets go back. */
  | { step: 'sort out lost lanes' }
  /** The funds do not cover all of them: sign as many as they cover. */
  | { step: 'commit one by one' }
  /** A smaller reward transaction may be covered where the full one is not. */
  | { step: 'go back'; maxWallets: number }
  | {
      step: 'give up';
      error: ServiceError;
      /** Whether the gate reports the error, reads the pause again, or neither. */
      gate: 'reports' | 'checks' | 'untouched';
    };

/**
 * @param wallets of all drafts
 * @param isStock none of them has an owner: funds kept from the stock may still serve a user
 */
export function afterRefusal(
  refusal: CommitRefusal,
  { drafts, wallets, isStock }: { drafts: number; wallets: number; isStock: boolean },
): AfterRefusal {
  const giveUp = (
    code: ServiceError['code'],
    message: string,
    gate: 'reports' | 'checks' | 'untouched',
  ): AfterRefusal => ({ step: 'give up', error: new ServiceError(code, message), gate });
  switch (refusal) {
    case 'CLAIM_LOST':
      return { step: 'sort out lost claims' };
    case 'LANE_LOST':
      return { step: 'sort out lost lanes' };
    case 'ALREADY_SIGNED':
      // Another holder has signed for one of them: its history must be read again.
      return giveUp('SIGNED_ELSEWHERE', 'for one of the wallets', 'untouched');
    case 'PAUSED':
      return giveUp('SIGNING_PAUSED', 'before it was stored', 'checks');
    case 'DATABASE_BEHIND_CHAIN':
      return giveUp(refusal, 'an older database is in place', 'reports');
    default:
      if (drafts > 1) return { step: 'commit one by one' };
      if (wallets > 1) return { step: 'go back', maxWallets: Math.ceil(wallets / 2) };
      return giveUp(
        refusal,
        'the next transaction is not covered',
        isStock ? 'untouched' : 'reports',
      );
  }
}

/**
 * The same for a transaction of the service itself, for no wallet.
 * @param refusal null: the result of the commit is unknown
 * @returns `isLaneLost` when the lane must be left to its next holder; `error` replaces the one that was
 * thrown
 */
export function afterOwnRefusal(
  refusal: CommitRefusal | null,
  purpose: string,
): { isLaneLost: boolean; error: ServiceError | null; isReported: boolean } {
  const isPause = refusal !== null && isPauseReason(refusal);
  return {
    isLaneLost: refusal === null || refusal === 'LANE_LOST',
    error: isPause
      ? new ServiceError(
          refusal,
          `no ${purpose} transaction was signed: the database refused it with ${refusal}`,
        )
      : null,
    isReported: refusal === 'DATABASE_BEHIND_CHAIN',
  };
}
