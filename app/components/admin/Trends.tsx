import { useAdminWords } from '../../i18n/use-admin-words.ts';
import { stockOverTime, type TrendPoint } from '../../lib/admin/wallet-trend.ts';
import { TrendPlot } from './TrendPlot.tsx';

interface TrendsProps {
  readonly trend: readonly TrendPoint[];
  /** Wallets in stock now, and how many there should be; 0: no stock is kept. */
  readonly stock: { readonly ready: number; readonly wanted: number };
}

/** The last day: how long wallets took, how many attempts failed, and the stock if one is kept. */
export function Trends({ trend, stock }: TrendsProps) {
  const words = useAdminWords().trend;
  return (
    <section aria-labelledby="trend">
      <h2 id="trend" className="font-semibold">
        {words.title}
      </h2>
      <div className="mt-3 grid gap-3 md:grid-cols-2">
        <DurationTrend trend={trend} />
        <FailureTrend trend={trend} />
        {stock.wanted === 0 ? null : <StockTrend trend={trend} ready={stock.ready} />}
      </div>
    </section>
  );
}

type Trend = Pick<TrendsProps, 'trend'>;

function DurationTrend({ trend }: Trend) {
  const words = useAdminWords();
  const seconds = (ms: number) => words.figures.seconds(Math.round(ms / 100) / 10);
  const latest = trend.findLast(({ medianMs }) => medianMs !== null);
  return (
    <TrendPlot
      title={words.trend.duration}
      summary={words.trend.durationSummary(
        seconds(latest?.medianMs ?? 0),
        seconds(latest?.p95Ms ?? 0),
      )}
      lines={[
        {
          name: words.trend.median,
          colour: 'text-good',
          values: trend.map(({ medianMs }) => medianMs),
        },
        { name: words.trend.p95, colour: 'text-wait', values: trend.map(({ p95Ms }) => p95Ms) },
      ]}
      atLeast={5_000}
      format={seconds}
    />
  );
}

function FailureTrend({ trend }: Trend) {
  const words = useAdminWords().trend;
  const failed = sumOf(trend, (point) => point.failed);
  const ended = sumOf(trend, (point) => point.failed + point.ready);
  return (
    <TrendPlot
      title={words.failures}
      summary={words.failureSummary(failed, ended)}
      lines={[
        {
          name: words.failures,
          colour: 'text-danger',
          values: trend.map(({ failureRate }) => failureRate),
        },
      ]}
      atLeast={0.1}
      format={(share) => `${Math.round(share * 100)} %`}
    />
  );
}

function StockTrend({ trend, ready }: Trend & { readonly ready: number }) {
  const words = useAdminWords().trend;
  const madeIn = (point: TrendPoint) => point.ready - point.taken;
  return (
    <TrendPlot
      title={words.stock}
      summary={words.stockSummary(
        sumOf(trend, ({ taken }) => taken),
        sumOf(trend, madeIn),
      )}
      lines={[
        { name: words.stockReady, colour: 'text-good', values: stockOverTime(trend, ready) },
        { name: words.taken, colour: 'text-wait', values: trend.map(({ taken }) => taken) },
        { name: words.made, colour: 'text-danger', values: trend.map(madeIn) },
      ]}
      atLeast={5}
      format={String}
    />
  );
}

function sumOf(trend: readonly TrendPoint[], of: (point: TrendPoint) => number): number {
  return trend.reduce((sum, point) => sum + of(point), 0);
}
