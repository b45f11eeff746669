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
import { createLanePool, type LanePool } from './lane-pool.ts';
import { createTransactionSettler, type TransactionSettler } from './settle-transaction.ts';
import { createTransactionSigner, type TransactionSigner } from './sign-transactions.ts';

export interface Signing {
  settler: TransactionSettler;
  pool: LanePool;
  signer: TransactionSigner;
}

/**
 * Lanes, signatures and what becomes of them, for one process. Calls go down: the signer takes lanes
 * from the pool, the pool has transactions settled. Only what happens to a lane goes up: one that is free
 * serves those that wait, one that is stuck gets a noop.
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
  onLaneFree,
  onLaneKeyMissing,
}: {
  config: EngineConfig;
  ledger: TransactionLedger;
  memory: DatabaseMemory;
  lanes: LaneStore;
  chain: NearChain;
  vault: KeyVault;
  gate: ServiceGate;
  /** Names this process among the holders of lanes. */
  holder: string;
  clock: Clock;
  log: EngineLog;
  observer: EngineObserver;
  signal: AbortSignal;
  /** After the signer has been told. */
  onLaneFree: () => void;
  /** A lane's key seems to be no more on the account. */
  onLaneKeyMissing: () => void;
}): Signing {
  const { serviceAccountId } = config;
  const settler = createTransactionSettler({ ledger, chain, clock, log, observer, signal });
  const pool = createLanePool({
    ...{ holder, lanes, ledger, chain, vault, settler, gate, clock, log, serviceAccountId },
    onFree: () => {
      signer.pump();
      onLaneFree();
    },
    onStuck: (lane) => {
      signer.signNoop(lane).catch((error) => {
        if (!(error instanceof StoppedError)) log.warn({ error }, 'no noop was signed');
      });
    },
    onKeyMissing: onLaneKeyMissing,
  });
  const signer = createTransactionSigner({
    ...{ config, ledger, memory, vault, gate, pool, holder, clock, log, signal },
  });
  return { settler, pool, signer };
}
