import { NavLink } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import { navigationItems } from './navigation-items.ts';

/** The navigation in the header, on screens wide enough for it. */
export function TopNavigation() {
  const text = useText().navigation;
  return (
    <nav aria-label={text.label} className="group hidden items-center gap-1 md:flex">
      {navigationItems.map(({ to, name }) => (
        <NavLink
          key={to}
          to={to}
          prefetch="intent"
          viewTransition
          className="inline-flex min-h-9 items-center rounded-lg px-3 font-medium text-muted text-sm transition-colors hover:bg-sunken hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:text-ink group-has-[.pending]:aria-[current=page]:bg-transparent group-has-[.pending]:aria-[current=page]:text-muted [&.pending]:animate-breathe [&.pending]:bg-sunken [&.pending]:text-ink"
        >
          {text.pages[name]}
        </NavLink>
      ))}
    </nav>
  );
}
