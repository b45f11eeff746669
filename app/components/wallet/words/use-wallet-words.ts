import { useText } from '../../../i18n/use-language.ts';
import { useWalletState } from '../live/WalletStateProvider.tsx';
import { type WalletWords, walletWords } from './wallet-words.ts';

/** This page's sentences about the wallet's state. */
export function useWalletWords(): WalletWords {
  return walletWords(useText(), useWalletState());
}
