import type { Clock } from './clock.ts';
import { leaseDurationMs } from './engine-config.ts';
import { ServiceFault, StoppedError } from './errors.ts';
import type { KeyVault } from './key-vault.ts';
import { isBehindChain } from './lane-nonce.ts';
import type { LaneStore, LeasedLane } from './lane-store.ts';
import type { EngineLog } from './log.ts';
import type { NearChain } from './near-chain.ts';
import type { ServiceGate } from './service-gate.ts';
import type { TransactionSettler } from './settle-transaction.ts';
import type { StoredTransaction, TransactionLedger } from './transaction-ledger.ts';

/** A lane this process holds. One transaction of it is in flight at a time. */
export interface HeldLane extends LeasedLane {
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
  /** Another process has the lane now, or nobody knows: no more signing here. */
  forget(lane: HeldLane): void;
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
}): LanePool {
  const held = new Map<number, HeldLane>();
  let usable: number[] = [];
  let triedLeasingAtMs = Number.NEGATIVE_INFINITY;

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
    return settler.settle(transaction, {
      onIncluded: free,
      onStuck: () => {
        if (lane.newestHash === transaction.hash && held.get(lane.laneNumber) === lane) {
          onStuck(lane);
        }
      },
      onRejected: (reason) => {
        const code = serviceFaultOf(reason);
        if (!code) return;
        gate
          .report(new ServiceFault(code, `${transaction.hash}: ${reason}`))
          .catch((error) => log.error({ error }, 'the pause was not written'));
      },
    });
  };

  /** Nonces and open transactions of lanes just leased; the lease comes first, so nobody signs. */
  const takeOver = async (leased: LeasedLane[]) => {
    const { deploymentId } = gate.service().deployment;
    const [keys, open] = await Promise.all([
      chain.viewAccessKeys({ accountId: serviceAccountId }),
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
      if (onChain === undefined || derived !== lane.publicKey) continue;
      // The service account's own key may be used elsewhere by its operator.
      if (lane.laneNumber > 0 && isBehindChain({ stored: lane.nonce, onChain })) {
        throw new ServiceFault(
          'DATABASE_BEHIND_CHAIN',
          `lane ${lane.laneNumber}: nonce ${onChain} on chain, ${lane.nonce} in the database`,
        );
      }
      const nonce = Math.max(lane.nonce, onChain);
      const ours: HeldLane = { ...lane, nonce, newestHash: null, idleSinceMs: clock.now() };
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
    if (wanted.length === 0 || limit <= 0) return;
    const leased = await store.leaseLanes({
      holder,
      laneNumbers: wanted,
      limit,
      nowMs: clock.now(),
      leaseDurationMs,
    });
    if (leased.length === 0) return;
    try {
      await takeOver(leased);
    } catch (error) {
      await store.releaseLanes({ holder, lanes: leased });
      throw error;
    }
  };

  const isFree = (lane: HeldLane) => lane.newestHash === null && lane.laneNumber > 0;

  return {
    forget,
    watch,

    setUsable(laneNumbers) {
      usable = laneNumbers;
    },

    async takeFree(wanted) {
      const missing = wanted - [...held.values()].filter(isFree).length;
      // When all lanes are taken, asking at every sign-up would only load the database.
      if (missing > 0 && (held.size === 0 || clock.now() - triedLeasingAtMs >= 200)) {
        triedLeasingAtMs = clock.now();
        await lease(usable, missing);
      }
      return [...held.values()].filter(isFree).slice(0, wanted);
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

function laneTokens(lanes: HeldLane[]) {
  return lanes.map(({ laneNumber, fencingToken }) => ({ laneNumber, fencingToken }));
}

/** Refusals that no wallet can be blamed for. */
function serviceFaultOf(reason: string) {
  if (reason === 'NotEnoughBalance' || reason === 'LackBalanceForState') return 'TREASURY_NEAR_LOW';
  if (reason === 'InvalidAccessKeyError' || reason === 'SignerDoesNotExist') {
    return 'SERVICE_KEY_INVALID';
  }
  return null;
}
