import type { Clock } from '../core/clock.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import { StoppedError } from '../core/errors.ts';
import type { EngineLog } from '../core/log.ts';
import type { EngineObserver } from '../ports/engine-observer.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { LaneStore } from '../ports/lane-store.ts';
import type { NearChain } from '../ports/near-chain.ts';
import type { TransactionLedger } from '../ports/transaction-ledger.ts';
import type { DatabaseMemory } from '../service/database-memory.ts';
import type { ServiceGate } from '../service/service-gate.ts';
import { LaneEvents } from './lane-events.ts';
import { createLanePool, type LanePool } from './lane-pool.ts';
import { createTransactionSettler, type TransactionSettler } from './settle-transaction.ts';
import { createTransactionSigner, type TransactionSigner } from './sign-transactions.ts';

export interface Signing {
  settler: TransactionSettler;
  pool: LanePool;
  signer: TransactionSigner;
  events: LaneEvents;
}

/**
 * Lanes, signing and settling, for one process. Calls go down: the signer takes lanes from the pool, the
 * pool has transactions settled. Only events of a lane go up: a free lane serves waiting requests, a
 * stuck one gets a noop.
 */
export function createSigning({
  config,
  ledger,
  memory,
  lanes,
  chain,
  vault,
  gate,
  holder,
  clock,
  log,
  observer,
  signal,
}: {
  config: EngineConfig;
  ledger: TransactionLedger;
  memory: DatabaseMemory;
  lanes: LaneStore;
  chain: NearChain;
  vault: KeyVault;
  gate: ServiceGate;
  /** The name of this process in the leases of its lanes. */
  holder: string;
  clock: Clock;
  log: EngineLog;
  observer: EngineObserver;
  signal: AbortSignal;
}): Signing {
  const { serviceAccountId } = config;
  const events = new LaneEvents();
  const settler = createTransactionSettler({ ledger, chain, clock, log, observer, signal });
  const pool = createLanePool({
    ...{ holder, lanes, ledger, chain, vault, settler, gate, clock, log },
    ...{ serviceAccountId, events },
  });
  const signer = createTransactionSigner({
    ...{ config, ledger, memory, vault, gate, pool, holder, clock, log, signal },
  });
  events.listen({
    onFree: () => signer.pump(),
    onStuck: (lane) => {
      signer.signNoop(lane).catch((error) => {
        if (!(error instanceof StoppedError)) {
          const fields = { lane: lane.laneNumber, error };
          log.warn(
            fields,
            'no noop could be signed for a stuck access key (lane); tried again later',
          );
        }
      });
    },
  });
  return { settler, pool, signer, events };
}
