import type { ReactNode } from 'react';
import { useText } from '../../i18n/use-language.ts';

interface PageProps {
  readonly title: string;
  /** The first heading; defaults to the title. */
  readonly heading?: string;
  readonly lead?: string;
  readonly children: ReactNode;
}

/** The main part of a page behind sign-in: its title, heading and one column. */
export function Page({ title, heading = title, lead, children }: PageProps) {
  const text = useText();
  return (
    <main id="content" className="mx-auto w-full max-w-3xl flex-1 px-4 py-7 sm:py-10">
      <title>{`${title} · ${text.appName}`}</title>
      <h1 className="font-bold text-2xl tracking-tight sm:text-3xl">{heading}</h1>
      {lead ? <p className="mt-1.5 text-muted">{lead}</p> : null}
      <div className="mt-6 sm:mt-8">{children}</div>
    </main>
  );
}
