import type { TransactionLedger } from '../ports/transaction-ledger.ts';
import { lostWallet } from '../ports/wallet-store.ts';
import type { ServiceGate } from '../service/service-gate.ts';

/** To be called after an owner got a wallet that this process had given before. @throws ServiceError */
export type ReportLostWallet = (ownerId: string) => Promise<void>;

/**
 * The commit that gave the wallet again has paused everybody if the database had lost it; then this process
 * says why, and stops at once.
 */
export function createLostWalletReport({
  ledger,
  gate,
}: {
  ledger: Pick<TransactionLedger, 'readDeployment'>;
  gate: Pick<ServiceGate, 'report'>;
}): ReportLostWallet {
  return async (ownerId) => {
    const deployment = await ledger.readDeployment();
    if (deployment?.pauseReason === 'DATABASE_BEHIND_CHAIN') await gate.report(lostWallet(ownerId));
  };
}
