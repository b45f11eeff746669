import { Link } from 'react-router';
import { useOwnerWords } from '../../i18n/use-owner-words.ts';
import { LocalTime } from '../LocalTime.tsx';

/** The link to the private key's page. */
export function KeySection({ exportedAt }: { exportedAt: string | null }) {
  const text = useOwnerWords().key;
  const [before, after] = text.exportedAt;
  return (
    <section aria-labelledby="wallet-key" className="card p-6">
      <h2 id="wallet-key" className="font-semibold">
        {text.title}
      </h2>
      <p className="mt-1 text-muted text-sm">{text.lead}</p>
      {exportedAt ? (
        <p className="mt-2 text-sm">
          {before}
          <LocalTime iso={exportedAt} format="moment" />
          {after}
        </p>
      ) : null}
      <Link to="/wallet/key" className="button-outline mt-4">
        {text.open}
      </Link>
    </section>
  );
}
