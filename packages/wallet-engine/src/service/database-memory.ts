import { ServiceError } from '../core/errors.ts';
import type { CommitGround, Deployment, TransactionLedger } from '../ports/transaction-ledger.ts';

/**
 * What this process knows to be in the database. A database that lacks it is an older one that has taken
 * its place: a restored copy, a promoted replica. What it lacks would be signed again.
 *
 * The newest transaction ever seen is the witness. Transactions are never deleted and their hashes cannot
 * be guessed, so a database that holds it also holds everything signed before it, by any process. A count
 * of commits would not do: others may have counted up again.
 */
export interface DatabaseMemory {
  /**
   * Compares what is known with the database, then remembers what it holds now. After a newer
   * reconciliation the database's content counts.
   * @throws ServiceError `DATABASE_BEHIND_CHAIN`
   */
  compare(): Promise<Deployment>;
  /** Records a successful commit of this process. */
  signed(hash: string): void;
  /** What a sign commit must find. @throws ServiceError when nothing was compared yet */
  ground(): CommitGround;
}

export function createDatabaseMemory(
  ledger: Pick<TransactionLedger, 'readDeployment' | 'readTransaction'>,
): DatabaseMemory {
  let known: Deployment | null = null;

  const requireHeld = async (found: Deployment, { deploymentId, newestHash }: Deployment) => {
    if (found.deploymentId !== deploymentId) {
      throw behind(`it is deployment ${found.deploymentId}, this process knows ${deploymentId}`);
    }
    if (newestHash === null || newestHash === found.newestHash) return;
    if ((await ledger.readTransaction(newestHash)) === null) {
      throw behind(`transaction ${newestHash} is no longer in it`);
    }
  };

  return {
    async compare() {
      const before = known;
      const found = await ledger.readDeployment();
      if (!found) throw behind('the deployment row is gone');
      // By heights of the chain: by the clocks of two machines an older copy's may seem the newer one.
      const isReconciled = before !== null && found.epoch > before.epoch;
      if (before && !isReconciled) await requireHeld(found, before);
      // What was signed here meanwhile is newer than the read.
      if (known === before || isReconciled) known = found;
      return found;
    },

    signed(hash) {
      if (known) known = { ...known, newestHash: hash };
    },

    ground() {
      if (!known)
        throw new ServiceError('CHAIN_NOT_MET', 'the database was not compared with the chain yet');
      const { deploymentId, tokenContract, newestHash } = known;
      return { deploymentId, tokenContract, newestHash };
    },
  };
}

function behind(what: string): ServiceError {
  return new ServiceError('DATABASE_BEHIND_CHAIN', `an older database is in place: ${what}`);
}
