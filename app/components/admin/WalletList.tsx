import { Form, Link } from 'react-router';
import type { AdminOutcome } from '../../i18n/admin-words.ts';
import { useAdminWords } from '../../i18n/use-admin-words.ts';
import { walletFilters } from '../../lib/admin/wallet-filter.ts';
import type { WalletPage, WalletQuery } from '../../lib/admin/wallet-list.server.ts';
import { OutcomeNotice } from './OutcomeNotice.tsx';
import { WalletTable } from './WalletTable.tsx';

const OF_ALL: readonly AdminOutcome['kind'][] = ['REQUEUED'];
const OF_CHOSEN: readonly AdminOutcome['kind'][] = [
  'RETRIED',
  'NOTHING_TO_RETRY',
  'NOTHING_CHOSEN',
];

interface WalletListProps {
  readonly page: WalletPage;
  readonly query: WalletQuery;
  readonly outcome: AdminOutcome | undefined;
}

/** The wallets that match the page's address, with what an operator can do about them. */
export function WalletList({ page, query, outcome }: WalletListProps) {
  const words = useAdminWords().list;
  return (
    <section aria-labelledby="list" className="card p-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="list" className="font-semibold">
          {words.title}
        </h2>
        <Form method="post" preventScrollReset>
          <button type="submit" name="action" value="requeue-all" className="button-quiet">
            {words.requeueAll}
          </button>
        </Form>
      </div>
      <OutcomeNotice outcome={outcome} kinds={OF_ALL} />
      <WalletSearch query={query} />
      <div className="mt-3">
        <WalletTable wallets={page.wallets} />
      </div>
      <OutcomeNotice outcome={outcome} kinds={OF_CHOSEN} />
      <nav className="mt-3 flex justify-end gap-3" aria-label={words.title}>
        {query.before === null ? null : (
          <Link to={pageAddress(query, null)} className="button-quiet" preventScrollReset>
            {words.first}
          </Link>
        )}
        {page.next === null ? null : (
          <Link to={pageAddress(query, page.next)} className="button-outline" preventScrollReset>
            {words.next}
          </Link>
        )}
      </nav>
    </section>
  );
}

function WalletSearch({ query }: Pick<WalletListProps, 'query'>) {
  const words = useAdminWords().list;
  return (
    <Form method="get" className="mt-3 flex flex-wrap items-end gap-3">
      <label className="flex min-w-60 flex-1 flex-col gap-1 text-sm">
        <span className="font-semibold">{words.search}</span>
        <input
          // Keyed by the address: going back resets the field to that page's value.
          key={query.search}
          name="q"
          type="search"
          defaultValue={query.search}
          placeholder={words.searchHint}
          className="field"
        />
      </label>
      <label className="flex flex-col gap-1 text-sm">
        <span className="font-semibold">{words.filter}</span>
        <select key={query.filter} name="status" defaultValue={query.filter} className="field">
          {walletFilters.map((filter) => (
            <option key={filter} value={filter}>
              {words.filters[filter]}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" className="button-outline min-h-12">
        {words.find}
      </button>
    </Form>
  );
}

function pageAddress({ search, filter }: WalletQuery, before: number | null): string {
  const params = new URLSearchParams();
  if (search) params.set('q', search);
  if (filter !== 'ALL') params.set('status', filter);
  if (before !== null) params.set('before', String(before));
  return `/admin/wallets?${params}`;
}
