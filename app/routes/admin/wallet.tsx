import type { ReactNode } from 'react';
import { data, Form, Link } from 'react-router';
import { ActionLog } from '../../components/admin/ActionLog.tsx';
import { OutcomeNotice } from '../../components/admin/OutcomeNotice.tsx';
import { StatusBadge } from '../../components/admin/StatusBadge.tsx';
import { useLiveData } from '../../components/admin/use-live-data.ts';
import { useKeptAnswer } from '../../components/form/use-kept-answer.ts';
import { ListSection } from '../../components/ListSection.tsx';
import { LocalTime } from '../../components/LocalTime.tsx';
import { useAdminWords } from '../../i18n/use-admin-words.ts';
import { useText } from '../../i18n/use-language.ts';
import { runAdminAction } from '../../lib/admin/actions.server.ts';
import { requireAdmin } from '../../lib/admin/require-admin.server.ts';
import { readWalletStory } from '../../lib/admin/wallet-story.server.ts';
import { requireForm } from '../../lib/forms/read-fields.server.ts';
import type { Route } from './+types/wallet.ts';

export async function loader({ request, params }: Route.LoaderArgs) {
  await requireAdmin(request);
  const story = await readWalletStory(params.userId);
  if (!story) throw new Response(null, { status: 404 });
  return story;
}

export async function action({ request, params }: Route.ActionArgs) {
  const admin = await requireAdmin(request);
  const action = (await requireForm(request)).text('action');
  const outcome = await runAdminAction(admin, { action, userIds: [params.userId] });
  return data(outcome, { status: outcome.kind === 'UNKNOWN_ACTION' ? 400 : 200 });
}

export default function AdminWallet({ loaderData: story, actionData }: Route.ComponentProps) {
  const words = useAdminWords();
  const { appName } = useText();
  const outcome = useKeptAnswer(actionData);
  useLiveData();
  const text = words.story;
  const name = story.leftAt ? words.list.deleted : story.email;
  return (
    <div className="flex flex-col gap-5">
      <title>{`${name} · ${words.title} · ${appName}`}</title>
      <div>
        <Link to="/admin/wallets" className="link text-sm">
          {text.back}
        </Link>
        <h1 className="mt-2 flex flex-wrap items-center gap-3 break-all font-bold text-2xl tracking-tight">
          {name} <StatusBadge status={story.status} />
        </h1>
      </div>
      <OutcomeNotice outcome={outcome} />
      <Form method="post" className="flex flex-wrap gap-3" preventScrollReset>
        <button type="submit" name="action" value="retry" className="button-outline">
          {text.retry}
        </button>
        <button type="submit" name="action" value="requeue" className="button-quiet">
          {text.requeue}
        </button>
      </Form>
      <Facts story={story} />
      <Events events={story.events} />
      <Transactions transactions={story.transactions} />
      <ActionLog actions={story.actions} />
    </div>
  );
}

type Story = Route.ComponentProps['loaderData'];

function Facts({ story }: { story: Story }) {
  const text = useAdminWords().story;
  const moment = (iso: string | null) => (iso ? <LocalTime iso={iso} format="moment" /> : null);
  const account = story.explorerUrl ? (
    <a href={story.explorerUrl} target="_blank" rel="noreferrer" className="link">
      {story.accountId}
    </a>
  ) : (
    story.accountId
  );
  const facts: readonly { name: string; value: ReactNode }[] = [
    { name: text.userId, value: story.userId },
    { name: text.accountId, value: account },
    { name: text.publicKey, value: story.publicKey },
    { name: text.error, value: story.error },
    { name: text.attempts, value: story.attempts },
    { name: text.takeovers, value: story.takeovers },
    { name: text.balance, value: story.balance },
    { name: text.signedUp, value: moment(story.signedUpAt) },
    { name: text.left, value: moment(story.leftAt) },
    { name: text.requested, value: moment(story.requestedAt) },
    { name: text.completed, value: moment(story.completedAt) },
    { name: text.keyExported, value: moment(story.keyExportedAt) },
    { name: text.due, value: moment(story.availableAt) },
  ];
  return (
    <section aria-labelledby="facts" className="card p-5">
      <h2 id="facts" className="font-semibold">
        {text.facts}
      </h2>
      <dl className="mt-3 grid gap-x-6 gap-y-2 text-sm sm:grid-cols-2">
        {facts.map(({ name, value }) =>
          value === null ? null : (
            <div key={name} className="flex flex-col">
              <dt className="text-muted">{name}</dt>
              <dd className="break-all">{value}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}

function Events({ events }: { events: Story['events'] }) {
  const text = useAdminWords().story;
  return (
    <ListSection id="events" title={text.events} none={text.none} items={events} isSmall>
      {({ id, fromStatus, toStatus, attempt, errorCode, at }) => (
        <li key={id} className="flex flex-wrap items-baseline gap-x-3 py-2">
          <span className="text-muted">
            <LocalTime iso={at} format="moment" />
          </span>
          <span className="font-medium">
            {fromStatus ?? '–'} → {toStatus ?? '–'}
          </span>
          {attempt > 0 ? <span className="text-muted">{text.attempt(attempt)}</span> : null}
          {errorCode ? <code className="text-danger">{errorCode}</code> : null}
        </li>
      )}
    </ListSection>
  );
}

function Transactions({ transactions }: { transactions: Story['transactions'] }) {
  const text = useAdminWords().story;
  return (
    <ListSection
      id="transactions"
      title={text.transactions}
      none={text.none}
      items={transactions}
      isSmall
    >
      {(transaction) => (
        <li key={transaction.hash} className="flex flex-col gap-0.5 py-2">
          <span className="flex flex-wrap items-baseline gap-x-3">
            <span className="font-medium">{transaction.purpose}</span>
            <span>{transaction.status}</span>
            <code className="break-all">{transaction.hash}</code>
            {transaction.explorerUrl ? (
              <a href={transaction.explorerUrl} target="_blank" rel="noreferrer" className="link">
                {text.explorer}
              </a>
            ) : null}
          </span>
          <span className="text-muted">
            → {transaction.receiverId} · {text.signedAt}{' '}
            <LocalTime iso={transaction.signedAt} format="moment" />
            {transaction.settledAt ? (
              <>
                {' '}
                · {text.settledAt} <LocalTime iso={transaction.settledAt} format="moment" />
              </>
            ) : null}
          </span>
          {transaction.failure ? (
            <code className="break-all text-danger">{transaction.failure}</code>
          ) : null}
        </li>
      )}
    </ListSection>
  );
}
