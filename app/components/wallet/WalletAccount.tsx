import { useText } from '../../i18n/use-language.ts';
import type { QrCode } from '../../lib/wallet/qr-code.server.ts';
import { CopyButton } from '../CopyButton.tsx';

interface WalletAccountProps {
  readonly accountId: string;
  readonly qrCode: QrCode;
  readonly explorerUrl: string | null;
}

/** Where the wallet receives. */
export function WalletAccount({ accountId, qrCode, explorerUrl }: WalletAccountProps) {
  const text = useText().walletPage;
  return (
    <section aria-labelledby="wallet-account" className="card p-6">
      <h2 id="wallet-account" className="font-semibold">
        {text.receive}
      </h2>
      <p className="mt-1 text-muted text-sm">{text.receiveHint}</p>
      <div className="mt-4 flex flex-wrap items-center gap-6">
        {/* Dark on white in both themes: many scanners do not read inverted codes. */}
        <svg
          viewBox={`0 0 ${qrCode.size} ${qrCode.size}`}
          className="w-40 max-w-full rounded-2xl border border-line bg-white fill-black"
          role="img"
          aria-label={text.qrCode}
          shapeRendering="crispEdges"
        >
          <path d={qrCode.path} />
        </svg>
        <div className="flex min-w-0 flex-1 basis-56 flex-col items-start gap-1">
          <p className="font-semibold text-sm">{text.accountId}</p>
          <code className="wrap-anywhere select-all text-sm sm:text-base">{accountId}</code>
          <div className="-ml-3">
            <CopyButton value={accountId} label={text.copyAccountId} />
          </div>
          {explorerUrl ? (
            <a
              href={explorerUrl}
              target="_blank"
              rel="noreferrer"
              className="text-accent underline"
            >
              {text.explorer}
            </a>
          ) : null}
        </div>
      </div>
    </section>
  );
}
