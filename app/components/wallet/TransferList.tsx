import { useText } from '../../i18n/use-language.ts';
import type { ShownTransfer } from '../../lib/wallet/wallet-details.server.ts';
import { CopyButton } from '../CopyButton.tsx';
import { ListSection } from '../ListSection.tsx';
import { LocalTime } from '../LocalTime.tsx';

export function TransferList({ transfers }: { transfers: readonly ShownTransfer[] }) {
  const text = useText().walletPage;
  return (
    <ListSection
      id="wallet-transfers"
      title={text.transfers}
      none={text.noTransfers}
      items={transfers}
    >
      {(transfer) => <Transfer key={transfer.id} transfer={transfer} />}
    </ListSection>
  );
}

function Transfer({ transfer }: { transfer: ShownTransfer }) {
  const text = useText();
  const page = text.walletPage;
  const happened = page.happened[transfer.purpose][transfer.status];
  return (
    <li className="py-4 last:pb-0">
      <p className="font-medium">{happened(text.wallet.balance(transfer.amount))}</p>
      <p className="text-muted text-sm">
        <LocalTime iso={transfer.at} format="moment" />
      </p>
      <details className="text-sm">
        <summary className="inline-flex min-h-11 cursor-pointer items-center text-muted underline">
          {page.transactionFacts}
        </summary>
        <p className="wrap-anywhere text-muted">
          {page.transaction} <code className="select-all">{transfer.hash}</code>
        </p>
        {transfer.explorerUrl ? (
          <a
            href={transfer.explorerUrl}
            target="_blank"
            rel="noreferrer"
            className="text-accent underline"
          >
            {page.explorer}
          </a>
        ) : (
          <CopyButton value={transfer.hash} label={page.copyHash} />
        )}
      </details>
    </li>
  );
}
