import type { World } from '../world/world.ts';

interface SettledRow {
  purpose: string;
  status: string;
  burntYocto: string;
  valueMicroNear: number;
  wallets: number;
}

const microNearYocto = 10n ** 18n;
/** Registration, plus the one yocto that NEP-141 requires of a transfer. */
const rewardValueYocto = 1_250_000_000_000_000_000_000n + 1n;

/**
 * The amount spent according to the ledger must equal what the service account has lost, to the yocto.
 * @param startYocto the account's balance when the run began; only the engine may have changed it since
 * @returns violations; none while a transaction is open, since its outcome is not known yet
 */
export function unbalancedBooks(
  world: World,
  { accountId, startYocto }: { accountId: string; startYocto: bigint },
): string[] {
  const rows = world.rows<SettledRow>(
    `SELECT "tx"."purpose", "tx"."status", "tx"."burntYocto", "tx"."valueMicroNear",
        (SELECT count(*) FROM "ChainTransactionWallet" AS "link"
          WHERE "link"."hash" = "tx"."hash") AS "wallets"
      FROM "ChainTransaction" AS "tx"`,
  );
  const chain = world.devnet.inspect();
  const isOpen = ({ status }: SettledRow) => status === 'SIGNED' || status === 'SENT';
  if (!chain.isQuiet || rows.some(isOpen)) return [];
  let spentYocto = 0n;
  for (const { purpose, status, burntYocto, valueMicroNear, wallets } of rows) {
    if (status === 'DEAD') continue;
    spentYocto += BigInt(burntYocto);
    if (status !== 'SUCCEEDED') continue;
    if (purpose === 'CREATE') spentYocto += BigInt(valueMicroNear) * microNearYocto;
    if (purpose === 'REWARD') spentYocto += rewardValueYocto * BigInt(wallets);
  }
  const lostYocto = startYocto - (chain.account(accountId)?.amountYocto ?? 0n);
  if (lostYocto === spentYocto) return [];
  return [`the service account lost ${lostYocto} yocto, the ledger says ${spentYocto}`];
}
