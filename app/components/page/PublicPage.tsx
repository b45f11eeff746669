import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useText } from '../../i18n/use-language.ts';
import { Brand } from './Brand.tsx';
import { LanguageChoice } from './LanguageChoice.tsx';
import { SharePreview } from './SharePreview.tsx';
import { ThemeChoice } from './ThemeChoice.tsx';

/** The layout of a page that needs no sign-in. */
export function PublicPage({ title, children }: { title: string; children: ReactNode }) {
  const text = useText();
  const fullTitle = title.includes(text.appName) ? title : `${title} · ${text.appName}`;
  return (
    <div className="flex min-h-dvh flex-col">
      <title>{fullTitle}</title>
      <SharePreview title={fullTitle} />
      <header className="mx-auto flex min-h-16 w-full max-w-5xl flex-wrap items-center justify-between gap-x-4 px-4 py-2">
        <Link to="/" className="min-w-0 rounded-xl">
          <Brand />
        </Link>
        <LanguageChoice />
      </header>
      <main id="content" className="flex-1 px-4 pb-12">
        {children}
      </main>
      <footer className="flex justify-center px-4 pt-4 pb-[max(1.5rem,env(safe-area-inset-bottom))]">
        <ThemeChoice />
      </footer>
    </div>
  );
}
