import { data } from 'react-router';
import { ActionLog } from '../../components/admin/ActionLog.tsx';
import { Figures } from '../../components/admin/Figures.tsx';
import { OutcomeNotice } from '../../components/admin/OutcomeNotice.tsx';
import { SigningState } from '../../components/admin/SigningState.tsx';
import { Trends } from '../../components/admin/Trends.tsx';
import { useLiveData } from '../../components/admin/use-live-data.ts';
import { WalletList } from '../../components/admin/WalletList.tsx';
import { useKeptAnswer } from '../../components/form/use-kept-answer.ts';
import type { AdminOutcome } from '../../i18n/admin-words.ts';
import { useAdminWords } from '../../i18n/use-admin-words.ts';
import { useText } from '../../i18n/use-language.ts';
import { runAdminAction } from '../../lib/admin/actions.server.ts';
import { readFigures } from '../../lib/admin/figures.server.ts';
import { requireAdmin } from '../../lib/admin/require-admin.server.ts';
import { listWallets, readWalletQuery } from '../../lib/admin/wallet-list.server.ts';
import { readOperatorActions } from '../../lib/admin/wallet-story.server.ts';
import { readWalletTrend } from '../../lib/admin/wallet-trend.server.ts';
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

export default function AdminWallets({ loaderData, actionData }: Route.ComponentProps) {
  const words = useAdminWords();
  const { appName } = useText();
  const { figures, page, trend, actions, query } = loaderData;
  const outcome = useKeptAnswer(actionData);
  useLiveData();
  return (
    <div className="flex flex-col gap-6">
      <title>{`${words.title} · ${appName}`}</title>
      <h1 className="sr-only">{words.title}</h1>
      <div>
        <OutcomeNotice outcome={outcome} kinds={OF_SIGNING} />
        <SigningState pauseReason={figures.pauseReason} interruptedBy={figures.interruptedBy} />
      </div>
      <Figures figures={figures} />
      <Trends trend={trend} stock={figures.stock} />
      <WalletList page={page} query={query} outcome={outcome} />
      <ActionLog actions={actions} />
    </div>
  );
}
