import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useText } from '../i18n/use-language.ts';
import { Brand } from './Brand.tsx';
import { LanguageSwitch } from './LanguageSwitch.tsx';

/** The frame of a page that needs no sign-in. */
export function PublicPage({ title, children }: { title: string; children: ReactNode }) {
  const text = useText();
  return (
    <div className="flex min-h-dvh flex-col">
      <title>{title.includes(text.appName) ? title : `${title} · ${text.appName}`}</title>
      <header className="mx-auto flex h-16 w-full max-w-3xl items-center justify-between px-4">
        <Link to="/" className="rounded-xl">
          <Brand />
        </Link>
        <LanguageSwitch />
      </header>
      <main id="content" className="flex-1 px-4 pb-12">
        {children}
      </main>
    </div>
  );
}
