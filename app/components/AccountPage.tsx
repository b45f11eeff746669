import type { ReactNode } from 'react';
import { PublicPage } from './PublicPage.tsx';

interface AccountPageProps {
  readonly title: string;
  readonly lead: string;
  /** A fault of the whole form, told above its fields. */
  readonly fault: string | undefined;
  readonly footer: ReactNode;
  readonly children: ReactNode;
}

export function AccountPage({ title, lead, fault, footer, children }: AccountPageProps) {
  return (
    <PublicPage title={title}>
      <div className="mx-auto w-full max-w-md pt-6 sm:pt-12">
        <h1 className="font-bold text-3xl tracking-tight">{title}</h1>
        <p className="mt-1 text-muted">{lead}</p>
        <div className="card mt-6 p-6 sm:p-8">
          <div role="alert">
            {fault ? (
              <p className="mb-5 rounded-2xl bg-danger-soft px-4 py-3 font-medium text-danger text-sm">
                {fault}
              </p>
            ) : null}
          </div>
          {children}
        </div>
        <p className="mt-6 text-center text-muted">{footer}</p>
      </div>
    </PublicPage>
  );
}
