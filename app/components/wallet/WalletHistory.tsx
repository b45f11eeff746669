import { useState } from 'react';
import { useText } from '../../i18n/use-language.ts';
import type { ShownTransition } from '../../lib/wallet/wallet-details.server.ts';
import { LocalTime } from '../LocalTime.tsx';

/** The wallet's history, newest first. Of interest while it is being made, and to support. */
export function WalletHistory({
  transitions,
  isMade,
}: {
  transitions: readonly ShownTransition[];
  isMade: boolean;
}) {
  const text = useText();
  const page = text.walletPage;
  // The state at page load: the list must not close while it is being read.
  const [isOpen] = useState(!isMade);
  return (
    <details open={isOpen} className="card group p-6">
      <summary className="cursor-pointer font-semibold">
        <h2 id="wallet-history" className="inline">
          {page.history}
        </h2>
      </summary>
      {transitions.length === 0 ? (
        <p className="mt-2 text-muted text-sm">{page.noHistory}</p>
      ) : null}
      <ol aria-labelledby="wallet-history" className="mt-2 divide-y divide-line">
        {transitions.map(({ id, transition, attempt, errorCode, at }) => (
          <li key={id} className="flex gap-3 py-3 last:pb-0">
            <span
              aria-hidden="true"
              className={`mt-2 size-2 shrink-0 rounded-full ${transition === 'READY' ? 'bg-good' : transition === 'FAILED' ? 'bg-danger' : 'bg-wait'}`}
            />
            <div>
              <p>
                {page.events[transition]}
                {attempt ? <span className="text-muted"> ({page.attempt(attempt)})</span> : null}
                {errorCode ? (
                  <span className="text-muted"> {text.wallet.errorCode(errorCode)}</span>
                ) : null}
              </p>
              <p className="text-muted text-sm">
                <LocalTime iso={at} format="moment" />
              </p>
            </div>
          </li>
        ))}
      </ol>
    </details>
  );
}
