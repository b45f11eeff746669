import type { Catalogue } from '../../../i18n/catalogue.ts';
import { SLOW_AFTER_MS } from '../../../lib/wallet/wallet-situation.ts';

/** The page's sentence while the request runs; with `sync` that takes as long as the chain. */
export function setupSentences(text: Catalogue, waitedMs: number): readonly string[] {
  const [preparing, soon] = text.wallet.setupMessages;
  return [preparing, waitedMs < SLOW_AFTER_MS ? soon : text.wallet.setupSlow];
}
