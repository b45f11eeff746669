import { NavLink } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import { Icon } from '../Icon.tsx';
import { navigationItems } from './navigation-items.ts';

/** The phone's navigation, within reach of the thumb. */
export function BottomNavigation() {
  const text = useText().navigation;
  return (
    <nav
      aria-label={text.label}
      className="fixed inset-x-0 bottom-0 z-20 border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden [@media(max-height:30rem)]:static"
    >
      <ul className="group mx-auto flex max-w-md">
        {navigationItems.map(({ to, name, icon }) => (
          <li key={to} className="flex-1">
            <NavLink
              to={to}
              prefetch="intent"
              viewTransition
              className="flex h-16 flex-col items-center justify-center gap-1 font-medium text-muted text-xs transition-colors -outline-offset-4 aria-[current=page]:text-accent group-has-[.pending]:aria-[current=page]:text-muted [&.pending]:animate-breathe [&.pending]:text-accent"
            >
              <Icon name={icon} className="size-6" />
              {text.pages[name]}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
