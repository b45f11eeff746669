import type { ReactNode } from 'react';
import { useAdminWords } from '../../i18n/use-admin-words.ts';
import { useLanguage } from '../../i18n/use-language.ts';
import type { AdminFigures } from '../../lib/admin/figures.server.ts';

/** Wallet counts, and the state of the treasury, lanes and stock. */
export function Figures({ figures }: { figures: AdminFigures }) {
  const admin = useAdminWords();
  const words = admin.figures;
  const language = useLanguage();
  const number = (value: number) => value.toLocaleString(language, { maximumFractionDigits: 2 });
  const { wallets, stock, oldestSeconds, treasury, lanes, openTransactions } = figures;
  return (
    <section aria-labelledby="figures">
      <h2 id="figures" className="font-semibold">
        {words.title}
      </h2>
      <dl className="mt-3 grid grid-cols-2 gap-3 sm:grid-cols-4">
        {(['PENDING', 'CREATING', 'READY', 'FAILED'] as const).map((status) => (
          <Figure key={status} name={admin.list.filters[status]}>
            <span data-count={status}>{number(wallets[status])}</span>
          </Figure>
        ))}
        <Figure name={words.oldest}>
          {oldestSeconds === null ? words.none : words.seconds(oldestSeconds)}
        </Figure>
        <Figure name={words.treasury}>
          {treasury
            ? `${number(treasury.near)} NEAR · ${number(treasury.choco)} CHOCO`
            : words.unknown}
        </Figure>
        <Figure name={words.runway}>
          {treasury?.runwayWallets == null
            ? words.unknown
            : words.wallets(number(treasury.runwayWallets))}
        </Figure>
        <Figure name={words.lanes}>{words.laneUse(lanes)}</Figure>
        <Figure name={words.stock}>
          <span data-count="STOCK">{words.stockUse(stock)}</span>
        </Figure>
        <Figure name={words.open}>{number(openTransactions)}</Figure>
      </dl>
    </section>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="card p-4">
      <dt className="text-muted text-sm">{name}</dt>
      <dd className="mt-1 font-semibold tabular-nums">{children}</dd>
    </div>
  );
}
