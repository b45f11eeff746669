import { useText } from '../../i18n/use-language.ts';
import type { ShownTransfer } from '../../lib/wallet-details.server.ts';
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
  return (
    <li className="py-4 last:pb-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-medium">{page.purposes[transfer.purpose]}</span>
        <span className="font-semibold tabular-nums">+{text.wallet.balance(transfer.amount)}</span>
      </div>
      <p className="text-muted text-sm">
        <LocalTime iso={transfer.at} format="moment" /> · {page.transferStates[transfer.status]}
      </p>
      <div className="mt-1 flex flex-wrap items-center gap-x-3 text-sm">
        <span className="wrap-anywhere min-w-0 text-muted">
          {page.transaction} <code className="select-all">{transfer.hash}</code>
        </span>
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
      </div>
    </li>
  );
}
