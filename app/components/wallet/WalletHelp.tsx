import { useText } from '../../i18n/use-language.ts';
import type { WalletView } from '../../lib/wallet/wallet-view.ts';
import { Notice } from '../Notice.tsx';
import { SupportContact } from '../SupportContact.tsx';

interface WalletHelpProps {
  readonly wallet: WalletView;
  readonly supportEmail: string | null;
}

/** What to do if neither waiting nor a retry helps. */
export function WalletHelp({ wallet, supportEmail }: WalletHelpProps) {
  const text = useText().walletPage;
  return (
    <Notice kind="danger" title={text.helpTitle}>
      <p className="mt-1">{supportEmail ? text.help : text.helpWithoutAddress}</p>
      <SupportContact address={supportEmail} about={[wallet.error, wallet.accountId]} />
    </Notice>
  );
}
