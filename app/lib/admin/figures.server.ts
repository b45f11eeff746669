import { walletCensus, walletEngine, walletStockCount } from '../near/wallet-engine.server.ts';
import { env } from '../settings/env.server.ts';

const MICRO = 1_000_000;

/** The figures of the deployment and of this process. */
export async function readFigures(nowMs = Date.now()) {
  const { wallets, oldestWaitingSinceMs, open, deployment } = await walletCensus().take();
  const stock = await walletStockCount();
  const engine = walletEngine();
  const funds = deployment?.treasury ?? null;
  return {
    wallets,
    stock: { ...stock, wanted: env().walletStock },
    oldestSeconds:
      oldestWaitingSinceMs === null
        ? null
        : Math.max(Math.round((nowMs - oldestWaitingSinceMs) / 1000), 0),
    openTransactions: open.count,
    pauseReason: deployment?.pauseReason ?? null,
    interruptedBy: engine.interruptedBy(),
    treasury: funds && {
      near: funds.microNear / MICRO,
      choco: funds.microToken / MICRO,
      runwayWallets: funds.runwayWallets,
    },
    lanes: engine.vitals().lanes,
  };
}

export type AdminFigures = Awaited<ReturnType<typeof readFigures>>;
