import type { Clock } from '../core/clock.ts';
import { ServiceError } from '../core/errors.ts';
import type { TransactionLedger } from '../ports/transaction-ledger.ts';
import type { StockTerms, TakenLast, WalletStock, WalletTake } from '../ports/wallet-stock.ts';
import { lostWallet, type Wallet, type WalletStore } from '../ports/wallet-store.ts';
import type { ServiceGate } from '../service/service-gate.ts';
import type { ReportLostWallet } from './report-lost-wallet.ts';
import { createRequestWriter, type TakeFromStock } from './request-wallet.ts';

export interface StockTaker {
  take: TakeFromStock;
  /** Checks that the wallet handed out last still has its owner; pauses all processes when it has none. */
  verify(): Promise<void>;
}

/**
 * Hands out wallets of the stock. The one handed out last is the witness: a database that does not know it is
 * an older one, in which wallets that have an owner may be in stock again. Then all processes are paused,
 * and wallets are made on request.
 */
export function createStockTaker({
  stock,
  store,
  terms,
  ledger,
  gate,
  reportLost,
  clock,
  nextTurn,
}: {
  stock: Pick<WalletStock, 'takeWallets'>;
  store: Pick<WalletStore, 'readWallet'>;
  terms: StockTerms;
  ledger: Pick<TransactionLedger, 'pause' | 'readDeployment'>;
  gate: Pick<ServiceGate, 'report'>;
  reportLost: ReportLostWallet;
  clock: Pick<Clock, 'now'>;
  nextTurn: () => Promise<void>;
}): StockTaker {
  let last: TakenLast | null = null;
  const take = createRequestWriter<WalletTake>({
    nextTurn,
    writeAll: async (takes) => {
      const taken = await stock.takeWallets({ takes, terms, last, nowMs: clock.now() });
      last = lastOf(taken) ?? last;
      return taken;
    },
  });
  const pause = async (error: ServiceError) => {
    await ledger.pause({ reason: 'DATABASE_BEHIND_CHAIN', nowMs: clock.now() });
    await gate.report(error);
  };

  return {
    async take(request) {
      try {
        const wallet = await take(request);
        if (wallet && request.accountId !== null) await reportLost(request.ownerId);
        return wallet;
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== 'DATABASE_BEHIND_CHAIN') throw error;
        await pause(error);
        return null;
      }
    },

    async verify() {
      const known = last;
      if (known === null) return;
      if ((await store.readWallet(known.ownerId))?.userId === known.walletId) return;
      const epoch = (await ledger.readDeployment())?.epoch ?? 0;
      if (epoch <= known.epoch) await pause(lostWallet(known.ownerId));
      else if (last === known) last = null;
    },
  };
}

function lastOf(taken: readonly (Wallet | null)[]): TakenLast | null {
  const last = taken.findLast((wallet) => wallet !== null && wallet.epoch !== null);
  if (!last?.ownerId || last.epoch === null) return null;
  return { ownerId: last.ownerId, walletId: last.userId, epoch: last.epoch };
}
