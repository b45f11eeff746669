import type { Catalogue } from '../../i18n/catalogue.ts';
import type { WalletSituation } from '../../lib/wallet-situation.ts';
import type { WalletView } from '../../lib/wallet-view.ts';

export interface WalletWords {
  /** Under the navigation. A pair stands before and after the time of the next try. */
  readonly line: string | readonly [before: string, after: string];
  /** In a room, why nothing can be sent; null when it can. */
  readonly lock: string | null;
  /** In the place of a balance that nobody knows. */
  readonly balance: string;
}

/**
 * All that any page says of a wallet's state. What stands on one screen is said of one situation, so
 * no two sentences contradict each other.
 */
export function walletWords(
  text: Catalogue,
  { situation, wallet }: { situation: WalletSituation; wallet: WalletView },
): WalletWords {
  const { line, ...elsewhere } = text.walletSays[situation];
  return { ...elsewhere, line: typeof line === 'function' ? line(wallet) : line };
}
