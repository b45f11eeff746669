import { Link } from 'react-router';
import { useAdminWords } from '../../i18n/use-admin-words.ts';
import type { ShownAction } from '../../lib/admin/wallet-story.server.ts';
import { ListSection } from '../ListSection.tsx';
import { LocalTime } from '../LocalTime.tsx';

/** Who did what and when, newest first. */
export function ActionLog({ actions }: { actions: readonly ShownAction[] }) {
  const words = useAdminWords().actions;
  return (
    <ListSection
      id="operator-actions"
      title={words.title}
      none={words.none}
      items={actions}
      isSmall
    >
      {({ id, actor, action, userId, detail, at }) => (
        <li key={id} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 py-2">
          <span className="font-medium">{words.names[action] ?? action}</span>
          <span>{actor}</span>
          <span className="text-muted">
            <LocalTime iso={at} format="moment" />
          </span>
          {userId ? (
            <Link to={`/admin/wallets/${userId}`} className="link break-all">
              {userId}
            </Link>
          ) : null}
          {detail.map((each) => (
            <span key={each.name} className="break-all text-muted">
              {words.details[each.name]?.(each.value) ?? `${each.name}: ${each.value}`}
            </span>
          ))}
        </li>
      )}
    </ListSection>
  );
}
