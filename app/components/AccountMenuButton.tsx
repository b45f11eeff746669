import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';
import { useText } from '../i18n/use-language.ts';
import { useHydrated } from './use-hydrated.ts';

const loadMenu = () => import('./AccountMenu.tsx');
const AccountMenu = lazy(async () => ({ default: (await loadMenu()).AccountMenu }));

/**
 * The user's initial. Before JavaScript it leads to the account page; after, it opens a menu, whose
 * code is loaded when a pointer or the focus comes near.
 */
export function AccountMenuButton({ name }: { readonly name: string }) {
  const text = useText();
  const isAlive = useHydrated();
  const [isWanted, setWanted] = useState(false);
  const initial = <Initial name={name} />;
  if (!isAlive) {
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
      onPointerEnter={loadMenu}
      onFocus={loadMenu}
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

function Initial({ name }: { name: string }) {
  return (
    <span
      aria-hidden="true"
      className="flex size-8 items-center justify-center rounded-full bg-accent-soft font-semibold text-accent text-sm"
    >
      {[...name.trim()][0]?.toUpperCase()}
    </span>
  );
}
