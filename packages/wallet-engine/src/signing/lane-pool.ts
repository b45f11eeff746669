import { isServiceRefusal } from '../core/chain-errors.ts';
import type { Clock } from '../core/clock.ts';
import { leaseDurationMs, lookMs } from '../core/engine-config.ts';
import { ServiceFault, StoppedError } from '../core/errors.ts';
import { isBehindChain } from '../core/lane-nonce.ts';
import type { EngineLog } from '../core/log.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { LaneStore, LeasedLane } from '../ports/lane-store.ts';
import type { NearChain } from '../ports/near-chain.ts';
import type { StoredTransaction, TransactionLedger } from '../ports/transaction-ledger.ts';
import type { ServiceGate } from '../service/service-gate.ts';
import { viewServiceKeys } from '../service/view-service-keys.ts';
import type { TransactionSettler } from './settle-transaction.ts';

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
  watch(lane: HeldLane, transaction: StoredTransaction): Promise<Settled>;
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

type Settled = Awaited<ReturnType<TransactionSettler['settle']>>;

/** Long enough that a stream of sign-ups keeps its lanes, short enough that others get them. */
const idleReleaseMs = 5_000;
/** With fewer lanes than busy processes, one without any waits so long for its turn. */
const turnMs = 5_000;
/** `heightAgreementBlocks`, in time. */
const nodesAgreeAfterMs = 30_000;
/** When all lanes are taken, asking at every sign-up would only load the database. */
const leasePauseMs = 200;

export function createLanePool({
  holder,
  lanes: store,
  ledger,
  chain,
  vault,
  settler,
  gate,
  clock,
  log,
  serviceAccountId,
  onFree,
  onStuck,
  onKeyMissing,
}: {
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
}): LanePool {
  const held = new Map<number, HeldLane>();
  const seenTooEarlySinceMs = new Map<number, number>();
  let usable: number[] = [];
  let triedLeasingAtMs = Number.NEGATIVE_INFINITY;
  /** Since when this process wants a lane and has none. */
  let hungrySinceMs = Number.NEGATIVE_INFINITY;

  /** Without the account's own key, which signs for no wallet. */
  const countOwn = () => held.size - (held.has(0) ? 1 : 0);

  const forget = (lane: HeldLane) => {
    if (held.get(lane.laneNumber) === lane) held.delete(lane.laneNumber);
  };

  const watch = (lane: HeldLane, transaction: StoredTransaction) => {
    lane.newestHash = transaction.hash;
    lane.nonce = Math.max(lane.nonce, transaction.nonce);
    const free = () => {
      if (lane.newestHash !== transaction.hash) return;
      lane.newestHash = null;
      lane.idleSinceMs = clock.now();
      onFree();
    };
    const settling = settler.settle(transaction, {
      onIncluded: free,
      onStuck: (isRefused) => {
        // A newer one spends a higher nonce by itself. What spends it now is sent again: unless it
        // may never execute, more of them would only pile up.
        if (held.get(lane.laneNumber) !== lane || lane.nonce !== transaction.nonce) return;
        if (transaction.purpose === 'TOMBSTONE' && !isRefused) return;
        // It was free while a block had the transaction.
        lane.newestHash = transaction.hash;
        onStuck(lane);
      },
      onRejected: (reason) => {
        if (reason === 'InvalidAccessKeyError' && lane.laneNumber > 0) return onKeyMissing();
        if (!isServiceRefusal(reason)) return;
        gate
          .recheck()
          .catch((error) => log.error({ error }, 'the service was not looked at again'));
      },
    });
    // Nobody watches it any more: a lane that stays held would never be free again. Its lease runs
    // out, and whoever takes it then goes on from the ledger.
    settling.catch(() => forget(lane));
    return settling;
  };

  /**
   * A key that was added again begins far above all nonces it had. One that shows no more of them is
   * looked at in a block of before, unless it goes on so: then it was never missing.
   */
  const isSeenTooEarly = ({ laneNumber, nonce, isAddedAgain }: LeasedLane, onChain: number) => {
    if (!isAddedAgain || onChain > nonce) {
      seenTooEarlySinceMs.delete(laneNumber);
      return false;
    }
    const sinceMs = seenTooEarlySinceMs.get(laneNumber) ?? clock.now();
    seenTooEarlySinceMs.set(laneNumber, sinceMs);
    return clock.now() - sinceMs < nodesAgreeAfterMs;
  };

  /**
   * One node's word will do for keys that go on from what is stored. That there are transactions
   * nobody knows here needs a second one; so does all else that is unusual, where another answers.
   */
  const viewKeysOf = async (leased: LeasedLane[]) => {
    const accountId = serviceAccountId;
    const one = await chain.viewAccessKeys({ accountId });
    const isKnown = ({ publicKey, nonce, isAddedAgain }: LeasedLane) =>
      nonce > 0 && !isAddedAgain && one.some((key) => key.publicKey === publicKey);
    const keys = leased.every(isKnown) ? one : await viewServiceKeys(chain, accountId);
    const nonces = new Map(keys.map(({ publicKey, nonce }) => [publicKey, nonce]));
    const isAhead = leased.some((lane) =>
      isAheadOf(lane, nonces.get(lane.publicKey) ?? Number.NEGATIVE_INFINITY),
    );
    // Those may be one node's word, where no other answers.
    return isAhead ? chain.viewAccessKeys({ accountId, agreed: true }) : keys;
  };

  /** Nonces and open transactions of lanes just leased; the lease comes first, so nobody signs. */
  const takeOver = async (leased: LeasedLane[]) => {
    const { deploymentId } = gate.service().deployment;
    const [keys, open] = await Promise.all([
      viewKeysOf(leased),
      ledger.readOpenTransactions(leased.map(({ publicKey }) => publicKey)),
    ]);
    const nonces = new Map(keys.map(({ publicKey, nonce }) => [publicKey, nonce]));
    // A process that was frozen here may have lost its leases: another's nonces on chain, beside
    // what it read itself long ago, would look as if the database were behind.
    const kept = await store.renewLanes({
      holder,
      lanes: leased.map(({ laneNumber, fencingToken }) => ({ laneNumber, fencingToken })),
      nowMs: clock.now(),
      leaseDurationMs,
    });
    for (const lane of leased.filter(({ laneNumber }) => kept.includes(laneNumber))) {
      const onChain = nonces.get(lane.publicKey);
      const derived = vault.lanePublicKey({ deploymentId, laneNumber: lane.laneNumber });
      // Of an older service key.
      if (derived !== lane.publicKey) continue;
      if (onChain === undefined) {
        onKeyMissing();
        continue;
      }
      if (isSeenTooEarly(lane, onChain)) {
        await store.releaseLanes({ holder, lanes: [lane] });
        continue;
      }
      if (isAheadOf(lane, onChain)) {
        throw new ServiceFault(
          'DATABASE_BEHIND_CHAIN',
          `lane ${lane.laneNumber}: nonce ${onChain} on chain, ${lane.nonce} in the database`,
        );
      }
      const nonce = Math.max(lane.nonce, onChain);
      const ours: HeldLane = {
        ...lane,
        nonce,
        storedNonce: lane.nonce,
        newestHash: null,
        idleSinceMs: clock.now(),
      };
      held.set(lane.laneNumber, ours);
      for (const transaction of open.filter(({ publicKey }) => publicKey === lane.publicKey)) {
        watch(ours, transaction).catch((error) => {
          if (!(error instanceof StoppedError)) log.error({ error }, 'lane recovery failed');
        });
      }
    }
  };

  const lease = async (laneNumbers: number[], limit: number) => {
    const wanted = laneNumbers.filter((laneNumber) => !held.has(laneNumber));
    if (wanted.length === 0) return;
    const leased = await store.leaseLanes({
      holder,
      laneNumbers: wanted,
      limit,
      nowMs: clock.now(),
      leaseDurationMs,
    });
    await begin(leased);
  };

  const begin = async (leased: LeasedLane[]) => {
    if (leased.length === 0) return;
    try {
      await takeOver(leased);
    } catch (error) {
      await store.releaseLanes({ holder, lanes: leased });
      throw error;
    }
  };

  /**
   * Lanes that busy processes keep, up to this one's fair share of all. It needs no word with the
   * others: a lane may be lost at any moment anyway, and the fencing token tells its holder.
   */
  const takeShare = async (wanted: number) => {
    const nowMs = clock.now();
    const laneNumbers = usable;
    const others = (await store.countHeldLanes({ laneNumbers, nowMs })).filter(
      (other) => other.holder !== holder,
    );
    if (others.length === 0) return;
    const mine = countOwn();
    const share = Math.max(Math.floor(usable.length / (others.length + 1)), 1);
    const isMyTurn = mine === 0 && nowMs - hungrySinceMs >= turnMs;
    const leaveEach = isMyTurn && others.every(({ lanes }) => lanes <= share) ? 0 : share;
    const limit = Math.min(wanted, share - mine);
    if (limit <= 0) return;
    await begin(
      await store.takeHeldLanes({ holder, laneNumbers, limit, leaveEach, nowMs, leaseDurationMs }),
    );
  };

  const isFree = (lane: HeldLane) => lane.newestHash === null && lane.laneNumber > 0;

  return {
    forget,
    watch,

    setUsable(laneNumbers) {
      usable = laneNumbers;
    },

    async takeFree(wanted) {
      const free = () => [...held.values()].filter(isFree);
      const missing = () => wanted - free().length;
      const sinceTriedMs = clock.now() - triedLeasingAtMs;
      if (missing() > 0 && (countOwn() === 0 || sinceTriedMs >= leasePauseMs)) {
        // Asked for at every look while signatures wait: after a longer pause hunger begins anew.
        if (countOwn() > 0 || sinceTriedMs > 2 * lookMs) hungrySinceMs = clock.now();
        triedLeasingAtMs = clock.now();
        await lease(usable, missing());
        if (missing() > 0) await takeShare(missing());
      }
      return free().slice(0, wanted);
    },

    async keepHeld(lanes) {
      const kept = await store.renewLanes({
        holder,
        lanes: laneTokens(lanes),
        nowMs: clock.now(),
        leaseDurationMs,
      });
      const lost = lanes.filter(({ laneNumber }) => !kept.includes(laneNumber));
      for (const lane of lost.length > 0 ? lost : lanes) forget(lane);
    },

    async renew() {
      const idle = [...held.values()].filter(
        (lane) => lane.newestHash === null && clock.now() - lane.idleSinceMs >= idleReleaseMs,
      );
      for (const lane of idle) forget(lane);
      if (idle.length > 0) await store.releaseLanes({ holder, lanes: laneTokens(idle) });

      const lanes = [...held.values()];
      if (lanes.length > 0) {
        const kept = new Set(
          await store.renewLanes({
            holder,
            lanes: laneTokens(lanes),
            nowMs: clock.now(),
            leaseDurationMs,
          }),
        );
        for (const lane of lanes) {
          if (!kept.has(lane.laneNumber)) forget(lane);
        }
      }
    },

    async takeOverOrphans() {
      const orphaned = await store.readOrphanedLanes({ nowMs: clock.now() });
      await lease(orphaned, orphaned.length);
    },

    async takeOwnKey() {
      await lease([0], 1);
      const lane = held.get(0);
      if (!lane) return null;
      const open = await ledger.readOpenTransactions([lane.publicKey]);
      for (const transaction of open) await settler.settle(transaction);
      return lane;
    },

    async release() {
      const lanes = [...held.values()];
      held.clear();
      if (lanes.length > 0) await store.releaseLanes({ holder, lanes: laneTokens(lanes) });
    },

    counts: () => ({
      held: held.size,
      busy: [...held.values()].filter((lane) => lane.newestHash !== null).length,
    }),
  };
}

/** The service account's own key may be used elsewhere by its operator. */
function isAheadOf(lane: LeasedLane, onChain: number): boolean {
  return lane.laneNumber > 0 && isBehindChain({ ...lane, stored: lane.nonce, onChain });
}

function laneTokens(lanes: HeldLane[]) {
  return lanes.map(({ laneNumber, fencingToken }) => ({ laneNumber, fencingToken }));
}
