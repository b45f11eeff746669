import type { Catalogue } from '../../i18n/catalogue.ts';
import { SLOW_AFTER_MS } from '../../lib/wallet-situation.ts';
import type { WalletView } from '../../lib/wallet-view.ts';
import type { ToastMessage } from '../toast.ts';

/** What the page says while the request is on its way; with `sync` that takes as long as the chain. */
export function setupSentences(text: Catalogue, waitedMs: number): readonly string[] {
  const [preparing, soon] = text.wallet.setupMessages;
  return [preparing, waitedMs < SLOW_AFTER_MS ? soon : text.wallet.setupSlow];
}

/** What is told on the way home; null where the line there has the whole truth. */
export function setupToast(
  text: Catalogue,
  { status, waitedMs }: { readonly status: WalletView['status']; readonly waitedMs: number },
): ToastMessage | null {
  if (status === 'READY') return { kind: 'success', title: text.wallet.ready, id: 'wallet-ready' };
  if (status === 'FAILED' || waitedMs >= SLOW_AFTER_MS) return null;
  return { kind: 'info', title: text.wallet.setupMessages[1] };
}
