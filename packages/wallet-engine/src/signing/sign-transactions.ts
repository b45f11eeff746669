import { toMicroCost } from '../core/amounts.ts';
import type { Clock } from '../core/clock.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import { ClaimLostError, StoppedError } from '../core/errors.ts';
import type { EngineLog } from '../core/log.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import {
  type CommitRefusal,
  CommitRefusedError,
  type NewTransaction,
  type SpendLimits,
  type StoredTransaction,
  type TransactionLedger,
  type TransactionPurpose,
  type WalletPurpose,
} from '../ports/transaction-ledger.ts';
import { type ClaimedWallet, storedKeyOf } from '../ports/wallet-store.ts';
import type { DatabaseMemory } from '../service/database-memory.ts';
import type { ServiceGate } from '../service/service-gate.ts';
import { spendLimitsOf } from '../service/spend-limits.ts';
import {
  type CostedPlan,
  maxKeysInTransaction,
  planAccount,
  planLaneKeys,
  planNoop,
  planRewards,
} from '../service/transaction-plan.ts';
import {
  afterOwnRefusal,
  afterRefusal,
  type Draft,
  draftTransactions,
  lanesForStock,
  lanesWanted,
  type RewardsInFlight,
} from './draft-transactions.ts';
import type { HeldLane } from './held-lane.ts';
import type { LanePool } from './lane-pool.ts';
import type { SettledTransaction } from './settlement-writer.ts';

export interface SignedFor {
  settled: SettledTransaction;
  /** The wallets the transaction served, in the order of their actions. */
  userIds: string[];
}

export interface TransactionSigner {
  /**
   * Signs, stores and sends a transaction for the wallet, shared with others where possible, and waits until
   * it is settled.
   * @param maxWallets the most wallets in that transaction (REWARD only)
   * @throws ClaimLostError; ServiceError when nothing may be signed now; StoppedError
   */
  sign(request: {
    wallet: ClaimedWallet;
    purpose: WalletPurpose;
    maxWallets: number;
  }): Promise<SignedFor>;
  /** Tries again to serve waiting requests; to be called when a lane is free. */
  pump(): void;
  /** Spends the next nonce of a lane whose transaction no block has. */
  signNoop(lane: HeldLane): Promise<void>;
  /** Adds up to 100 lane keys with the account's own key, and waits until that is settled. */
  signLaneKeys(lane: HeldLane, newLanes: NewTransaction['newLanes']): Promise<SettledTransaction>;
  /** How many requests are waiting for a lane. */
  waiting(): number;
  /** How many of them are for wallets with an owner. */
  waitingForOwners(): number;
}

interface Intent {
  wallet: ClaimedWallet;
  purpose: WalletPurpose;
  maxWallets: number;
  isStock: boolean;
  resolve: (signed: SignedFor) => void;
  reject: (error: unknown) => void;
}

type WalletDraft = Draft<HeldLane, Intent>;

interface SignerParts {
  config: EngineConfig;
  ledger: TransactionLedger;
  memory: DatabaseMemory;
  vault: KeyVault;
  gate: ServiceGate;
  pool: LanePool;
  /** The name of this process in the leases of its lanes. */
  holder: string;
  clock: Clock;
  log: EngineLog;
  signal: AbortSignal;
}

const nearDecimals = 24;

export function createTransactionSigner(parts: SignerParts): TransactionSigner {
  return new Signer(parts);
}

class Signer implements TransactionSigner {
  readonly #parts: SignerParts;
  readonly #reserveMicroNear: number;
  readonly #spendLimits: SpendLimits;
  #waiting: Intent[] = [];
  #isPumping = false;
  #pumpAgain = false;
  readonly #rewardsInFlight: RewardsInFlight = { owned: 0, stock: 0 };
  /** Lanes whose last transaction was for the stock, with its hash. */
  readonly #stockLanes = new Map<HeldLane, string>();

  constructor(parts: SignerParts) {
    this.#parts = parts;
    this.#reserveMicroNear = toMicroCost(parts.config.reserveYocto, nearDecimals);
    this.#spendLimits = spendLimitsOf(parts.config);
  }

  waiting(): number {
    return this.#waiting.length;
  }

  waitingForOwners(): number {
    return this.#waiting.filter(({ isStock }) => !isStock).length;
  }

  sign(request: Parameters<TransactionSigner['sign']>[0]): Promise<SignedFor> {
    return new Promise((resolve, reject) => {
      const isStock = request.wallet.ownerId === null;
      this.#waiting.push({ ...request, isStock, resolve, reject });
      this.pump();
    });
  }

  pump(): void {
    if (this.#isPumping) {
      this.#pumpAgain = true;
      return;
    }
    this.#isPumping = true;
    const run = async () => {
      do {
        this.#pumpAgain = false;
        await this.#pumpOnce();
      } while (this.#pumpAgain);
    };
    run()
      .catch((error) => this.#rejectWaiting(error))
      .finally(() => {
        this.#isPumping = false;
        if (this.#pumpAgain) this.pump();
      });
  }

  async signNoop(lane: HeldLane): Promise<void> {
    const { log } = this.#parts;
    log.warn(
      { lane: lane.laneNumber },
      'a noop spends the nonces of an access key (lane): its earlier transactions can no longer execute',
    );
    await this.#signAlone({ lane, costed: planNoop(), purpose: 'TOMBSTONE', newLanes: [] });
  }

  async signLaneKeys(
    lane: HeldLane,
    newLanes: NewTransaction['newLanes'],
  ): Promise<SettledTransaction> {
    const added = newLanes.slice(0, maxKeysInTransaction);
    const costed = planLaneKeys(added.map(({ laneNumber }) => laneNumber));
    return this.#signAlone({ lane, costed, purpose: 'LANES', newLanes: added });
  }

  async #pumpOnce(): Promise<void> {
    const { clock, signal, pool } = this.#parts;
    // One turn of the event loop, so that wallets claimed together are signed for together.
    await clock.sleep(0);
    if (signal.aborted) return this.#rejectWaiting(new StoppedError());
    if (this.#waiting.length === 0) return;
    const stockLanes = this.#freeForStock();
    const lanes = await pool.takeFree(lanesWanted(this.#waiting, stockLanes));
    const rewardsInFlight = this.#rewardsInFlight;
    const { drafts, waiting } = draftTransactions({
      waiting: this.#waiting,
      lanes,
      rewardsInFlight,
      stockLanes,
    });
    this.#waiting = waiting;
    if (drafts.length > 0) await this.#commitAndFollow(drafts);
  }

  async #commitAndFollow(drafts: WalletDraft[]): Promise<void> {
    try {
      const signed: { draft: WalletDraft; lane: HeldLane; added: NewTransaction }[] = [];
      for (const draft of drafts) {
        const added = await this.#signDraft({ ...draft, costed: this.#planOf(draft) });
        signed.push({ draft, lane: draft.lane, added });
      }
      await this.#commit(signed);
      for (const { draft, added } of signed) this.#follow(draft, added);
    } catch (error) {
      if (error instanceof CommitRefusedError) {
        return this.#handleRefusal(drafts, error.refusal).catch((cause) =>
          rejectAll(intentsOf(drafts), cause),
        );
      }
      // Whether the commit happened is unknown: the lane's next holder reads the ledger.
      for (const { lane } of drafts) this.#parts.pool.forget(lane);
      rejectAll(intentsOf(drafts), error);
    }
  }

  #freeForStock(): number {
    for (const [lane, hash] of this.#stockLanes) {
      if (lane.newestHash !== hash) this.#stockLanes.delete(lane);
    }
    return Math.max(lanesForStock(this.#parts.config.lanes) - this.#stockLanes.size, 0);
  }

  #planOf({ purpose, intents }: WalletDraft): CostedPlan {
    const { config, gate } = this.#parts;
    const wallets = intents.map(({ wallet }) => wallet);
    const [wallet] = wallets;
    if (purpose === 'REWARD' || !wallet) {
      return planRewards({ wallets, reward: gate.service().reward });
    }
    const { initialBalanceYocto } = config;
    return planAccount({ wallet: storedKeyOf(wallet), initialBalanceYocto });
  }

  async #signDraft({
    lane,
    costed,
    purpose,
    intents,
  }: {
    lane: HeldLane;
    costed: CostedPlan;
    purpose: TransactionPurpose;
    intents: Intent[];
  }): Promise<NewTransaction> {
    const { gate, vault, config, holder } = this.#parts;
    const { deployment, reward } = gate.service();
    const reference = await gate.reference();
    const nonce = lane.nonce + 1;
    const { plan, ...costs } = costed;
    const { laneNumber, fencingToken, storedNonce } = lane;
    const signed = await vault.signTransaction({
      deploymentId: deployment.deploymentId,
      laneNumber,
      nonce,
      plan,
      reference,
    });
    const paid = { amount: reward.baseUnits.toString(), tokenContract: reward.tokenContract };
    return {
      transaction: {
        ...signed,
        signerId: config.serviceAccountId,
        nonce,
        referenceHeight: reference.height,
        purpose,
      },
      ...costs,
      lane: { laneNumber, holder, fencingToken, storedNonce },
      wallets: intents.map(({ wallet: { userId, claimToken } }) => ({
        userId,
        claimToken,
        reward: purpose === 'REWARD' ? paid : null,
      })),
      newLanes: [],
    };
  }

  async #commit(signed: { lane: HeldLane; added: NewTransaction }[]): Promise<void> {
    const { ledger, memory, clock } = this.#parts;
    await ledger.commitSignedTransactions({
      transactions: signed.map(({ added }) => added),
      ground: memory.ground(),
      reserveMicroNear: this.#reserveMicroNear,
      spendLimits: this.#spendLimits,
      nowMs: clock.now(),
    });
    for (const { lane, added } of signed) {
      memory.signed(added.transaction.hash);
      lane.storedNonce = added.transaction.nonce;
    }
  }

  #follow({ lane, purpose, intents }: WalletDraft, { transaction }: NewTransaction): void {
    const { pool, log } = this.#parts;
    const { hash, nonce } = transaction;
    const kind = isOfStock(intents) ? 'stock' : 'owned';
    if (purpose === 'REWARD') this.#rewardsInFlight[kind] += 1;
    const userIds = intents.map(({ wallet }) => wallet.userId);
    log.info({ hash, purpose, lane: lane.laneNumber, nonce, userIds }, 'transaction signed');
    const watched = pool.watch(lane, storedOf(transaction));
    if (kind === 'stock') this.#stockLanes.set(lane, hash);
    watched
      .finally(() => {
        if (purpose === 'REWARD') this.#rewardsInFlight[kind] -= 1;
      })
      .then(
        (settled) => {
          for (const { resolve } of intents) resolve({ settled, userIds });
        },
        (error) => rejectAll(intents, error),
      );
  }

  /** Nothing was written. What can still be signed goes back to the front of the queue. */
  async #handleRefusal(drafts: WalletDraft[], refusal: CommitRefusal): Promise<void> {
    const { pool, gate } = this.#parts;
    const intents = intentsOf(drafts);
    const after = afterRefusal(refusal, {
      drafts: drafts.length,
      wallets: intents.length,
      isStock: isOfStock(intents),
    });
    switch (after.step) {
      case 'sort out lost claims':
        return this.#sortOutLostClaims(intents);
      case 'sort out lost lanes':
        await pool.keepHeld(drafts.map(({ lane }) => lane));
        return this.#goBack(intents);
      case 'commit one by one':
        for (const each of drafts) await this.#commitAndFollow([each]);
        return;
      case 'go back':
        return this.#goBack(intents.map((intent) => ({ ...intent, maxWallets: after.maxWallets })));
      case 'give up':
        if (after.gate === 'checks') await gate.check();
        if (after.gate === 'reports') await gate.report(after.error);
        return rejectAll(intents, after.error);
    }
  }

  async #sortOutLostClaims(intents: Intent[]): Promise<void> {
    const claims = intents.map(({ wallet: { userId, claimToken } }) => ({ userId, claimToken }));
    const held = await this.#parts.ledger.readHeldClaims(claims);
    // By token too: an intent of an earlier claim of this process may still be waiting.
    const isHeld = ({ wallet: { userId, claimToken } }: Intent) =>
      held.some((claim) => claim.userId === userId && claim.claimToken === claimToken);
    rejectAll(
      intents.filter((intent) => !isHeld(intent)),
      new ClaimLostError(),
    );
    this.#goBack(intents.filter(isHeld));
  }

  #goBack(intents: Intent[]): void {
    this.#waiting = [...intents, ...this.#waiting];
    this.#pumpAgain = true;
  }

  #rejectWaiting(error: unknown): void {
    rejectAll(this.#waiting, error);
    this.#waiting = [];
  }

  /** A transaction of the service itself, for no wallet. */
  async #signAlone({
    lane,
    costed,
    purpose,
    newLanes,
  }: {
    lane: HeldLane;
    costed: CostedPlan;
    purpose: TransactionPurpose;
    newLanes: NewTransaction['newLanes'];
  }): Promise<SettledTransaction> {
    const { pool, gate } = this.#parts;
    const signed = await this.#signDraft({ lane, costed, purpose, intents: [] });
    const added = { ...signed, newLanes };
    await this.#commit([{ lane, added }]).catch(async (thrown) => {
      const refusal = thrown instanceof CommitRefusedError ? thrown.refusal : null;
      const { isLaneLost, error, isReported } = afterOwnRefusal(refusal, purpose);
      if (isLaneLost) pool.forget(lane);
      if (error && isReported) await gate.report(error);
      throw error ?? thrown;
    });
    return pool.watch(lane, storedOf(added.transaction));
  }
}

function isOfStock(intents: Intent[]): boolean {
  return intents.every(({ isStock }) => isStock);
}

function intentsOf(drafts: WalletDraft[]): Intent[] {
  return drafts.flatMap(({ intents }) => intents);
}

function rejectAll(intents: Intent[], error: unknown): void {
  for (const { reject } of intents) reject(error);
}

function storedOf(transaction: NewTransaction['transaction']): StoredTransaction {
  return { ...transaction, status: 'SIGNED', failure: null };
}
