import { useText } from '../../i18n/use-language.ts';
import type { ShownMove } from '../../lib/wallet-details.server.ts';
import { ListSection } from '../ListSection.tsx';
import { LocalTime } from '../LocalTime.tsx';

/** The wallet's states over time, the newest first. */
export function MoveList({ moves }: { moves: readonly ShownMove[] }) {
  const text = useText();
  const page = text.walletPage;
  return (
    <ListSection id="wallet-history" title={page.history} none={page.noHistory} items={moves}>
      {({ id, move, attempt, errorCode, at }) => (
        <li key={id} className="flex gap-3 py-3 last:pb-0">
          <span
            aria-hidden="true"
            className={`mt-2 size-2 shrink-0 rounded-full ${move === 'READY' ? 'bg-good' : move === 'FAILED' ? 'bg-danger' : 'bg-wait'}`}
          />
          <div>
            <p>
              {page.moves[move]}
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
      )}
    </ListSection>
  );
}
