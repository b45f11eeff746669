import { useText } from '../../i18n/use-language.ts';
import { useWalletState } from './WalletStateProvider.tsx';
import { type WalletWords, walletWords } from './wallet-words.ts';

/** What this page may say of the wallet's state. */
export function useWalletWords(): WalletWords {
  return walletWords(useText(), useWalletState());
}
