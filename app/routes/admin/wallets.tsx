import { data, Form, Link } from 'react-router';
import { ActionLog } from '../../components/admin/ActionLog.tsx';
import { Figures } from '../../components/admin/Figures.tsx';
import { OutcomeNotice } from '../../components/admin/OutcomeNotice.tsx';
import { SigningState } from '../../components/admin/SigningState.tsx';
import { TrendPlot } from '../../components/admin/TrendPlot.tsx';
import { useLiveData } from '../../components/admin/use-live-data.ts';
import { WalletTable } from '../../components/admin/WalletTable.tsx';
import { useKeptAnswer } from '../../components/use-kept-answer.ts';
import type { AdminOutcome } from '../../i18n/admin-words.ts';
import { useAdminWords } from '../../i18n/use-admin-words.ts';
import { useText } from '../../i18n/use-language.ts';
import { runAdminAction } from '../../lib/admin/actions.server.ts';
import { readFigures } from '../../lib/admin/figures.server.ts';
import { requireAdmin } from '../../lib/admin/require-admin.server.ts';
import { walletFilters } from '../../lib/admin/wallet-filter.ts';
import { listWallets, readWalletQuery } from '../../lib/admin/wallet-list.server.ts';
import { readOperatorActions } from '../../lib/admin/wallet-story.server.ts';
import { readWalletTrend } from '../../lib/admin/wallet-trend.server.ts';
import type { TrendPoint } from '../../lib/admin/wallet-trend.ts';
import { requireForm } from '../../lib/forms/read-fields.server.ts';
import type { Route } from './+types/wallets.ts';

export async function loader({ request }: Route.LoaderArgs) {
  await requireAdmin(request);
  const query = readWalletQuery(new URL(request.url).searchParams);
  const [figures, page, trend, actions] = await Promise.all([
    readFigures(),
    listWallets(query),
    readWalletTrend(),
    readOperatorActions(null),
  ]);
  return { figures, page, trend, actions, query };
}

export async function action({ request }: Route.ActionArgs) {
  const admin = await requireAdmin(request);
  const form = await requireForm(request);
  const [action, userIds] = [form.text('action'), form.texts('userId')];
  const outcome = await runAdminAction(admin, { action, userIds });
  return data(outcome, { status: outcome.kind === 'UNKNOWN_ACTION' ? 400 : 200 });
}

/** Outcomes shown beside their buttons, since the page is longer than a screen. */
const OF_SIGNING: readonly AdminOutcome['kind'][] = [
  'PAUSED',
  'RESUMED',
  'STILL_PAUSED',
  'UNKNOWN_ACTION',
];
const OF_ALL: readonly AdminOutcome['kind'][] = ['REQUEUED'];
const OF_CHOSEN: readonly AdminOutcome['kind'][] = [
  'RETRIED',
  'NOTHING_TO_RETRY',
  'NOTHING_CHOSEN',
];

export default function AdminWallets({ loaderData, actionData }: Route.ComponentProps) {
  const words = useAdminWords();
  const { appName } = useText();
  const { figures, page, trend, actions, query } = loaderData;
  const outcome = useKeptAnswer(actionData);
  useLiveData();
  const seconds = (ms: number) => words.figures.seconds(Math.round(ms / 100) / 10);
  const latest = trend.findLast(({ medianMs }) => medianMs !== null);
  const failed = trend.reduce((sum, point) => sum + point.failed, 0);
  const ended = trend.reduce((sum, point) => sum + point.failed + point.ready, 0);
  return (
    <div className="flex flex-col gap-6">
      <title>{`${words.title} · ${appName}`}</title>
      <h1 className="sr-only">{words.title}</h1>
      <div>
        <OutcomeNotice outcome={outcome} kinds={OF_SIGNING} />
        <SigningState pauseReason={figures.pauseReason} interruptedBy={figures.interruptedBy} />
      </div>
      <Figures figures={figures} />
      <section aria-labelledby="trend">
        <h2 id="trend" className="font-semibold">
          {words.trend.title}
        </h2>
        <div className="mt-3 grid gap-3 md:grid-cols-2">
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
              {
                name: words.trend.p95,
                colour: 'text-wait',
                values: trend.map(({ p95Ms }) => p95Ms),
              },
            ]}
            atLeast={5_000}
            format={seconds}
          />
          <TrendPlot
            title={words.trend.failures}
            summary={words.trend.failureSummary(failed, ended)}
            lines={[
              {
                name: words.trend.failures,
                colour: 'text-danger',
                values: trend.map(({ failureRate }) => failureRate),
              },
            ]}
            atLeast={0.1}
            format={(share) => `${Math.round(share * 100)} %`}
          />
          {figures.stock.wanted === 0 ? null : (
            <TrendPlot
              title={words.trend.stock}
              summary={words.trend.stockSummary(
                sumOf(trend, ({ taken }) => taken),
                sumOf(trend, ({ ready, taken }) => ready - taken),
              )}
              lines={[
                {
                  name: words.trend.stockReady,
                  colour: 'text-good',
                  values: stockOverTime(trend, figures.stock.ready),
                },
                {
                  name: words.trend.taken,
                  colour: 'text-wait',
                  values: trend.map(({ taken }) => taken),
                },
                {
                  name: words.trend.made,
                  colour: 'text-danger',
                  values: trend.map(({ ready, taken }) => ready - taken),
                },
              ]}
              atLeast={5}
              format={String}
            />
          )}
        </div>
      </section>
      <section aria-labelledby="list" className="card p-5">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <h2 id="list" className="font-semibold">
            {words.list.title}
          </h2>
          <Form method="post" preventScrollReset>
            <button type="submit" name="action" value="requeue-all" className="button-quiet">
              {words.list.requeueAll}
            </button>
          </Form>
        </div>
        <OutcomeNotice outcome={outcome} kinds={OF_ALL} />
        <Form method="get" className="mt-3 flex flex-wrap items-end gap-3">
          <label className="flex min-w-60 flex-1 flex-col gap-1 text-sm">
            <span className="font-semibold">{words.list.search}</span>
            <input
              // Keyed by the address: going back resets the field to that page's value.
              key={query.search}
              name="q"
              type="search"
              defaultValue={query.search}
              placeholder={words.list.searchHint}
              className="field"
            />
          </label>
          <label className="flex flex-col gap-1 text-sm">
            <span className="font-semibold">{words.list.filter}</span>
            <select key={query.filter} name="status" defaultValue={query.filter} className="field">
              {walletFilters.map((filter) => (
                <option key={filter} value={filter}>
                  {words.list.filters[filter]}
                </option>
              ))}
            </select>
          </label>
          <button type="submit" className="button-outline min-h-12">
            {words.list.find}
          </button>
        </Form>
        <div className="mt-3">
          <WalletTable wallets={page.wallets} />
        </div>
        <OutcomeNotice outcome={outcome} kinds={OF_CHOSEN} />
        <nav className="mt-3 flex justify-end gap-3" aria-label={words.list.title}>
          {query.before === null ? null : (
            <Link to={pageAddress(query, null)} className="button-quiet" preventScrollReset>
              {words.list.first}
            </Link>
          )}
          {page.next === null ? null : (
            <Link to={pageAddress(query, page.next)} className="button-outline" preventScrollReset>
              {words.list.next}
            </Link>
          )}
        </nav>
      </section>
      <ActionLog actions={actions} />
    </div>
  );
}

function sumOf(trend: TrendPoint[], of: (point: TrendPoint) => number): number {
  return trend.reduce((sum, point) => sum + of(point), 0);
}

/** The stock at the end of each interval, computed backwards from the current one. */
function stockOverTime(trend: TrendPoint[], readyNow: number): number[] {
  let ready = readyNow;
  return trend
    .toReversed()
    .map(({ taken, filled }) => {
      const atEnd = ready;
      ready = Math.max(ready + taken - filled, 0);
      return atEnd;
    })
    .toReversed();
}

function pageAddress(
  { search, filter }: { search: string; filter: string },
  before: number | null,
): string {
  const params = new URLSearchParams();
  if (search) params.set('q', search);
  if (filter !== 'ALL') params.set('status', filter);
  if (before !== null) params.set('before', String(before));
  return `/admin/wallets?${params}`;
}
