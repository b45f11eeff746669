import { isPauseReason, ServiceFault } from '../core/errors.ts';
import type { CommitRefusal, WalletPurpose } from '../ports/transaction-ledger.ts';
import { maxRewardsInTransaction } from '../service/transaction-plan.ts';

/** What of a request for a signature decides where it goes. */
interface Waiting {
  purpose: WalletPurpose;
  /** At most so many wallets in one transaction (REWARD only). */
  maxWallets: number;
}

export interface Draft<Lane, Intent> {
  lane: Lane;
  purpose: WalletPurpose;
  /** One for CREATE, up to 50 for REWARD. */
  intents: Intent[];
}

/** For how many lanes there is work: one for each account, the rewards go together. */
export function lanesWanted(waiting: Waiting[]): number {
  const creates = waiting.filter(({ purpose }) => purpose === 'CREATE').length;
  return creates + Math.ceil((waiting.length - creates) / maxRewardsInTransaction);
}

/**
 * Which of those that wait go into which transaction, on which lane.
 * @param rewardsInFlight transactions of rewards that are on their way
 * @returns the drafts in the order in which they are signed, and those that wait on
 */
export function draftTransactions<Lane, Intent extends Waiting>({
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
  // One lane for the rewards that wait unless some are on their way: those behind them gather
  // into a fuller transaction meanwhile. A full one never waits.
  if (rewardsInFlight === 0 || rewards() >= maxRewardsInTransaction) takeRewards();
  while (rewards() >= maxRewardsInTransaction && takeRewards());
  for (const intent of left.filter(({ purpose }) => purpose === 'CREATE')) {
    if (!take('CREATE', [intent])) break;
  }
  // With lanes to spare nobody waits for company: it would cost a single sign-up four seconds.
  while (takeRewards());
  return { drafts, waiting: left };
}

/** The first reward that waits, and those that may go with it. */
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

/** What is done with the wallets of a commit that was refused as a whole: nothing was written. */
export type AfterRefusal =
  /** Those whose claim is still held go back to the front of the queue, the others end. */
  | { step: 'sort out lost claims' }
  /** Lanes that another process has now are forgotten, and all wallets go back. */
  | { step: 'sort out lost lanes' }
  /** Not enough for all of them together: as much as there is. */
  | { step: 'commit one by one' }
  /** One wallet of a full reward may fit where all of them do not. */
  | { step: 'go back'; maxWallets: number }
  | {
      step: 'give up';
      error: ServiceFault;
      /** Whether the gate reports the error, reads again why signing is paused, or neither. */
      gate: 'reports' | 'checks' | 'untouched';
    };

/** @param wallets of all drafts */
export function afterRefusal(
  refusal: CommitRefusal,
  { drafts, wallets }: { drafts: number; wallets: number },
): AfterRefusal {
  const giveUp = (
    code: ServiceFault['code'],
    message: string,
    gate: 'reports' | 'checks' | 'untouched',
  ): AfterRefusal => ({ step: 'give up', error: new ServiceFault(code, message), gate });
  switch (refusal) {
    case 'CLAIM_LOST':
      return { step: 'sort out lost claims' };
    case 'LANE_LOST':
      return { step: 'sort out lost lanes' };
    case 'ALREADY_SIGNED':
      // Another holder signed for one of them: its history must be read again.
      return giveUp('SIGNED_ELSEWHERE', 'for one of the wallets', 'untouched');
    case 'PAUSED':
      return giveUp('SIGNING_PAUSED', 'before it was stored', 'checks');
    case 'DATABASE_BEHIND_CHAIN':
      return giveUp(refusal, 'an older database is in place', 'reports');
    default:
      if (drafts > 1) return { step: 'commit one by one' };
      if (wallets > 1) return { step: 'go back', maxWallets: Math.ceil(wallets / 2) };
      return giveUp(refusal, 'the next transaction is not covered', 'reports');
  }
}

/**
 * The same for a transaction of the service's own, which serves no wallet.
 * @param refusal null: it is not known what the commit did
 * @returns `isLaneLost` when the lane's next holder must read what is left there; `error` in place of the
 * one that was thrown
 */
export function afterOwnRefusal(
  refusal: CommitRefusal | null,
  purpose: string,
): { isLaneLost: boolean; error: ServiceFault | null; isReported: boolean } {
  const isPause = refusal !== null && isPauseReason(refusal);
  return {
    isLaneLost: refusal === null || refusal === 'LANE_LOST',
    error: isPause ? new ServiceFault(refusal, `a ${purpose} transaction`) : null,
    isReported: refusal === 'DATABASE_BEHIND_CHAIN',
  };
}
