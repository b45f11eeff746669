import { Form, Link } from 'react-router';
import { useAdminWords } from '../../i18n/use-admin-words.ts';
import type { ListedWallet } from '../../lib/admin/wallet-list.server.ts';
import { LocalTime } from '../LocalTime.tsx';
import { StatusBadge } from './StatusBadge.tsx';

/** One page of the list; permanently failed wallets can be selected and retried together. */
export function WalletTable({ wallets }: { wallets: readonly ListedWallet[] }) {
  const words = useAdminWords().list;
  if (wallets.length === 0) return <p className="py-6 text-center text-muted">{words.empty}</p>;
  const hasChoice = wallets.some(canChoose);
  return (
    <Form method="post" preventScrollReset>
      <div className="overflow-x-auto">
        <table className="w-full min-w-2xl text-left text-sm">
          <thead className="text-muted">
            <tr>
              {hasChoice ? <th className="w-8" /> : null}
              <th className="py-2 pr-4 font-medium">{words.user}</th>
              <th className="py-2 pr-4 font-medium">{words.account}</th>
              <th className="py-2 pr-4 font-medium">{words.status}</th>
              <th className="py-2 font-medium">{words.requested}</th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line border-line border-t">
            {wallets.map((wallet) => (
              <WalletRow key={wallet.userId} wallet={wallet} hasChoice={hasChoice} />
            ))}
          </tbody>
        </table>
      </div>
      {hasChoice ? (
        <button type="submit" name="action" value="retry" className="button-outline mt-3">
          {words.retryChosen}
        </button>
      ) : null}
    </Form>
  );
}

interface WalletRowProps {
  readonly wallet: ListedWallet;
  /** Whether the table has the column to select wallets. */
  readonly hasChoice: boolean;
}

function WalletRow({ wallet, hasChoice }: WalletRowProps) {
  const words = useAdminWords().list;
  const { userId, accountId, requestedAt } = wallet;
  const name = wallet.isDeleted ? words.deleted : wallet.email;
  return (
    <tr>
      {hasChoice ? (
        <td className="py-2">
          {canChoose(wallet) ? (
            <input
              type="checkbox"
              name="userId"
              value={userId}
              aria-label={words.choose(name)}
              className="size-4 accent-accent"
            />
          ) : null}
        </td>
      ) : null}
      <td className="py-2 pr-4">
        <Link to={`/admin/wallets/${userId}`} className="link break-all">
          {name}
        </Link>
      </td>
      <td className="break-all py-2 pr-4 font-mono text-xs">{accountId ?? '–'}</td>
      <td className="py-2 pr-4">
        <WalletStatus wallet={wallet} />
      </td>
      <td className="whitespace-nowrap py-2 text-muted">
        {requestedAt ? <LocalTime iso={requestedAt} format="moment" /> : '–'}
      </td>
    </tr>
  );
}

function WalletStatus({ wallet }: Pick<WalletRowProps, 'wallet'>) {
  const words = useAdminWords().list;
  return (
    <>
      <StatusBadge status={wallet.status} />
      {wallet.error ? (
        <span className="block font-mono text-danger text-xs">{wallet.error}</span>
      ) : null}
      {wallet.status === 'FAILED' ? (
        <span className="block text-muted text-xs">{words.attempts(wallet.attempts)}</span>
      ) : null}
      {wallet.retryAt ? (
        <span className="block text-muted text-xs">
          {words.retryAt} <LocalTime iso={wallet.retryAt} format="time" />
        </span>
      ) : null}
    </>
  );
}

/** A wallet with a scheduled retry needs no operator. */
function canChoose({ status, retryAt }: ListedWallet): boolean {
  return status === 'FAILED' && retryAt === null;
}
