import { toMicroCost } from '../core/amounts.ts';
import type { Clock } from '../core/clock.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import { ClaimLostError, isPauseReason, ServiceFault, StoppedError } from '../core/errors.ts';
import type { EngineLog } from '../core/log.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import {
  CommitRefusedError,
  type NewTransaction,
  type StoredTransaction,
  type TransactionLedger,
  type TransactionPurpose,
  type WalletPurpose,
} from '../ports/transaction-ledger.ts';
import type { ClaimedWallet } from '../ports/wallet-store.ts';
import type { DatabaseMemory } from '../service/database-memory.ts';
import type { ServiceGate } from '../service/service-gate.ts';
import { spendLimitsOf } from '../service/spend-limits.ts';
import {
  maxKeysInTransaction,
  maxRewardsInTransaction,
  planAccount,
  planLaneKeys,
  planRewards,
  planTombstone,
  type TransactionPlan,
} from '../service/transaction-plan.ts';
import type { HeldLane, LanePool } from './lane-pool.ts';
import type { SettledTransaction } from './settlement-writer.ts';

export interface SignedFor {
  settled: SettledTransaction;
  /** The wallets the transaction served, in the order of their actions. */
  userIds: string[];
}

export interface TransactionSigner {
  /**
   * Signs, stores and sends one transaction for the wallet, with others where it can, and waits for
   * its end.
   * @param maxWallets at most so many wallets in one transaction (REWARD only)
   * @throws ClaimLostError; ServiceFault when nothing may be signed now; StoppedError
   */
  sign(request: {
    wallet: ClaimedWallet;
    purpose: WalletPurpose;
    maxWallets: number;
  }): Promise<SignedFor>;
  /** Tries again to serve what waits; to be called when a lane is free. */
  pump(): void;
  /** Spends the next nonce of a lane whose transaction no node takes. */
  signTombstone(lane: HeldLane): Promise<void>;
  /** Adds keys of lanes with the account's own key, up to 100, and waits for the end. */
  signLaneKeys(lane: HeldLane, newLanes: NewTransaction['newLanes']): Promise<SettledTransaction>;
  /** How many requests wait for a lane. */
  waiting(): number;
}

interface Intent {
  wallet: ClaimedWallet;
  purpose: WalletPurpose;
  maxWallets: number;
  resolve: (signed: SignedFor) => void;
  reject: (error: unknown) => void;
}

interface Draft {
  lane: HeldLane;
  plan: TransactionPlan;
  purpose: TransactionPurpose;
  intents: Intent[];
}

const nearDecimals = 24;

export function createTransactionSigner({
  config,
  ledger,
  memory,
  vault,
  gate,
  holder,
  clock,
  log,
  signal,
  pool,
}: {
  config: EngineConfig;
  ledger: TransactionLedger;
  memory: DatabaseMemory;
  vault: KeyVault;
  holder: string;
  gate: ServiceGate;
  clock: Clock;
  log: EngineLog;
  signal: AbortSignal;
  pool: () => LanePool;
}): TransactionSigner {
  let waiting: Intent[] = [];
  let pumping = false;
  let pumpAgain = false;
  let rewardsInFlight = 0;
  const reserveMicroNear = toMicroCost(config.reserveYocto, nearDecimals);
  const spendLimits = spendLimitsOf(config);

  const draft = (lanes: HeldLane[]): Draft[] => {
    const drafts: Draft[] = [];
    const free = [...lanes];
    const takeRewards = () => {
      const intents = takeRewardGroup(waiting);
      const lane = intents.length > 0 ? free.shift() : undefined;
      if (!lane) return false;
      waiting = waiting.filter((intent) => !intents.includes(intent));
      const wallets = intents.map(({ wallet }) => wallet);
      const plan = planRewards({ wallets, reward: gate.service().reward });
      drafts.push({ lane, plan, purpose: 'REWARD', intents });
      return true;
    };
    const rewards = () => waiting.filter(({ purpose }) => purpose === 'REWARD').length;
    // One lane for the rewards that wait unless some are on their way: those behind them gather
    // into a fuller transaction meanwhile. A full one never waits.
    if (rewardsInFlight === 0 || rewards() >= maxRewardsInTransaction) takeRewards();
    while (rewards() >= maxRewardsInTransaction && takeRewards());
    for (const intent of waiting.filter(({ purpose }) => purpose === 'CREATE')) {
      const lane = free.shift();
      if (!lane) break;
      waiting = waiting.filter((other) => other !== intent);
      const plan = planAccount({
        wallet: intent.wallet,
        initialBalanceYocto: config.initialBalanceYocto,
      });
      drafts.push({ lane, plan, purpose: 'CREATE', intents: [intent] });
    }
    // With lanes to spare nobody waits for company: it would cost a single sign-up four seconds.
    while (takeRewards());
    return drafts;
  };

  const signDraft = async ({ lane, plan, purpose, intents }: Draft): Promise<NewTransaction> => {
    const { service, reference } = gate;
    const { deployment, reward } = service();
    const referenceBlock = await reference();
    const nonce = lane.nonce + 1;
    const signed = await vault.signTransaction({
      deploymentId: deployment.deploymentId,
      laneNumber: lane.laneNumber,
      signerId: config.serviceAccountId,
      receiverId: plan.receiverId,
      nonce,
      actions: plan.actions,
      reference: referenceBlock,
    });
    const paid = { amount: reward.baseUnits.toString(), tokenContract: reward.tokenContract };
    return {
      transaction: {
        ...signed,
        signerId: config.serviceAccountId,
        nonce,
        receiverId: plan.receiverId,
        referenceHeight: referenceBlock.height,
        purpose,
      },
      maxCostMicroNear: plan.maxCostMicroNear,
      maxCostMicroToken: plan.maxCostMicroToken,
      valueMicroNear: plan.valueMicroNear,
      lane: {
        laneNumber: lane.laneNumber,
        holder,
        fencingToken: lane.fencingToken,
        storedNonce: lane.storedNonce,
      },
      wallets: intents.map(({ wallet: { userId, claimToken } }) => ({
        userId,
        claimToken,
        reward: purpose === 'REWARD' ? paid : null,
      })),
      newLanes: [],
    };
  };

  const follow = ({ lane, purpose, intents }: Draft, { transaction }: NewTransaction) => {
    const { hash, nonce } = transaction;
    const stored: StoredTransaction = { ...transaction, status: 'SIGNED', failure: null };
    if (purpose === 'REWARD') rewardsInFlight += 1;
    const userIds = intents.map(({ wallet }) => wallet.userId);
    log.info({ hash, purpose, lane: lane.laneNumber, nonce, userIds }, 'transaction signed');
    pool()
      .watch(lane, stored)
      .finally(() => {
        if (purpose === 'REWARD') rewardsInFlight -= 1;
      })
      .then(
        (settled) => {
          for (const { resolve } of intents) resolve({ settled, userIds });
        },
        (error) => {
          for (const { reject } of intents) reject(error);
        },
      );
  };

  const rejectAll = (intents: Intent[], error: unknown) => {
    for (const { reject } of intents) reject(error);
  };

  const rejectDrafts = (drafts: Draft[], error: unknown) => {
    rejectAll(
      drafts.flatMap(({ intents }) => intents),
      error,
    );
  };

  /** Nothing was written. What can still be signed goes back to the front of those that wait. */
  const handleRefusal = async (drafts: Draft[], refusal: CommitRefusedError['refusal']) => {
    const intents = drafts.flatMap((each) => each.intents);
    const goBack = (some: Intent[]) => {
      waiting = [...some, ...waiting];
      pumpAgain = true;
    };
    switch (refusal) {
      case 'CLAIM_LOST': {
        const claims = intents.map(({ wallet: { userId, claimToken } }) => ({
          userId,
          claimToken,
        }));
        const held = await ledger.readHeldClaims(claims);
        // By token too: an intent of an earlier claim of this very process may still wait here.
        const isHeld = ({ wallet: { userId, claimToken } }: Intent) =>
          held.some((claim) => claim.userId === userId && claim.claimToken === claimToken);
        rejectAll(
          intents.filter((intent) => !isHeld(intent)),
          new ClaimLostError(),
        );
        return goBack(intents.filter(isHeld));
      }
      case 'LANE_LOST': {
        await pool().keepHeld(drafts.map(({ lane }) => lane));
        return goBack(intents);
      }
      case 'ALREADY_SIGNED': {
        // Another holder signed for one of them: its history must be read again.
        return rejectAll(intents, new ServiceFault('SIGNED_ELSEWHERE', 'for one of the wallets'));
      }
      case 'PAUSED': {
        await gate.check();
        return rejectAll(intents, new ServiceFault('SIGNING_PAUSED', 'before it was stored'));
      }
      case 'DATABASE_BEHIND_CHAIN': {
        const fault = new ServiceFault(refusal, 'an older database is in place');
        await gate.report(fault);
        return rejectAll(intents, fault);
      }
      default: {
        // Not enough for all of them: as much as there is, one by one.
        if (drafts.length > 1) {
          for (const each of drafts) await commitAndFollow([each]);
          return;
        }
        // One wallet of a full reward may fit where all of them do not.
        if (intents.length > 1) {
          const maxWallets = Math.ceil(intents.length / 2);
          return goBack(intents.map((intent) => ({ ...intent, maxWallets })));
        }
        const fault = new ServiceFault(refusal, 'the next transaction is not covered');
        await gate.report(fault);
        return rejectAll(intents, fault);
      }
    }
  };

  const commit = async (signed: { lane: HeldLane; added: NewTransaction }[]) => {
    await ledger.commitSignedTransactions({
      transactions: signed.map(({ added }) => added),
      ground: memory.ground(),
      reserveMicroNear,
      spendLimits,
      nowMs: clock.now(),
    });
    for (const { lane, added } of signed) {
      memory.signed(added.transaction.hash);
      lane.storedNonce = added.transaction.nonce;
    }
  };

  const commitAndFollow = async (drafts: Draft[]): Promise<void> => {
    try {
      const signed: (Draft & { added: NewTransaction })[] = [];
      for (const each of drafts) signed.push({ ...each, added: await signDraft(each) });
      await commit(signed);
      for (const each of signed) follow(each, each.added);
    } catch (error) {
      if (error instanceof CommitRefusedError) {
        return handleRefusal(drafts, error.refusal).catch((cause) => rejectDrafts(drafts, cause));
      }
      // Whether the commit happened is not known: the lane's next holder reads what it left.
      for (const { lane } of drafts) pool().forget(lane);
      rejectDrafts(drafts, error);
    }
  };

  const pumpOnce = async () => {
    // One turn of the event loop: wallets claimed together are signed for together.
    await clock.sleep(0);
    if (signal.aborted) {
      rejectAll(waiting, new StoppedError());
      waiting = [];
      return;
    }
    if (waiting.length === 0) return;
    const creates = waiting.filter(({ purpose }) => purpose === 'CREATE').length;
    const rewards = Math.ceil((waiting.length - creates) / maxRewardsInTransaction);
    const lanes = await pool().takeFree(creates + rewards);
    const drafts = draft(lanes);
    if (drafts.length > 0) await commitAndFollow(drafts);
  };

  const pump = () => {
    if (pumping) {
      pumpAgain = true;
      return;
    }
    pumping = true;
    const run = async () => {
      do {
        pumpAgain = false;
        await pumpOnce();
      } while (pumpAgain);
    };
    run()
      .catch((error) => {
        rejectAll(waiting, error);
        waiting = [];
      })
      .finally(() => {
        pumping = false;
        if (pumpAgain) pump();
      });
  };

  const signAlone = async (
    { lane, plan, purpose }: Omit<Draft, 'intents'>,
    newLanes: NewTransaction['newLanes'] = [],
  ) => {
    const signed = await signDraft({ lane, plan, purpose, intents: [] });
    const added = { ...signed, newLanes };
    await commit([{ lane, added }]).catch(async (error) => {
      const refusal = error instanceof CommitRefusedError ? error.refusal : null;
      // Another's by now, or it is not known what the commit did: the next holder reads what is left.
      if (refusal === null || refusal === 'LANE_LOST') pool().forget(lane);
      if (refusal === null || !isPauseReason(refusal)) throw error;
      const fault = new ServiceFault(refusal, `a ${purpose} transaction`);
      if (refusal === 'DATABASE_BEHIND_CHAIN') await gate.report(fault);
      throw fault;
    });
    return pool().watch(lane, { ...added.transaction, status: 'SIGNED', failure: null });
  };

  return {
    pump,
    waiting: () => waiting.length,

    sign: (request) =>
      new Promise((resolve, reject) => {
        waiting.push({ ...request, resolve, reject });
        pump();
      }),

    async signTombstone(lane) {
      log.warn({ lane: lane.laneNumber }, 'lane is stuck: its next nonce is spent');
      const plan = planTombstone(config.serviceAccountId);
      await signAlone({ lane, plan, purpose: 'TOMBSTONE' });
    },

    async signLaneKeys(lane, newLanes) {
      const added = newLanes.slice(0, maxKeysInTransaction);
      const plan = planLaneKeys({
        serviceAccountId: config.serviceAccountId,
        publicKeys: added.map(({ publicKey }) => publicKey),
      });
      return signAlone({ lane, plan, purpose: 'LANES' }, added);
    },
  };
}

/** The first that waits, and those that may go with it. */
function takeRewardGroup(waiting: Intent[]): Intent[] {
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
