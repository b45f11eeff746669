import type { Catalogue } from '../../../i18n/catalogue.ts';
import type { WalletSituation } from '../../../lib/wallet/wallet-situation.ts';
import type { WalletView } from '../../../lib/wallet/wallet-view.ts';

export interface WalletWords {
  /** Under the navigation. A pair surrounds the time of the next attempt. */
  readonly line: string | readonly [before: string, after: string];
  /** In a room, why nothing can be sent; null if chat is open. */
  readonly lock: string | null;
  /** Shown in place of an unknown balance. */
  readonly balance: string;
}

/**
 * Every sentence about a wallet's state. All sentences on one screen describe the same situation, so
 * they never contradict each other.
 */
export function walletWords(
  text: Catalogue,
  { situation, wallet }: { situation: WalletSituation; wallet: WalletView },
): WalletWords {
  const { line, ...elsewhere } = text.walletSays[situation];
  return { ...elsewhere, line: typeof line === 'function' ? line(wallet) : line };
}
