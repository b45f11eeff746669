import type { Clock } from '../core/clock.ts';
import type { EngineConfig } from '../core/engine-config.ts';
import type { EngineLog } from '../core/log.ts';
import { newAccountId } from '../core/near-account.ts';
import type { KeyVault } from '../ports/key-vault.ts';
import type { TransactionLedger } from '../ports/transaction-ledger.ts';
import type { WalletKeyStore } from '../ports/wallet-key-store.ts';
import type { StockTerms, StockWallet, WalletStock } from '../ports/wallet-stock.ts';
import type { ServiceGate } from '../service/service-gate.ts';
import { countWithinSpendLimits } from '../service/spend-limits.ts';
import { maxWalletCost } from '../service/transaction-plan.ts';

/** Wallets added in one commit. Their keys are made in one turn of the event loop, some 0.3 ms each. */
const addedAtOnce = 10;

interface KeeperParts {
  config: EngineConfig;
  terms: StockTerms;
  stock: WalletStock;
  ledger: TransactionLedger;
  gate: ServiceGate;
  keys: Pick<WalletKeyStore, 'readDeploymentId'>;
  vault: KeyVault;
  clock: Clock;
  log: EngineLog;
  signal: AbortSignal;
  /** Whether this process makes wallets and has lanes. */
  mayWork: () => boolean;
  randomBytes: (size: number) => Uint8Array;
}

/**
 * Keeps the stock filled. Its wallets go through the queue like any other, after those of users.
 * @returns a function that adds what is missing, as far as funds and limits allow, and returns how many
 */
export function createStockKeeper(parts: KeeperParts): () => Promise<number> {
  const { config, terms, stock, gate, clock, log, signal } = parts;
  let isFilling = false;
  let wasShort = false;

  const fill = async (): Promise<number> => {
    let added = 0;
    while (!signal.aborted && parts.mayWork() && (await gate.check()) === 'open') {
      const count = await stock.countStock(terms);
      const missing = config.stock - count.ready - count.underWay - count.failed;
      if (missing <= 0) return added;
      const room = (await countAffordable(parts)) - count.underWay;
      reportRoom(room);
      const wallets = await newStockWallets(Math.min(missing, room, addedAtOnce), parts);
      if (wallets.length === 0) return added;
      const nowMs = clock.now();
      const more = await stock.addWallets({ wallets, target: config.stock, terms, nowMs });
      if (more > 0)
        log.info({ wallets: more }, 'wallets added to the stock; workers create them next');
      added += more;
      if (more < wallets.length) return added;
    }
    return added;
  };

  const reportRoom = (room: number) => {
    if (room <= 0 && !wasShort) {
      log.warn(
        { code: 'STOCK_NOT_REFILLED' },
        'the stock is not refilled: the remaining funds and limits are kept for users',
      );
    }
    wasShort = room <= 0;
  };

  return async () => {
    if (config.stock === 0 || isFilling) return 0;
    isFilling = true;
    try {
      return await fill();
    } finally {
      isFilling = false;
    }
  };
}

/**
 * How many wallets of the stock the funds cover: the runway stays above its warning level, and the spend
 * limits leave users as many wallets as the stock's size.
 */
async function countAffordable({ config, ledger, gate, clock }: KeeperParts): Promise<number> {
  const { deployment, reward } = gate.service();
  if (deployment.runwayWallets === null) return 0;
  const walletCost = maxWalletCost({ initialBalanceYocto: config.initialBalanceYocto, reward });
  const nowMs = clock.now();
  const within = await countWithinSpendLimits({ config, ledger, walletCost, nowMs });
  return Math.min(deployment.runwayWallets - config.runwayWarningWallets, within - config.stock);
}

async function newStockWallets(
  count: number,
  { config, keys, vault, randomBytes }: KeeperParts,
): Promise<StockWallet[]> {
  if (count <= 0) return [];
  const deploymentId = await keys.readDeploymentId();
  const wallets = Array.from({ length: count }, async () => {
    const accountId = newAccountId({ parentId: config.serviceAccountId, randomBytes });
    const walletId = `stock-${Buffer.from(randomBytes(15)).toString('base64url')}`;
    const key = await vault.createWalletKey({ deploymentId, walletId, accountId });
    return { walletId, accountId, ...key };
  });
  return Promise.all(wallets);
}
