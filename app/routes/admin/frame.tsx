import type { ReactNode } from 'react';
import { Form, Link, Outlet } from 'react-router';
import { Brand } from '../../components/page/Brand.tsx';
import { ErrorPage, kindOfError } from '../../components/page/ErrorPage.tsx';
import { LanguageChoice } from '../../components/page/LanguageChoice.tsx';
import { useAdminWords } from '../../i18n/use-admin-words.ts';
import { useText } from '../../i18n/use-language.ts';
import { requireAdmin } from '../../lib/admin/require-admin.server.ts';
import { readWalletView } from '../../lib/wallet/wallet-view.server.ts';
import { isRequested } from '../../lib/wallet/wallet-view.ts';
import type { Route } from './+types/frame.ts';

export async function loader({ request }: Route.LoaderArgs) {
  const { userId, email } = await requireAdmin(request);
  const wallet = await readWalletView(userId);
  // An admin needs no wallet; the link into the app would ask for one.
  return { email, isUser: wallet !== null && isRequested(wallet) };
}

export default function AdminFrame({ loaderData }: Route.ComponentProps) {
  return (
    <Frame {...loaderData}>
      <main id="content" className="mx-auto w-full max-w-5xl flex-1 px-4 py-6">
        <Outlet />
      </main>
    </Frame>
  );
}

/** If a page fails to load, the header and the navigation stay. */
export function ErrorBoundary({ error, loaderData }: Route.ErrorBoundaryProps) {
  const kind = kindOfError(error);
  if (!loaderData || kind === 'not-found') return <ErrorPage kind={kind} />;
  return (
    <Frame {...loaderData}>
      <ErrorPage kind={kind} isFramed />
    </Frame>
  );
}

interface FrameProps extends Awaited<ReturnType<typeof loader>> {
  readonly children: ReactNode;
}

/** The layout of the admin pages. Each page checks for the admin itself, since loaders run in parallel. */
function Frame({ email, isUser, children }: FrameProps) {
  const words = useAdminWords();
  const { account } = useText();
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="border-line border-b bg-canvas">
        <div className="mx-auto flex min-h-14 max-w-5xl flex-wrap items-center justify-between gap-3 px-4 py-2">
          <Link to="/admin/wallets" className="rounded-xl">
            <Brand />
            <span className="sr-only">{words.title}</span>
          </Link>
          <div className="flex flex-wrap items-center gap-3 text-sm">
            <span className="text-muted">{email}</span>
            {isUser ? (
              <Link to="/home" className="link">
                {words.toApp}
              </Link>
            ) : null}
            <LanguageChoice />
            <Form method="post" action="/logout">
              <button type="submit" className="button-quiet">
                {account.logOut}
              </button>
            </Form>
          </div>
        </div>
      </header>
      {children}
    </div>
  );
}
