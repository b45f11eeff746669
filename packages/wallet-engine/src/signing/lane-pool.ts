import { isServiceRefusal } from '../core/chain-errors.ts';
import type { Clock } from '../core/clock.ts';
import { leaseDurationMs } from '../core/engine-config.ts';
import { ServiceError, StoppedError } from '../core/errors.ts';
import type { EngineLog } from '../core/log.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { LaneStore, LeasedLane } from '../ports/lane-store.ts';
import type { AccessKeyView, NearChain } from '../ports/near-chain.ts';
import type { StoredTransaction, TransactionLedger } from '../ports/transaction-ledger.ts';
import type { ServiceGate } from '../service/service-gate.ts';
import { viewServiceKeys } from '../service/view-service-keys.ts';
import {
  askForLanes,
  fairShare,
  isAheadOf,
  judgeLease,
  type LeaseVerdict,
  needsNoop,
  needsSecondNode,
  neverHungry,
  tooEarlySince,
} from './lane-decisions.ts';
import type { TransactionSettler } from './settle-transaction.ts';
import type { SettledTransaction } from './settlement-writer.ts';

/** A lane this process holds. One transaction of it is in flight at a time. */
export interface HeldLane extends LeasedLane {
  /** What the database has, as far as its holder knows: the chain may have shown a higher one. */
  storedNonce: number;
  /** Hash of the newest transaction signed here and in no block yet; null: free to sign. */
  newestHash: string | null;
  idleSinceMs: number;
}

export interface LanePool {
  /** Which lanes may be leased: their keys are on the service account at a final block. */
  setUsable(laneNumbers: number[]): void;
  /**
   * Up to `wanted` lanes that are free, leasing more when too few are held. May be empty: the
   * pool says when one is free again.
   */
  takeFree(wanted: number): Promise<HeldLane[]>;
  /** Watches a stored transaction of the lane to its end; the lane is free once it is included. */
  watch(lane: HeldLane, transaction: StoredTransaction): Promise<SettledTransaction>;
  /** Nobody knows what became of the lane's last commit: no more signing here. */
  forget(lane: HeldLane): void;
  /**
   * A commit with these lanes was refused: those another process has now are forgotten. When it has
   * none of them, all are: something else is wrong with one.
   */
  keepHeld(lanes: HeldLane[]): Promise<void>;
  /**
   * The service account's own key, with nothing of its own open; null while another process has
   * it. It is never among the free ones.
   */
  takeOwnKey(): Promise<HeldLane | null>;
  /** Extends the leases and gives idle lanes back. A word with the database only. */
  renew(): Promise<void>;
  /** Takes up lanes whose holder died with transactions open. */
  takeOverOrphans(): Promise<void>;
  release(): Promise<void>;
  counts(): { held: number; busy: number };
}

interface PoolParts {
  holder: string;
  lanes: LaneStore;
  ledger: TransactionLedger;
  chain: NearChain;
  vault: KeyVault;
  settler: TransactionSettler;
  gate: ServiceGate;
  clock: Clock;
  log: EngineLog;
  serviceAccountId: string;
  onFree: () => void;
  onStuck: (lane: HeldLane) => void;
  /** A lane's key seems to be no more on the account; the own key is the gate's matter. */
  onKeyMissing: () => void;
}

/** Long enough that a stream of sign-ups keeps its lanes, short enough that others get them. */
const idleReleaseMs = 5_000;

export function createLanePool(parts: PoolParts): LanePool {
  return new Pool(parts);
}

class Pool implements LanePool {
  readonly #parts: PoolParts;
  readonly #held = new Map<number, HeldLane>();
  readonly #tooEarlySinceMs = new Map<number, number | null>();
  #usable: number[] = [];
  #hunger = neverHungry;

  constructor(parts: PoolParts) {
    this.#parts = parts;
  }

  setUsable(laneNumbers: number[]): void {
    this.#usable = laneNumbers;
  }

  async takeFree(wanted: number): Promise<HeldLane[]> {
    const missing = () => wanted - this.#free().length;
    const hunger = askForLanes(this.#hunger, { mine: this.#mine(), nowMs: this.#nowMs() });
    if (missing() > 0 && hunger) {
      this.#hunger = hunger;
      await this.#lease(this.#usable, missing());
      if (missing() > 0) await this.#takeShare(missing());
    }
    return this.#free().slice(0, wanted);
  }

  watch(lane: HeldLane, transaction: StoredTransaction): Promise<SettledTransaction> {
    const { settler, onFree, onStuck } = this.#parts;
    lane.newestHash = transaction.hash;
    lane.nonce = Math.max(lane.nonce, transaction.nonce);
    const settling = settler.settle(transaction, {
      onIncluded: () => {
        if (lane.newestHash !== transaction.hash) return;
        lane.newestHash = null;
        lane.idleSinceMs = this.#nowMs();
        onFree();
      },
      onStuck: (isRejected) => {
        const isHeld = this.#held.get(lane.laneNumber) === lane;
        if (!isHeld || !needsNoop(lane, transaction, isRejected)) return;
        // It was free while a block had the transaction.
        lane.newestHash = transaction.hash;
        onStuck(lane);
      },
      onRejected: (reason) => this.#heedRejection(lane, reason),
    });
    // Nobody watches it any more: a lane that stays held would never be free again. Its lease runs
    // out, and whoever takes it then goes on from the ledger.
    settling.catch(() => this.forget(lane));
    return settling;
  }

  forget(lane: HeldLane): void {
    if (this.#held.get(lane.laneNumber) === lane) this.#held.delete(lane.laneNumber);
  }

  async keepHeld(lanes: HeldLane[]): Promise<void> {
    const kept = await this.#renewLeases(lanes);
    const lost = lanes.filter(({ laneNumber }) => !kept.includes(laneNumber));
    for (const lane of lost.length > 0 ? lost : lanes) this.forget(lane);
  }

  async takeOwnKey(): Promise<HeldLane | null> {
    const { ledger, settler } = this.#parts;
    await this.#lease([0], 1);
    const lane = this.#held.get(0);
    if (!lane) return null;
    const open = await ledger.readOpenTransactions([lane.publicKey]);
    for (const transaction of open) await settler.settle(transaction);
    return lane;
  }

  async renew(): Promise<void> {
    const { holder, lanes: store } = this.#parts;
    const idle = [...this.#held.values()].filter(
      (lane) => lane.newestHash === null && this.#nowMs() - lane.idleSinceMs >= idleReleaseMs,
    );
    for (const lane of idle) this.forget(lane);
    if (idle.length > 0) await store.releaseLanes({ holder, lanes: leasesOf(idle) });

    const lanes = [...this.#held.values()];
    if (lanes.length === 0) return;
    const kept = await this.#renewLeases(lanes);
    for (const lane of lanes) if (!kept.includes(lane.laneNumber)) this.forget(lane);
  }

  async takeOverOrphans(): Promise<void> {
    const orphaned = await this.#parts.lanes.readOrphanedLanes({ nowMs: this.#nowMs() });
    await this.#lease(orphaned, orphaned.length);
  }

  async release(): Promise<void> {
    const { holder, lanes: store } = this.#parts;
    const lanes = [...this.#held.values()];
    this.#held.clear();
    if (lanes.length > 0) await store.releaseLanes({ holder, lanes: leasesOf(lanes) });
  }

  counts(): { held: number; busy: number } {
    const busy = [...this.#held.values()].filter((lane) => lane.newestHash !== null).length;
    return { held: this.#held.size, busy };
  }

  #nowMs(): number {
    return this.#parts.clock.now();
  }

  #free(): HeldLane[] {
    return [...this.#held.values()].filter(
      (lane) => lane.newestHash === null && lane.laneNumber > 0,
    );
  }

  /** How many are held, without the account's own key, which signs for no wallet. */
  #mine(): number {
    return this.#held.size - (this.#held.has(0) ? 1 : 0);
  }

  /** @returns the numbers of those still held */
  #renewLeases(lanes: LeasedLane[]): Promise<number[]> {
    const { holder, lanes: store } = this.#parts;
    const nowMs = this.#nowMs();
    return store.renewLanes({ holder, lanes: leasesOf(lanes), nowMs, leaseDurationMs });
  }

  #heedRejection(lane: HeldLane, reason: string): void {
    const { gate, log, onKeyMissing } = this.#parts;
    if (reason === 'InvalidAccessKeyError' && lane.laneNumber > 0) {
      onKeyMissing();
      return;
    }
    if (!isServiceRefusal(reason)) return;
    gate
      .recheck()
      .catch((error) => log.error({ error }, 'account and treasury could not be checked again'));
  }

  async #lease(laneNumbers: number[], limit: number): Promise<void> {
    const wanted = laneNumbers.filter((laneNumber) => !this.#held.has(laneNumber));
    if (wanted.length === 0) return;
    const { holder, lanes: store } = this.#parts;
    const leased = await store.leaseLanes({
      holder,
      laneNumbers: wanted,
      limit,
      nowMs: this.#nowMs(),
      leaseDurationMs,
    });
    await this.#begin(leased);
  }

  async #takeShare(wanted: number): Promise<void> {
    const { holder, lanes: store } = this.#parts;
    const nowMs = this.#nowMs();
    const laneNumbers = this.#usable;
    const counted = await store.countHeldLanes({ laneNumbers, nowMs });
    const take = fairShare({
      wanted,
      mine: this.#mine(),
      usable: this.#usable.length,
      others: counted.filter((other) => other.holder !== holder).map(({ lanes }) => lanes),
      hungryForMs: nowMs - this.#hunger.sinceMs,
    });
    if (!take) return;
    await this.#begin(
      await store.takeHeldLanes({ holder, laneNumbers, ...take, nowMs, leaseDurationMs }),
    );
  }

  async #begin(leased: LeasedLane[]): Promise<void> {
    if (leased.length === 0) return;
    try {
      await this.#takeOver(leased);
    } catch (error) {
      await this.#parts.lanes.releaseLanes({ holder: this.#parts.holder, lanes: leased });
      throw error;
    }
  }

  /** Nonces and open transactions of lanes just leased; the lease comes first, so nobody signs. */
  async #takeOver(leased: LeasedLane[]): Promise<void> {
    const { gate, ledger, vault, holder, lanes: store, onKeyMissing } = this.#parts;
    const { deploymentId } = gate.service().deployment;
    const [keys, open] = await Promise.all([
      this.#viewKeysOf(leased),
      ledger.readOpenTransactions(leased.map(({ publicKey }) => publicKey)),
    ]);
    const nonces = new Map(keys.map(({ publicKey, nonce }) => [publicKey, nonce]));
    // A process that was frozen here may have lost its leases: another's nonces on chain, beside
    // what it read itself long ago, would look as if the database were behind.
    const kept = await this.#renewLeases(leased);
    for (const lane of leased.filter(({ laneNumber }) => kept.includes(laneNumber))) {
      const { laneNumber, publicKey } = lane;
      const derivedKey = vault.lanePublicKey({ deploymentId, laneNumber });
      const verdict = this.#judge(lane, { derivedKey, onChain: nonces.get(publicKey) });
      if (verdict.kind === 'key missing') onKeyMissing();
      if (verdict.kind === 'seen too early') await store.releaseLanes({ holder, lanes: [lane] });
      if (verdict.kind !== 'usable') continue;
      const ofLane = open.filter((transaction) => transaction.publicKey === publicKey);
      this.#hold(lane, verdict.nonce, ofLane);
    }
  }

  /** @throws ServiceError `DATABASE_BEHIND_CHAIN` */
  #judge(
    lane: LeasedLane,
    { derivedKey, onChain }: { derivedKey: string; onChain: number | undefined },
  ): LeaseVerdict {
    const { laneNumber, publicKey } = lane;
    const nowMs = this.#nowMs();
    let sinceMs = this.#tooEarlySinceMs.get(laneNumber) ?? null;
    if (derivedKey === publicKey && onChain !== undefined) {
      sinceMs = tooEarlySince({ lane, onChain, sinceMs, nowMs });
      this.#tooEarlySinceMs.set(laneNumber, sinceMs);
    }
    const verdict = judgeLease({ lane, derivedKey, onChain, tooEarlySinceMs: sinceMs, nowMs });
    if (verdict.kind !== 'behind chain') return verdict;
    throw new ServiceError(
      'DATABASE_BEHIND_CHAIN',
      `lane ${laneNumber}: nonce ${onChain} on chain, ${lane.nonce} in the database`,
    );
  }

  #hold(lane: LeasedLane, nonce: number, open: StoredTransaction[]): void {
    const { log } = this.#parts;
    const idleSinceMs = this.#nowMs();
    const ours = { ...lane, nonce, storedNonce: lane.nonce, newestHash: null, idleSinceMs };
    this.#held.set(lane.laneNumber, ours);
    for (const transaction of open) {
      this.watch(ours, transaction).catch((error) => {
        if (!(error instanceof StoppedError)) log.error({ error }, 'lane recovery failed');
      });
    }
  }

  /** That there are transactions nobody knows here needs a second node, too. */
  async #viewKeysOf(leased: LeasedLane[]): Promise<AccessKeyView[]> {
    const { chain, serviceAccountId: accountId } = this.#parts;
    const one = await chain.viewAccessKeys({ accountId });
    const shownKeys = one.map(({ publicKey }) => publicKey);
    const isUnusual = needsSecondNode(leased, shownKeys);
    const keys = isUnusual ? await viewServiceKeys(chain, accountId) : one;
    const nonces = new Map(keys.map(({ publicKey, nonce }) => [publicKey, nonce]));
    const isAhead = leased.some((lane) =>
      isAheadOf(lane, nonces.get(lane.publicKey) ?? Number.NEGATIVE_INFINITY),
    );
    // Those may be one node's word, where no other answers.
    return isAhead ? chain.viewAccessKeys({ accountId, agreed: true }) : keys;
  }
}

function leasesOf(lanes: LeasedLane[]) {
  return lanes.map(({ laneNumber, fencingToken }) => ({ laneNumber, fencingToken }));
}
