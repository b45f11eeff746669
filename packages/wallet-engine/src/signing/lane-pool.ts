import { isServiceRejection } from '../core/chain-errors.ts';
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
import type { HeldLane } from './held-lane.ts';
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
import type { LaneEvents } from './lane-events.ts';
import { nonceBehind } from './nonce-behind.ts';
import type { TransactionSettler } from './settle-transaction.ts';
import type { SettledTransaction } from './settlement-writer.ts';

export interface LanePool {
  /** Which lanes may be leased: their keys are on the service account at a final block. */
  setUsable(laneNumbers: number[]): void;
  /**
   * Up to `wanted` free lanes, leasing more when too few are held. May be empty: an event tells
   * when one is free again.
   */
  takeFree(wanted: number): Promise<HeldLane[]>;
  /** Has a stored transaction of the lane settled; the lane is free once it is included. */
  watch(lane: HeldLane, transaction: StoredTransaction): Promise<SettledTransaction>;
  /** Drops a lane whose last commit has an unknown result: nothing more is signed with it here. */
  forget(lane: HeldLane): void;
  /**
   * A commit with these lanes was refused: those now held by another process are dropped. If none of them
   * is, all are dropped: something else is wrong with one.
   */
  keepHeld(lanes: HeldLane[]): Promise<void>;
  /**
   * The service account's own key, once its open transactions are settled; null while another process has
   * it. It is never among the free lanes.
   */
  takeOwnKey(): Promise<HeldLane | null>;
  /** Extends the leases and gives idle lanes back. Talks to the database only. */
  renew(): Promise<void>;
  /** Takes over lanes whose holder died with open transactions. */
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
  events: Pick<LaneEvents, 'free' | 'stuck' | 'keyMissing'>;
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
    const { settler, events } = this.#parts;
    lane.newestHash = transaction.hash;
    lane.nonce = Math.max(lane.nonce, transaction.nonce);
    let wasNewest = false;
    const settling = settler.settle(transaction, {
      onIncluded: () => {
        wasNewest = lane.nonce === transaction.nonce;
        if (lane.newestHash !== transaction.hash) return;
        lane.newestHash = null;
        lane.idleSinceMs = this.#nowMs();
        events.free();
      },
      onStuck: (isRejected) => {
        const isHeld = this.#held.get(lane.laneNumber) === lane;
        if (!isHeld || !needsNoop(lane, transaction, isRejected)) return;
        // The lane was free while a block had the transaction.
        lane.newestHash = transaction.hash;
        events.stuck(lane);
      },
      onRejected: (reason) => this.#heedRejection(lane, reason),
    });
    // It is no longer watched: a lane that stays held would never be free again. Its lease expires, and
    // its next holder continues from the ledger. A process that stops releases its lanes at once.
    settling.then(
      // Perhaps the key was put back by hand and its nonce begins elsewhere: all that this process would sign
      // with it from here on would be void. The keys are read again.
      ({ status }) => {
        if (status !== 'DEAD' || !wasNewest) return;
        this.forget(lane);
        events.keyMissing();
      },
      (error) => {
        if (!(error instanceof StoppedError)) this.forget(lane);
      },
    );
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
      (lane) => lane.newestHash === null && this.#usable.includes(lane.laneNumber),
    );
  }

  /** How many lanes are held, without the account's own key, which signs for no wallet. */
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
    const { gate, log, events } = this.#parts;
    // For the account's own key the gate is asked.
    if (reason === 'InvalidAccessKeyError' && lane.laneNumber > 0) {
      events.keyMissing();
      return;
    }
    if (!isServiceRejection(reason)) return;
    gate
      .recheck()
      .catch((error) =>
        log.error(
          { error },
          'a node rejected a transaction, and the service account could not be checked for the reason',
        ),
      );
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

  /** Reads nonces and open transactions of leased lanes; after the lease no other process signs. */
  async #takeOver(leased: LeasedLane[]): Promise<void> {
    const { gate, ledger, vault, holder, lanes: store, events } = this.#parts;
    const { deploymentId } = gate.service().deployment;
    const [keys, open] = await Promise.all([
      this.#viewKeysOf(leased),
      ledger.readOpenTransactions(leased.map(({ publicKey }) => publicKey)),
    ]);
    const nonces = new Map(keys.map(({ publicKey, nonce }) => [publicKey, nonce]));
    // A process that was frozen here may have lost its leases: another holder's nonces on chain, compared
    // with its own old reading, would look as if the database were behind.
    const kept = await this.#renewLeases(leased);
    for (const lane of leased.filter(({ laneNumber }) => kept.includes(laneNumber))) {
      const { laneNumber, publicKey } = lane;
      const derivedKey = vault.lanePublicKey({ deploymentId, laneNumber });
      const verdict = this.#judge(lane, { derivedKey, onChain: nonces.get(publicKey) });
      const ofLane = open.filter((transaction) => transaction.publicKey === publicKey);
      if (verdict.kind === 'seen too early') await store.releaseLanes({ holder, lanes: [lane] });
      if (verdict.kind === 'key missing') {
        events.keyMissing();
        // A noop belongs to no wallet that would follow it.
        this.#follow(ofLane, (transaction) => this.#parts.settler.settle(transaction));
      }
      if (verdict.kind === 'usable') this.#hold(lane, verdict.nonce, ofLane);
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
      nonceBehind({ laneNumber, onChain, stored: lane.nonce }),
    );
  }

  #hold(lane: LeasedLane, nonce: number, open: StoredTransaction[]): void {
    const idleSinceMs = this.#nowMs();
    const ours = { ...lane, nonce, storedNonce: lane.nonce, newestHash: null, idleSinceMs };
    this.#held.set(lane.laneNumber, ours);
    this.#follow(open, (transaction) => this.watch(ours, transaction));
  }

  #follow(
    open: StoredTransaction[],
    settle: (transaction: StoredTransaction) => Promise<SettledTransaction>,
  ): void {
    const { log } = this.#parts;
    for (const transaction of open) {
      settle(transaction).catch((error) => {
        if (!(error instanceof StoppedError)) {
          const { hash } = transaction;
          log.error({ hash, error }, 'an open transaction could not be followed to its outcome');
        }
      });
    }
  }

  /** That the chain has transactions unknown here must also be confirmed by a second node. */
  async #viewKeysOf(leased: LeasedLane[]): Promise<AccessKeyView[]> {
    const { chain, serviceAccountId: accountId } = this.#parts;
    const one = (await chain.viewAccessKeys({ accountId })).filter(hasFullAccess);
    const shownKeys = one.map(({ publicKey }) => publicKey);
    const isUnusual = needsSecondNode(leased, shownKeys);
    const keys = isUnusual ? (await viewServiceKeys(chain, accountId)).filter(hasFullAccess) : one;
    const nonces = new Map(keys.map(({ publicKey, nonce }) => [publicKey, nonce]));
    const isAhead = leased.some((lane) =>
      isAheadOf(lane, nonces.get(lane.publicKey) ?? Number.NEGATIVE_INFINITY),
    );
    // Until here a single node's answer may do, where no other answers.
    if (!isAhead) return keys;
    return (await chain.viewAccessKeys({ accountId, agreed: true })).filter(hasFullAccess);
  }
}

/** Without it a key signs nothing of ours: as if it were not there. */
function hasFullAccess({ fullAccess }: AccessKeyView): boolean {
  return fullAccess;
}

function leasesOf(lanes: LeasedLane[]) {
  return lanes.map(({ laneNumber, fencingToken }) => ({ laneNumber, fencingToken }));
}
