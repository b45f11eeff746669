import { Form, Link } from 'react-router';
import { CharacterFace } from '../components/CharacterFace.tsx';
import { MessageTime } from '../components/chat/message/MessageTime.tsx';
import { Page } from '../components/page/Page.tsx';
import { useText } from '../i18n/use-language.ts';
import type { FoundMessage } from '../lib/chat/search-messages.server.ts';
import { MOST_FOUND, searchMessages } from '../lib/chat/search-messages.server.ts';
import { GREATEST_LENGTH } from '../lib/forms/field-lengths.ts';
import { isLimit, limitData, orLimit } from '../lib/limits/limit-reached.server.ts';
import { requireWalletOwner } from '../lib/session.server.ts';
import type { Route } from './+types/search.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const { userId } = await requireWalletOwner(request);
  const { searchParams } = new URL(request.url);
  const words = (searchParams.get('q') ?? '').trim();
  const part = Number(/^\d{1,4}$/.exec(searchParams.get('part') ?? '')?.[0] ?? 0);
  const answer = await orLimit(() => searchMessages(userId, words, part));
  if (isLimit(answer)) throw limitData(answer);
  return { words, part, ...answer, isAll: answer.found.length < MOST_FOUND };
}

export default function Search({ loaderData }: Route.ComponentProps) {
  const { words, part, found, hasOlder, isAll } = loaderData;
  const text = useText().search;
  return (
    <Page title={text.title} lead={text.lead}>
      <search>
        <Form className="flex flex-wrap gap-2">
          <label htmlFor="search-words" className="sr-only">
            {text.label}
          </label>
          <input
            key={words}
            id="search-words"
            type="search"
            name="q"
            required
            defaultValue={words}
            placeholder={text.label}
            maxLength={GREATEST_LENGTH.search}
            enterKeyHint="search"
            autoComplete="off"
            className="field min-w-0 flex-1 basis-40"
          />
          <button type="submit" className="button">
            {text.submit}
          </button>
        </Form>
      </search>
      <p role="status" className="py-4 text-muted text-sm">
        {words === ''
          ? null
          : found.length === 0
            ? text.none(words, part === 0 && !hasOlder)
            : text.found(found.length, isAll)}
      </p>
      <ul className="flex flex-col gap-2">
        {found.map((message) => (
          <li key={`${message.characterId} ${message.id}`}>
            <Found message={message} />
          </li>
        ))}
      </ul>
      {hasOlder ? (
        <Link
          to={`/search?${new URLSearchParams({ q: words, part: String(part + 1) })}`}
          className="button-outline mt-4 w-full"
        >
          {text.older}
        </Link>
      ) : null}
    </Page>
  );
}

function Found({ message }: { readonly message: FoundMessage }) {
  const text = useText();
  const { characterId, id, isOwn, sentAtMs, excerpt } = message;
  const { name } = text.characters[characterId];
  const [before, words, after] = excerpt;
  return (
    <Link
      to={`/chat/${characterId}?around=${encodeURIComponent(id)}#message-${id}`}
      className="card flex gap-3 p-4 transition-colors hover:border-accent"
    >
      <CharacterFace id={characterId} className="size-10 shrink-0 rounded-full" />
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-baseline justify-between gap-x-2 text-sm">
          <span className="font-semibold">{isOwn ? `${text.chat.you} → ${name}` : name}</span>
          <MessageTime sentAtMs={sentAtMs} form="short" />
        </span>
        <span className="wrap-anywhere line-clamp-3 text-sm">
          {before}
          <mark className="rounded bg-accent-soft font-semibold text-accent">{words}</mark>
          {after}
        </span>
      </span>
    </Link>
  );
}
