import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import { useHydrated } from '../use-hydrated.ts';
import { initialOf } from './initial.ts';

const loadMenu = () => import('./AccountMenu.tsx');
const AccountMenu = lazy(async () => {
  // An old release's file, or a lost connection. The account page has the same controls.
  const menu = await loadMenu().catch(() => null);
  return { default: menu?.AccountMenu ?? ToAccount };
});
/** Starts the download; a failure shows when the menu is opened. */
const preloadMenu = () => void loadMenu().catch(() => {});

/**
 * The user's initial. Before JavaScript it leads to the account page; after, it opens a menu, whose
 * code is loaded when a pointer or the focus comes near.
 */
export function AccountMenuButton({ name }: { readonly name: string }) {
  const text = useText();
  const isHydrated = useHydrated();
  const [isWanted, setWanted] = useState(false);
  const initial = <Initial name={name} />;
  if (!isHydrated) {
    return (
      <Link to="/account" className="icon-button" aria-label={text.navigation.pages.account}>
        {initial}
      </Link>
    );
  }
  const button = (
    <button
      type="button"
      className="icon-button"
      aria-label={text.preferences.menu}
      aria-haspopup="menu"
      aria-expanded={isWanted}
      onPointerEnter={preloadMenu}
      onFocus={preloadMenu}
      onClick={() => setWanted(true)}
    >
      {initial}
    </button>
  );
  if (!isWanted) return button;
  return (
    <Suspense fallback={button}>
      <AccountMenu label={text.preferences.menu}>{initial}</AccountMenu>
    </Suspense>
  );
}

/** Used if the menu's code could not be loaded: goes to the account page instead. */
function ToAccount({ children }: { children: ReactNode }) {
  const text = useText();
  const navigate = useNavigate();
  useEffect(() => void navigate('/account'), [navigate]);
  return (
    <Link to="/account" className="icon-button" aria-label={text.navigation.pages.account}>
      {children}
    </Link>
  );
}

function Initial({ name }: { name: string }) {
  return (
    <span
      aria-hidden="true"
      className="flex size-8 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent text-sm"
    >
      {initialOf(name)}
    </span>
  );
}
