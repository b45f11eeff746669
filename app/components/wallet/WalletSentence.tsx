import { LocalTime } from '../LocalTime.tsx';
import { useWalletState } from './live/WalletStateProvider.tsx';
import { useWalletWords } from './words/use-wallet-words.ts';

/** The wallet's state and what comes next, in one or two sentences. */
export function WalletSentence() {
  const { wallet } = useWalletState();
  const { line } = useWalletWords();
  if (typeof line === 'string') return line;
  const [before, after] = line;
  return (
    <>
      {before}
      <LocalTime iso={wallet.retryAt ?? ''} format="time" />
      {after}
    </>
  );
}
